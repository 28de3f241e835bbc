"""Running sequences: section 5 of the contract."""

import time
from typing import Any

import pytest

from tests.conformance.client import ECHO, WEB, Client, components, fresh, pairs, unpaired

ADD = "def main(args): return {'n': args.get('n', 0) + 1}"
FAIL = "def main(args): return {'error': {'statusCode': 422, 'body': {'why': 'b'}}}"
SLOW = "import time\ndef main(args):\n time.sleep(0.3)\n return {'done': 1}"


def test_each_component_gets_the_result_before_it(client: Client) -> None:
    """5"""
    add = client.action(ADD)
    assert client.result(client.sequence(add, add, add), {"n": 1}) == {"n": 4}


def test_record(client: Client) -> None:
    """2.5, 5, 11.7"""
    add = client.action(ADD, limits={"memory": 512})
    name = client.sequence(client.action(SLOW), add)
    record = client.record(client.invoke(name).json["activationId"])
    steps = [client.record(step) for step in record["logs"]]
    assert [step["name"] for step in steps][1:] == [add]
    assert record["duration"] == sum(step["duration"] for step in steps)
    annotations = unpaired(record["annotations"])
    assert annotations["kind"] == "sequence"
    assert annotations["topmost"] is True
    assert annotations["path"] == f"{client.namespace}/{name}"
    assert annotations["limits"]["memory"] == 512
    assert annotations["waitTime"] >= 0
    assert {"causedBy", "initTime", "binding"}.isdisjoint(annotations)
    assert "cause" not in record
    for step in steps:
        assert step["cause"] == record["activationId"]
        assert unpaired(step["annotations"])["causedBy"] == "sequence"
        assert "topmost" not in unpaired(step["annotations"])


def test_blocking_answers_with_the_ids_of_the_components(client: Client) -> None:
    """5: unlike an action's logs they are there at once"""
    add = client.action(ADD)
    record = client.invoke(client.sequence(add, add)).json
    assert len(record["logs"]) == 2
    assert record == client.record(record["activationId"])


def test_a_failing_component_stops_it(client: Client) -> None:
    """5, assertion 3"""
    first, fails, last = client.action(), client.action(FAIL), client.action(ADD)
    answer = client.invoke(client.sequence(first, fails, last))
    assert answer.status == 502
    assert answer.json["response"]["status"] == "application error"
    assert answer.json["response"]["result"]["error"]["statusCode"] == 422
    record = client.record(answer.json["activationId"])
    assert [client.record(step)["name"] for step in record["logs"]] == [first, fails]
    assert client.get(f"activations?name={last}") == []


@pytest.mark.parametrize("value", [None, False, {}])
def test_any_error_stops_it(client: Client, value: Any) -> None:
    """5: also one that is null, false or empty"""
    fails = client.action(f"def main(args): return {{'error': {value!r}}}")
    answer = client.invoke(client.sequence(fails, client.action(ADD)))
    assert (answer.status, answer.json["response"]["result"]) == (502, {"error": value})


@pytest.mark.parametrize("result", [{}, {"n": 0}, {"n": None}, {"x": False}])
def test_a_falsy_result_does_not_stop_it(client: Client, result: Any) -> None:
    """5, 11.7"""
    gives = client.action(f"def main(args): return {result!r}")
    wraps = client.action("def main(args): return {'got': args}")
    assert client.result(client.sequence(gives, wraps)) == {"got": result}


@pytest.mark.parametrize("text", ["import os\ndef main(args): os._exit(1)", "def main(args:"])
def test_a_component_that_crashes_gives_its_status(client: Client, text: str) -> None:
    """5"""
    answer = client.invoke(client.sequence(client.action(text), client.action(ADD)))
    assert answer.status == 502
    assert answer.json["response"]["status"] == "action developer error"
    assert len(client.record(answer.json["activationId"])["logs"]) == 1


def test_error_in_the_first_payload_does_not_stop_it(client: Client) -> None:
    """5"""
    assert client.result(client.sequence(client.action(ADD)), {"error": "sent"}) == {"n": 1}


def test_parameters_of_the_sequence_are_not_applied_but_each_components_own(
    client: Client,
) -> None:
    """2.1, 3, 11.7, 11.25"""
    package = client.make("packages", {"parameters": pairs({"from": "package"})})
    echo = client.action(name=f"{package}/echo", parameters=pairs({"own": 1}))
    plain = client.action("def main(args): return {'got': args}")
    name = f"{package}/{fresh()}"
    parts = [f"/_/{plain}", f"/_/{echo}"]
    created = client.put(
        f"actions/{name}",
        {"exec": components(*parts), "parameters": pairs({"lost": True})},
    )
    stored = [part.replace("/_/", f"/{client.namespace}/") for part in parts]
    assert created["parameters"] == [{"key": "_actions", "value": stored}]
    assert created["exec"] == components(*stored)
    assert client.result(name, {"x": 1}) == {"from": "package", "own": 1, "got": {"x": 1}}


