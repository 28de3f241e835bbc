"""What client-go, under wsk and wskdeploy alike, decodes (the notes of section 12)."""

from tests.clients.host import ECHO, Host


def test_numbers_are_integers(host: Host) -> None:
    """Go clients decode times as integers, `version` as a string and `publish` as a boolean."""
    host.make("packages/p", {})
    host.make("triggers/t", {})
    host.action("a")
    host.make("rules/r", {"trigger": "/_/t", "action": "/_/a"})
    host("POST", "triggers/t", {})
    host("POST", "actions/a?blocking=true", {})
    entities = ("actions/a", "packages/p", "triggers/t", "rules/r")
    found = [host.found(path) for path in entities]
    found += [item for path in entities for item in host.found(f"{path.split('/')[0]}")]
    for docs in ("true", "false"):
        found += host.found(f"activations?docs={docs}&since={host.since}")
    assert len(found) >= 12
    for entity in found:
        times = entity.keys() & {"updated", "start", "end", "duration"}
        assert times
        assert all(type(entity[key]) is int for key in times), entity
        assert (type(entity["version"]), type(entity["publish"])) == (str, bool)


def test_fields_that_the_platform_ignores(host: Host) -> None:
    """Some clients send `env` on an action."""
    exec_ = {"kind": "python:default", "code": ECHO}
    host.make("actions/a", {"exec": exec_, "env": [{"key": "k", "value": "v"}], "other": {"x": 1}})
    assert host.found("actions/a").keys().isdisjoint({"env", "other"})


def test_a_blocking_invoke_that_takes_longer(host: Host) -> None:
    """client-go reads the id from a 202 to a blocking call"""
    host.action("slow", "import time\n\n\ndef main(args):\n    time.sleep(1)\n    return args\n")
    path = "actions/slow?blocking=true&result=true&timeout=100"
    status, accepted = host("POST", path, {})
    assert (status, accepted.keys()) == (202, {"activationId"})
