"""Invoking actions: sections 1.6, 3 and 8.2 of the contract."""

import pytest

from tests.localwhisk.client import Client, fresh, pairs, unpaired

ECHO = "def main(args): return args"
FAILS = "def main(args): return {'error': 'x', 'more': 1}"
ENVIRONMENT = "import os\ndef main(args): return dict(os.environ)"


def test_blocking_answers_with_the_record_without_logs(client: Client) -> None:
    """1.6, 2.5"""
    name = client.action("def main(args):\n print('hi')\n return {'got': args}")
    answer = client.invoke(name, {"x": 1})
    record = answer.json
    assert answer.status == 200
    assert record["logs"] == []
    response = record["response"]
    assert (response["status"], response["success"]) == ("success", True)
    assert response["result"] == {"got": {"x": 1}}
    assert "statusCode" not in response
    assert answer.headers["x-openwhisk-activation-id"] == record["activationId"]
    [line] = client.record(record["activationId"])["logs"]
    assert line.endswith(" stdout: hi")
    assert len(line.split()[0]) == 30


def test_record_fields(client: Client) -> None:
    """2.5"""
    name = client.action(ECHO)
    cold, warm = client.invoke(name).json, client.invoke(name).json
    assert len(cold["activationId"]) == 32
    assert cold["namespace"] == client.namespace
    assert cold["end"] - cold["start"] == cold["duration"]
    assert "cause" not in cold
    annotations = unpaired(cold["annotations"])
    assert annotations["path"] == f"{client.namespace}/{name}"
    assert annotations["limits"]["timeout"] == 60000
    assert annotations["timeout"] is False
    assert annotations["waitTime"] >= 0
    assert annotations["initTime"] > 0
    assert "initTime" not in unpaired(warm["annotations"])


def test_result_only(client: Client) -> None:
    """1.6"""
    name = client.action(ECHO)
    assert client.invoke(name, {"x": 1}, "blocking=true&result=true").json == {"x": 1}


def test_non_blocking(client: Client) -> None:
    """1.6"""
    answer = client.invoke(client.action(ECHO), {"x": 1}, "")
    assert answer.status == 202
    assert set(answer.json) == {"activationId"}
    record = client.record(answer.json["activationId"])
    assert record["response"]["result"] == {"x": 1}


def test_no_body_is_an_empty_payload(client: Client) -> None:
    """1.3"""
    answer = client.api("POST", f"actions/{client.action(ECHO)}?blocking=true&result=true")
    assert (answer.status, answer.json) == (200, {})


def test_application_error_is_502_and_drops_what_stands_beside_it(client: Client) -> None:
    """12, assertion 2"""
    name = client.action(FAILS)
    answer = client.invoke(name)
    assert answer.status == 502
    assert answer.json["response"]["result"] == {"error": "x"}
    assert answer.json["response"]["status"] == "application error"
    assert answer.json["response"]["success"] is False
    short = client.invoke(name, {}, "blocking=true&result=true")
    assert (short.status, short.json) == (502, {"error": "x"})


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("def main(args): raise ValueError('boom')", "application error", "boom"),
        ("import sys\ndef main(args): sys.exit(1)", "action developer error", "command exited"),
        ("def main(args): return None", "action developer error", "The action did not"),
        ("def main(args): return 'text'", "action developer error", "The action did not"),
        ("def main(args:", "action developer error", "The action failed to"),
    ],
)
def test_failures(client: Client, code: str, status: str, error: str) -> None:
    """12, assertion 8"""
    answer = client.invoke(client.action(code))
    assert answer.status == 502
    assert answer.json["response"]["status"] == status
    assert answer.json["response"]["result"]["error"].startswith(error)


def test_array_results_come_bare(client: Client) -> None:
    """1.6"""
    answer = client.invoke(client.action("def main(args): return [1, {'a': 2}]"))
    assert (answer.status, answer.json) == (200, [1, {"a": 2}])


def test_wait_shorter_than_the_run(client: Client) -> None:
    """1.6"""
    name = client.action("import time\ndef main(args):\n time.sleep(0.6)\n return {'late': 1}")
    answer = client.invoke(name, {}, "blocking=true&timeout=100")
    assert answer.status == 202
    record = client.record(answer.json["activationId"])
    assert record["response"]["result"] == {"late": 1}


