"""Compositions within others, their length and their end: section 5 of the contract."""

from tests.conformance.client import Client, unpaired
from tests.conformance.conductors import ADD, STEPS, conductor, steps_of

TOO_LONG = {"error": "Too many actions in the composition."}


def test_nested(client: Client) -> None:
    """5: a composition, and a sequence, as steps"""
    step = client.action(ADD)
    outer, inner = conductor(client, STEPS), conductor(client)
    payload = {"steps": [inner], "action": step, "params": {"n": 1}}
    record = client.invoke(outer, payload).json
    assert record["response"]["result"] == {"n": 2}
    _, nested, _ = steps_of(client, record)
    annotations = unpaired(nested["annotations"])
    assert (annotations["topmost"], annotations["causedBy"]) == (False, "sequence")
    assert (nested["cause"], len(nested["logs"])) == (record["activationId"], 3)
    pair = client.sequence(step, step)
    assert client.result(outer, {"steps": [pair, pair], "n": 0}) == {"n": 4}


def test_within_a_sequence(client: Client) -> None:
    """5"""
    step = client.action(ADD)
    begin = client.action(f"def main(args): return {{'n': 1, 'steps': [{step!r}]}}")
    record = client.invoke(client.sequence(begin, conductor(client, STEPS), step)).json
    assert record["response"]["result"] == {"n": 3}
    assert len(client.record(record["logs"][1])["logs"]) == 3


def test_as_many_steps_as_are_allowed(client: Client) -> None:
    """5, 10"""
    name, step = conductor(client, STEPS), client.action(ADD)
    assert client.result(name, {"n": 0, "steps": [step] * 50}) == {"n": 50}
    # Told of it like of a step's error, this conductor passes it on.
    assert client.result(name, {"n": 0, "steps": [step] * 51}) == TOO_LONG


def test_a_conductor_that_never_ends(client: Client) -> None:
    """5: is run 101 times"""
    name = conductor(client, "def main(args): return {'action': 'missing-for-ever'}")
    answer = client.invoke(name)
    assert (answer.status, answer.json["response"]["result"]) == (502, TOO_LONG)
    assert answer.json["response"]["status"] == "application error"
    assert len(client.record(answer.json["activationId"])["logs"]) == 101


def test_it_goes_on_when_nobody_waits(client: Client) -> None:
    """1.6, 5"""
    slow = client.action("import time\ndef main(args):\n time.sleep(0.3)\n return {'done': 1}")
    for query in ("", "blocking=true&timeout=100"):
        answer = client.invoke(conductor(client), {"action": slow}, query)
        assert answer.status == 202
        record = client.record(answer.json["activationId"])
        assert record["response"]["result"] == {"done": 1}