def test_nested_sequences_contribute_their_own_id(client: Client) -> None:
    """5, 11.7"""
    add = client.action(ADD)
    inner = client.sequence(add, add)
    outer = client.invoke(client.sequence(inner, add)).json
    assert outer["response"]["result"] == {"n": 3}
    nested = client.record(client.record(outer["activationId"])["logs"][0])
    assert (nested["name"], nested["cause"]) == (inner, outer["activationId"])
    annotations = unpaired(nested["annotations"])
    assert (annotations["topmost"], annotations["causedBy"]) == (False, "sequence")
    steps = [client.record(step) for step in nested["logs"]]
    assert [step["cause"] for step in steps] == [nested["activationId"]] * 2
    assert nested["duration"] == sum(step["duration"] for step in steps)


def test_an_error_stops_the_sequences_around_it_too(client: Client) -> None:
    """5"""
    inner = client.sequence(client.action(FAIL), client.action(ADD))
    answer = client.invoke(client.sequence(inner, client.action(ADD)))
    assert answer.status == 502
    assert answer.json["response"]["result"]["error"]["statusCode"] == 422
    assert len(client.record(answer.json["activationId"])["logs"]) == 1


def test_arrays_pass_through(client: Client) -> None:
    """3: without what is bound"""
    make = client.action("def main(args): return [1, 2]")
    total = client.action("def main(args): return {'sum': sum(args)}", parameters=pairs({"k": 1}))
    assert client.result(client.sequence(make, total)) == {"sum": 3}
    ends = client.invoke(client.sequence(make))
    assert (ends.status, ends.json) == (200, [1, 2])


def test_through_a_binding(client: Client) -> None:
    """2.5, 5"""
    package = client.make("packages")
    path = f"{package}/steps"
    client.put(f"actions/{path}", {"exec": components(f"/_/{client.action(ADD)}")})
    record = client.invoke(f"{client.binding(package)}/steps").json
    annotations = unpaired(record["annotations"])
    assert annotations["path"] == f"{client.namespace}/{path}"
    assert annotations["binding"].startswith(f"{client.namespace}/")


def test_a_components_binding_gives_its_parameters(client: Client) -> None:
    """3, 5"""
    package = client.make("packages", {"parameters": pairs({"a": 0, "b": 0})})
    client.action(ECHO, f"{package}/echo")
    binding = client.binding(package, parameters=pairs({"b": 1}))
    assert client.result(client.sequence(f"{binding}/echo")) == {"a": 0, "b": 1}


def test_component_that_is_gone_at_run_time(client: Client) -> None:
    """5: after what could run has run"""
    gone = client.action()
    name = client.sequence(client.action(ADD), gone)
    client.api("DELETE", f"actions/{gone}")
    answer = client.invoke(name)
    assert answer.status == 502
    assert answer.json["response"]["status"] == "application error"
    assert answer.json["response"]["result"] == {"error": "Sequence component does not exist."}
    assert len(client.record(answer.json["activationId"])["logs"]) == 1


def test_a_component_is_taken_as_it_is_now(client: Client) -> None:
    """5"""
    part = client.action("def main(args): return {'v': 1}")
    name = client.sequence(part)
    client.action("def main(args): return {'v': 2}", part)
    assert client.result(name) == {"v": 2}


@pytest.mark.parametrize("extension", ["", ".http", ".json"])
def test_over_the_web_the_components_error_is_the_response(client: Client, extension: str) -> None:
    """4.4"""
    stops = client.sequence(client.action(FAIL), client.action(ADD), annotations=pairs(WEB))
    answer = client.web("GET", f"default/{stops}{extension}")
    body = {"why": "b"}
    expected = (200, {"statusCode": 422, "body": body}) if extension == ".json" else (422, body)
    assert (answer.status, answer.json) == expected


@pytest.mark.parametrize("query", ["blocking=false", "blocking=true&timeout=100"])
def test_it_goes_on_when_nobody_waits(client: Client, query: str) -> None:
    """1.6, 5"""
    name = client.sequence(client.action(SLOW), client.action())
    began = time.monotonic()
    answer = client.invoke(name, {}, query)
    assert (answer.status, time.monotonic() - began < 0.3) == (202, True)
    record = client.record(answer.json["activationId"])
    assert record["response"]["result"] == {"done": 1}


def test_component_whose_package_is_gone_at_run_time(client: Client) -> None:
    """5: is missed before anything runs"""
    package, first = client.make("packages"), client.action()
    part = client.action(name=f"{package}/part")
    name = client.sequence(first, part)
    client.api("DELETE", f"packages/{package}?force=true")
    assert client.invoke(name).refusal == (404, "The requested resource does not exist.")
    assert client.get(f"activations?name={first}") == []
