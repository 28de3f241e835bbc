"""Sequences: section 5 of the contract."""

import time

import pytest

from tests.localwhisk.client import WEB, Client, fresh, pairs, unpaired

ECHO = "def main(args): return args"
ADD = "def main(args): return {'n': args.get('n', 0) + 1}"
FAIL = "def main(args): return {'error': {'statusCode': 422, 'body': {'why': 'b'}}}"


def put(client: Client, name: str, components: list[str]) -> tuple[int, str]:
    exec_ = {"kind": "sequence", "components": components}
    answer = client.api("PUT", f"actions/{name}?overwrite=true", {"exec": exec_})
    return answer.status, answer.error


def test_each_component_gets_the_result_before_it(client: Client) -> None:
    """5"""
    add = client.action(ADD)
    record = client.invoke(client.sequence(add, add, add), {"n": 1}).json
    assert record["response"]["result"] == {"n": 4}


def test_record(client: Client) -> None:
    """5"""
    slow = client.action("import time\ndef main(args):\n time.sleep(0.05)\n return args")
    add = client.action(ADD, limits={"memory": 512})
    name = client.sequence(slow, add)
    record = client.record(client.invoke(name).json["activationId"])
    steps = [client.record(step) for step in record["logs"]]
    assert [step["name"] for step in steps] == [slow, add]
    assert record["duration"] == sum(step["duration"] for step in steps)
    annotations = unpaired(record["annotations"])
    assert annotations["kind"] == "sequence"
    assert annotations["topmost"] is True
    assert annotations["limits"]["memory"] == 512
    assert "cause" not in record
    for step in steps:
        assert step["cause"] == record["activationId"]
        assert unpaired(step["annotations"])["causedBy"] == "sequence"


def test_a_failing_component_stops_it(client: Client) -> None:
    """12, assertion 3"""
    first, last = client.action(ECHO), client.action(ADD)
    answer = client.invoke(client.sequence(first, client.action(FAIL), last))
    assert answer.status == 502
    assert answer.json["response"]["result"]["error"]["statusCode"] == 422
    record = client.record(answer.json["activationId"])
    assert len(record["logs"]) == 2
    assert client.api("GET", f"activations?name={last}").json == []


def test_a_component_that_crashes_gives_its_status(client: Client) -> None:
    """5"""
    crash = client.action("import os\ndef main(args): os._exit(1)")
    answer = client.invoke(client.sequence(crash))
    assert answer.status == 502
    assert answer.json["response"]["status"] == "action developer error"


def test_error_in_the_first_payload_does_not_stop_it(client: Client) -> None:
    """5"""
    name = client.sequence(client.action(ADD))
    assert client.invoke(name, {"error": "sent"}).json["response"]["result"] == {"n": 1}


def test_parameters_of_the_sequence_are_not_applied_but_each_components_own(
    client: Client,
) -> None:
    """2.1, 3"""
    package = client.make("packages", {"parameters": pairs({"from": "package"})})
    echo = client.action(ECHO, f"{package}/echo", parameters=pairs({"own": 1}))
    name = f"{package}/{fresh()}"
    body = {
        "exec": {"kind": "sequence", "components": [f"/_/{echo}"]},
        "parameters": pairs({"lost": True}),
    }
    created = client.api("PUT", f"actions/{name}", body).json
    component = f"/{client.namespace}/{echo}"
    assert created["parameters"] == [{"key": "_actions", "value": [component]}]
    assert created["exec"] == {"kind": "sequence", "components": [component]}
    result = client.invoke(name, {"x": 1}, "blocking=true&result=true").json
    assert result == {"from": "package", "own": 1, "x": 1}


def test_nested_sequences_contribute_their_own_id(client: Client) -> None:
    """5"""
    add = client.action(ADD)
    inner = client.sequence(add, add)
    record = client.invoke(client.sequence(inner, add)).json
    outer = client.record(record["activationId"])
    assert outer["response"]["result"] == {"n": 3}
    nested = client.record(outer["logs"][0])
    assert (nested["name"], nested["cause"]) == (inner, outer["activationId"])
    annotations = unpaired(nested["annotations"])
    assert (annotations["topmost"], annotations["causedBy"]) == (False, "sequence")


def test_arrays_pass_through(client: Client) -> None:
    """3"""
    make = client.action("def main(args): return [1, 2]")
    total = client.action("def main(args): return {'sum': sum(args)}", parameters=pairs({"k": 1}))
    answer = client.invoke(client.sequence(make, total), {}, "blocking=true&result=true")
    assert answer.json == {"sum": 3}


def test_component_that_is_gone_at_run_time(client: Client) -> None:
    """5"""
    gone = client.action(ECHO)
    name = client.sequence(gone)
    client.api("DELETE", f"actions/{gone}")
    answer = client.invoke(name)
    assert answer.status == 502
    assert answer.json["response"]["status"] == "application error"
    assert answer.json["response"]["result"] == {"error": "The requested resource does not exist."}


def test_validation(client: Client) -> None:
    """5"""
    echo, name = client.action(ECHO), fresh()
    assert put(client, name, []) == (400, "No component specified for the sequence.")
    assert put(client, name, ["/_/missing"]) == (400, "Sequence component does not exist.")
    status, _ = put(client, name, ["/_/no-package/missing"])
    assert status == 404
    too_many = [f"/_/{echo}"] * 51
    assert put(client, name, too_many) == (400, "Too many actions in the sequence.")
    assert put(client, name, [f"/_/{name}"]) == (400, "Sequence may not refer to itself.")


def test_nested_actions_count_and_cycles_are_found(client: Client) -> None:
    """5"""
    echo = client.action(ECHO)
    inner = client.sequence(*[echo] * 26)
    too_long = [f"/_/{inner}"] * 2
    assert put(client, fresh(), too_long) == (400, "Too many actions in the sequence.")
    outer = client.sequence(inner)
    assert put(client, inner, [f"/_/{outer}"]) == (400, "Sequence may not refer to itself.")


def test_over_the_web_the_components_error_is_the_response(client: Client) -> None:
    """4.4"""
    stops = client.sequence(client.action(FAIL), client.action(ADD), annotations=pairs(WEB))
    answer = client.web("GET", f"default/{stops}")
    assert (answer.status, answer.json) == (422, {"why": "b"})


@pytest.mark.parametrize("blocking", ["false", "true&timeout=100"])
def test_it_goes_on_when_nobody_waits(client: Client, blocking: str) -> None:
    """1.6, 5"""
    slow = client.action("import time\ndef main(args):\n time.sleep(0.3)\n return {'done': 1}")
    began = time.monotonic()
    answer = client.invoke(client.sequence(slow), {}, f"blocking={blocking}")
    assert (answer.status, time.monotonic() - began < 0.3) == (202, True)
    record = client.record(answer.json["activationId"])
    assert record["response"]["result"] == {"done": 1}


def test_an_update_without_exec_checks_no_components(client: Client) -> None:
    """2.1"""
    gone = client.action(ECHO)
    name = client.sequence(gone)
    client.api("DELETE", f"actions/{gone}")
    body = {"annotations": pairs({"description": "still there"})}
    assert client.api("PUT", f"actions/{name}?overwrite=true", body).status == 200
