"""Invoking actions: sections 1.6 and 3 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import ECHO, Client, pairs, unpaired

FAILS = "def main(args): return {'error': 'x', 'more': 1}"
OVERRIDES = (400, "Request defines parameters that are not allowed (e.g., reserved properties).")


def test_blocking_answers_with_the_record_without_logs(client: Client) -> None:
    """1.6, 2.5, 11.2"""
    name = client.action("def main(args):\n print('hi')\n return {'got': args}")
    answer = client.invoke(name, {"x": 1})
    record = answer.json
    assert answer.status == 200
    assert record["logs"] == []
    response = dict(record["response"])
    assert response.pop("size") > 0
    assert response == {"status": "success", "success": True, "result": {"got": {"x": 1}}}
    assert answer.headers["x-openwhisk-activation-id"] == record["activationId"]
    whole = client.record(record["activationId"])
    assert {**whole, "logs": []} == record


def test_record_fields(client: Client) -> None:
    """2.5"""
    name = client.action()
    record = client.invoke(name).json
    assert len(record["activationId"]) == 32
    assert record["namespace"] == client.namespace
    assert (record["name"], record["version"], record["publish"]) == (name, "0.0.1", False)
    assert isinstance(record["subject"], str)
    assert record["end"] - record["start"] == record["duration"]
    assert "cause" not in record
    annotations = unpaired(record["annotations"])
    assert annotations["path"] == f"{client.namespace}/{name}"
    assert annotations["kind"].startswith("python:3.")
    assert annotations["limits"]["timeout"] == 60000
    assert annotations["timeout"] is False
    assert annotations["waitTime"] >= 0
    assert {"causedBy", "binding", "topmost"}.isdisjoint(annotations)


def test_init_time_is_told_and_counted_on_a_cold_start_only(client: Client) -> None:
    """2.5, 11.24"""
    name = client.action(f"import time\ntime.sleep(0.2)\n{ECHO}")
    cold, warm = client.invoke(name).json, client.invoke(name).json
    assert unpaired(cold["annotations"])["initTime"] >= 200
    assert cold["duration"] >= 200
    assert "initTime" not in unpaired(warm["annotations"])
    assert warm["duration"] < 200


@pytest.mark.parametrize("query", ["blocking=true&result=true", "blocking=yes&result=1"])
def test_result_only(client: Client, query: str) -> None:
    """1.6"""
    answer = client.invoke(client.action(), {"x": 1}, query)
    assert (answer.status, answer.json) == (200, {"x": 1})


@pytest.mark.parametrize("query", ["", "blocking=false", "result=true"])
def test_non_blocking(client: Client, query: str) -> None:
    """1.6: where `result` has no say"""
    answer = client.invoke(client.action(), {"x": 1}, query)
    assert answer.status == 202
    assert set(answer.json) == {"activationId"}
    assert answer.headers["x-openwhisk-activation-id"] == answer.json["activationId"]
    record = client.record(answer.json["activationId"])
    assert record["response"]["result"] == {"x": 1}


@pytest.mark.parametrize("flag", ["blocking", "result"])
def test_bad_flags(client: Client, flag: str) -> None:
    """1.4"""
    message = f"The query parameter '{flag}' was malformed:\n'x' is not a valid Boolean value"
    assert client.invoke(client.action(), {}, f"{flag}=x").refusal == (400, message)


def test_no_body_is_an_empty_payload(client: Client) -> None:
    """1.3"""
    answer = client.api("POST", f"actions/{client.action()}?blocking=true&result=true")
    assert (answer.status, answer.json) == (200, {})


def test_application_error_is_502_and_drops_what_stands_beside_it(client: Client) -> None:
    """1.6, 11.1, assertion 2"""
    name = client.action(FAILS)
    answer = client.invoke(name)
    assert answer.status == 502
    assert answer.json["response"]["result"] == {"error": "x"}
    assert answer.json["response"]["status"] == "application error"
    assert answer.json["response"]["success"] is False
    short = client.invoke(name, {}, "blocking=true&result=true")
    assert (short.status, short.json) == (502, {"error": "x"})


def test_a_failure_that_nobody_waits_for(client: Client) -> None:
    """1.6"""
    answer = client.invoke(client.action(FAILS), {}, "")
    assert answer.status == 202
    record = client.record(answer.json["activationId"])
    assert record["response"]["status"] == "application error"


@pytest.mark.parametrize("query", ["blocking=true", "blocking=true&result=true"])
@pytest.mark.parametrize("result", [[1, {"a": 2}], []])
def test_array_results_come_bare(client: Client, result: Any, query: str) -> None:
    """1.6, 11.3"""
    name = client.action(f"def main(args): return {result!r}")
    answer = client.invoke(name, {}, query)
    assert (answer.status, answer.json) == (200, result)
    record = client.record(answer.headers["x-openwhisk-activation-id"])
    assert record["response"]["result"] == result


def test_wait_shorter_than_the_run(client: Client) -> None:
    """1.6"""
    name = client.action("import time\ndef main(args):\n time.sleep(0.6)\n return {'late': 1}")
    answer = client.invoke(name, {}, "blocking=true&timeout=100")
    assert answer.status == 202
    assert set(answer.json) == {"activationId"}
    record = client.record(answer.json["activationId"])
    assert record["response"]["result"] == {"late": 1}


@pytest.mark.parametrize("timeout", ["0", "60001", "x", "-1", "1.5", "9" * 5000])
def test_bad_wait(client: Client, timeout: str) -> None:
    """1.6"""
    answer = client.invoke(client.action(), {}, f"blocking=true&timeout={timeout}")
    assert answer.status == 400
    assert answer.error.endswith("Timeout must be number of milliseconds up to 60000.")


def test_longest_wait(client: Client) -> None:
    """1.6"""
    assert client.invoke(client.action(), {}, "blocking=true&timeout=60000").status == 200


# 3 Parameters


def test_the_payload_goes_over_the_actions_parameters_key_by_key(client: Client) -> None:
    """3"""
    name = client.action(parameters=pairs({"kept": {"a": 1}, "over": {"a": 1}}))
    seen = client.result(name, {"over": {"b": 2}, "new": None})
    assert seen == {"kept": {"a": 1}, "over": {"b": 2}, "new": None}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text"),
        (None, ""),
        (True, "true"),
        (1.5, "1.5"),
        ({"a": [1]}, '{"a":[1]}'),
        ([1, "b"], '[1,"b"]'),
    ],
)
def test_init_parameters_are_environment_and_no_arguments(
    client: Client, value: Any, text: str
) -> None:
    """3"""
    shows = "import os\ndef main(args): return {'args': args, 'env': os.environ.get('SETTING')}"
    parameters = [{"key": "SETTING", "value": value, "init": True}, {"key": "k", "value": 1}]
    name = client.action(shows, parameters=parameters)
    assert client.result(name) == {"args": {"k": 1}, "env": text}
    assert client.get(f"actions/{name}")["parameters"] == parameters


def test_init_parameters_are_not_taken_from_a_payload(client: Client) -> None:
    """3"""
    name = client.action(parameters=[{"key": "SETTING", "value": 1, "init": True}])
    for _ in range(2):
        assert client.result(name, {"SETTING": 2, "k": 3}) == {"k": 3}


def test_the_size_of_a_response_is_the_runtimes_own(client: Client) -> None:
    """2.5, 8.2: the text of its answer, with the line's end"""
    for payload, size in (({"a": 1}, 9), ({"a": "ü"}, 11)):
        assert client.invoke(client.action(), payload).json["response"]["size"] == size


