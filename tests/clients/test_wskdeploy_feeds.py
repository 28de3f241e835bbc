"""wskdeploy's feeds: the events that a feed action gets, and what is left when it fails."""

from tests.clients.host import Host, unpaired
from tests.clients.program import Program

FARM = """
packages:
  farm:
    actions:
      changes:
        function: actions/echo.py
        runtime: python:3.11
        annotations: {{feed: changes}}
    triggers:
      born:
        feed: {feed}
        inputs: {{barn: red, every: 5}}
        annotations: {{about: lambs}}
    rules:
      on_born: {{trigger: born, action: changes}}
"""


def farm(wskdeploy: Program, feed: str) -> None:
    (wskdeploy.folder / "manifest.yaml").write_text(FARM.format(feed=feed))


def test_a_feed_of_the_same_package(host: Host, wskdeploy: Program) -> None:
    """7.1, assertion 7"""
    farm(wskdeploy, "farm/changes")
    every = {"authKey": host.auth, "triggerName": "/_/born"}
    create = {**every, "lifecycleEvent": "CREATE", "barn": "red", "every": 5}
    delete = {**every, "lifecycleEvent": "DELETE"}
    wskdeploy()
    assert host.results("farm/changes") == [create]
    package = host.found("packages/farm")
    assert [action["name"] for action in package["feeds"]] == ["changes"]
    trigger = host.found("triggers/born")
    assert unpaired(trigger) == {"about": "lambs", "feed": "farm/changes"}
    assert (trigger["publish"], trigger["parameters"]) == (True, [])
    wskdeploy()
    assert host.results("farm/changes") == [create, delete, create]
    assert host.found("rules/on_born")["status"] == "active"
    wskdeploy("undeploy")
    assert host.results("farm/changes") == [create, delete, create, delete]
    assert host.everything() == set()


def test_a_feed_of_a_shared_package(host: Host, system: Host, wskdeploy: Program) -> None:
    """7.1, 1.2: the caller's key, and a record in the caller's namespace"""
    system.make("packages/market", {"publish": True})
    system.action("market/prices", annotations={"feed": "prices"})
    farm(wskdeploy, "/whisk.system/market/prices")
    wskdeploy()
    [event] = host.results("market/prices")
    assert (event["authKey"], event["triggerName"]) == (host.auth, "/_/born")
    assert event["lifecycleEvent"] == "CREATE"
    wskdeploy("undeploy")
    assert [event["lifecycleEvent"] for event in host.results("market/prices")] == [
        "CREATE",
        "DELETE",
    ]


def test_a_feed_that_refuses_leaves_no_trigger(host: Host, wskdeploy: Program) -> None:
    """7.1: a feed fails by `error`, whatever else it answers"""
    host.make("packages/shop", {})
    host.action("shop/closed", "def main(args):\n    raise ValueError('closed today')\n")
    farm(wskdeploy, "shop/closed")
    code, output = wskdeploy.run()
    assert code != 0
    assert "closed today" in output
    assert host.names("triggers") == set()
