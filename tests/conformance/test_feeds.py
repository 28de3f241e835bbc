"""Feeds as their clients drive them: section 7.1 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import Client, pairs

KEY = "uuid:key"
RAISES = "def main(args): raise ValueError('no access')"


def feed(client: Client, text: str = "def main(args): return args") -> str:
    package = client.make("packages", {"parameters": pairs({"bound": 1})})
    marked = pairs({"feed": "/_/some/description"})
    return client.action(text, f"{package}/changes", annotations=marked)


def trigger_of(client: Client, source: str) -> str:
    return client.make("triggers", {"annotations": pairs({"feed": f"/_/{source}"})})


def life_cycle(event: str, trigger: str, **parameters: Any) -> dict[str, Any]:
    about = {"lifecycleEvent": event, "triggerName": f"/_/{trigger}", "authKey": KEY}
    return {**parameters, **about}


def test_feeds_stand_apart_in_their_package(client: Client) -> None:
    """2.2, 7.1"""
    package = feed(client).partition("/")[0]
    shown = client.get(f"packages/{package}")
    assert ([each["name"] for each in shown["feeds"]], shown["actions"]) == (["changes"], [])


@pytest.mark.parametrize("event", ["CREATE", "READ", "UPDATE", "DELETE"])
def test_a_feed_gets_the_life_cycle_and_the_parameters(client: Client, event: str) -> None:
    """7.1, 11.22, assertion 7: exactly these"""
    source = feed(client)
    sent = life_cycle(event, trigger_of(client, source), b=2)
    answer = client.invoke(source, sent, "blocking=true&result=false")
    assert answer.status == 200
    assert answer.json["response"]["result"] == {"bound": 1, **sent}


def test_a_feed_through_a_binding(client: Client) -> None:
    """7.1"""
    package, _, name = feed(client).partition("/")
    source = f"{client.binding(package, parameters=pairs({'bound': 2}))}/{name}"
    sent = life_cycle("CREATE", trigger_of(client, source))
    answer = client.invoke(source, sent, "blocking=true&result=false")
    assert answer.json["response"]["result"] == {"bound": 2, **sent}


def test_a_feed_of_another_namespace(client: Client, other: Client) -> None:
    """7.1: as wsk addresses it, with the key of the caller"""
    shared = other.make("packages", {"publish": True})
    other.action(name=f"{shared}/changes", annotations=pairs({"feed": True}))
    trigger = client.make(
        "triggers", {"annotations": pairs({"feed": f"/{other.namespace}/{shared}/changes"})}
    )
    sent = life_cycle("CREATE", trigger)
    path = f"{other.namespace}/actions/{shared}/changes?blocking=true&result=false"
    record = client.call("POST", path, sent).json
    assert record["response"]["result"] == sent
    assert record["namespace"] == client.namespace


def test_feed_parameters_are_not_the_triggers(client: Client) -> None:
    """7.1"""
    source = feed(client)
    trigger = trigger_of(client, source)
    client.invoke(source, life_cycle("CREATE", trigger, b=2), "blocking=true&result=false")
    shown = client.get(f"triggers/{trigger}")
    assert shown["parameters"] == []
    assert shown["annotations"] == pairs({"feed": f"/_/{source}"})


def test_a_feed_that_fails_leaves_the_trigger_to_the_client(client: Client) -> None:
    """7.1, 11.22, assertion 7"""
    source = feed(client, RAISES)
    trigger = trigger_of(client, source)
    failed = client.invoke(source, life_cycle("CREATE", trigger), "blocking=true&result=false")
    assert (failed.status, failed.json["response"]["success"]) == (502, False)
    assert failed.json["response"]["result"] == {"error": "no access"}
    assert client.api("GET", f"triggers/{trigger}").status == 200
    # What wsk does next: the trigger first of all, and the feed's failure counts for nothing.
    deleted = client.invoke(source, life_cycle("DELETE", trigger), "blocking=true&result=false")
    assert deleted.status == 502
    assert client.api("DELETE", f"triggers/{trigger}").status == 200
    assert client.api("GET", f"triggers/{trigger}").status == 404


def test_a_feed_that_answers_with_a_status_code_succeeds(client: Client) -> None:
    """7.1"""
    source = feed(client, "def main(args): return {'statusCode': 404, 'body': 'none'}")
    answer = client.invoke(source, life_cycle("READ", "t"), "blocking=true&result=false")
    assert (answer.status, answer.json["response"]["success"]) == (200, True)