def test_final_parameters_cannot_be_overridden(client: Client) -> None:
    """3, 11.8: those that have a value"""
    bound = pairs({"fixed": 1, "open": None})
    name = client.action(parameters=bound, annotations=pairs({"final": True}))
    assert client.invoke(name, {"fixed": 2}).refusal == OVERRIDES
    assert client.invoke(name, {"fixed": 1}, "").refusal == OVERRIDES
    assert client.result(name, {"open": 2}) == {"fixed": 1, "open": 2}


@pytest.mark.parametrize("value", ["true", 1, False])
def test_final_takes_no_less_than_true(client: Client, value: Any) -> None:
    """2.1, 3"""
    name = client.action(parameters=pairs({"k": 1}), annotations=pairs({"final": value}))
    assert client.result(name, {"k": 2}) == {"k": 2}


def test_half_a_surrogate_pair_is_not_fatal(client: Client) -> None:
    """1.3: legal in JSON's escapes, impossible in what is stored and sent on."""
    answer = client.api(
        "POST",
        f"actions/{client.action()}?blocking=true&result=true",
        b'{"x": "a\\ud800", "y": "\\ud83d\\ude00"}',
        **{"content-type": "application/json"},
    )
    assert answer.status == 200
    assert answer.json["x"].startswith("a")
    assert answer.json["y"] == "\U0001f600"


@pytest.mark.parametrize(
    "value", [2**53, -(2**63), 1e-7, 0.1, "", "\u2028\0", "💡", [], {}, {"": {"a": [None, True]}}]
)
def test_values_pass_through_unchanged(client: Client, value: Any) -> None:
    """1.6"""
    name = client.action()
    assert client.result(name, {"x": value}) == {"x": value}
    assert client.activations(f"name={name}&docs=true")[0]["response"]["result"] == {"x": value}