@pytest.mark.parametrize("timeout", ["0", "60001", "x", "-1"])
def test_bad_wait(client: Client, timeout: str) -> None:
    """1.6"""
    name = client.action(ECHO)
    answer = client.invoke(name, {}, f"blocking=true&timeout={timeout}")
    assert answer.status == 400
    assert answer.error.endswith("Timeout must be number of milliseconds up to 60000.")


def test_action_past_its_time_limit(client: Client) -> None:
    """8.2"""
    code = "import time\ndef main(args): time.sleep(30)"
    answer = client.invoke(client.action(code, limits={"timeout": 300}))
    assert answer.status == 502
    assert answer.json["response"]["result"] == {
        "error": "The action exceeded its time limits of 300 milliseconds."
    }
    assert unpaired(answer.json["annotations"])["timeout"] is True


def test_environment(client: Client) -> None:
    """12, assertion 9"""
    name = client.action(ENVIRONMENT)
    record = client.invoke(name, {}).json
    seen = record["response"]["result"]
    assert {"PATH", "HOME", "__OW_API_KEY"}.isdisjoint(seen)
    assert seen["__OW_NAMESPACE"] == client.namespace
    assert seen["__OW_ACTION_NAME"] == f"/{client.namespace}/{name}"
    assert seen["__OW_ACTION_VERSION"] == "0.0.1"
    assert seen["__OW_ACTIVATION_ID"] == record["activationId"]
    assert seen["__OW_API_HOST"].startswith("http")
    assert int(seen["__OW_DEADLINE"]) > record["start"]


def test_api_key_is_given_on_request_only(client: Client) -> None:
    """8.1, 2.1"""
    name = client.action(ENVIRONMENT, annotations=pairs({"provide-api-key": True}))
    seen = client.invoke(name, {}, "blocking=true&result=true").json
    assert seen["__OW_API_KEY"] == client.auth


def test_init_parameters_are_environment_and_no_arguments(client: Client) -> None:
    """3"""
    code = "import os\ndef main(args): return {'args': args, 'env': os.environ.get('SETTING')}"
    parameters = [{"key": "SETTING", "value": {"a": [1]}, "init": True}, {"key": "k", "value": 1}]
    name = client.action(code, parameters=parameters)
    result = client.invoke(name, {}, "blocking=true&result=true").json
    assert result == {"args": {"k": 1}, "env": '{"a":[1]}'}


def test_final_parameters_cannot_be_overridden(client: Client) -> None:
    """3"""
    bound = pairs({"fixed": 1, "open": None})
    name = client.action(ECHO, parameters=bound, annotations=pairs({"final": True}))
    refused = client.invoke(name, {"fixed": 2})
    assert refused.status == 400
    assert refused.error == (
        "Request defines parameters that are not allowed (e.g., reserved properties)."
    )
    result = client.invoke(name, {"open": 2}, "blocking=true&result=true").json
    assert result == {"fixed": 1, "open": 2}


def test_an_update_takes_effect_on_the_next_call(client: Client) -> None:
    """8.1"""
    name = client.action("def main(args): return {'v': 1}")
    assert client.invoke(name).json["response"]["result"] == {"v": 1}
    client.action("def main(args): return {'v': 2}", name)
    record = client.invoke(name).json
    assert (record["response"]["result"], record["version"]) == ({"v": 2}, "0.0.2")


def test_deleted_and_made_again_with_the_same_version(client: Client) -> None:
    """8.1"""
    name = client.action("def main(args): return {'v': 1}")
    client.invoke(name)
    client.api("DELETE", f"actions/{name}")
    client.action("def main(args): return {'v': 2}", name)
    assert client.invoke(name).json["response"]["result"] == {"v": 2}


def test_missing_action(client: Client) -> None:
    """1.7"""
    answer = client.invoke(fresh())
    assert (answer.status, answer.error) == (404, "The requested resource does not exist.")


def test_half_a_surrogate_pair_becomes_a_question_mark(client: Client) -> None:
    """1.3: legal in JSON's escapes, impossible in what is stored and sent on."""
    name = client.action(ECHO)
    answer = client.api(
        "POST",
        f"actions/{name}?blocking=true&result=true",
        b'{"x": "a\\ud800", "y": "\\ud83d\\ude00"}',
        **{"content-type": "application/json"},
    )
    assert answer.json == {"x": "a?", "y": "\U0001f600"}
