"""wskdeploy's managed projects: what the manifest no longer names goes away."""

import pytest

from tests.clients.host import Host, unpaired
from tests.clients.program import Program

FIRST = """
project:
  name: orchard
  packages:
    apples:
      annotations: {about: fruit}
      actions:
        pick: {function: actions/echo.py, runtime: python:3.11, inputs: {basket: large}}
        press: {function: actions/greet, runtime: python:3.11, include: [[shared/words.py, ./]]}
      sequences:
        juice: {actions: "pick, press"}
      triggers: {ripe: {inputs: {sort: russet}}, rotten: {}}
      rules:
        harvest: {trigger: ripe, action: pick}
        compost: {trigger: rotten, action: press}
    pears:
      actions:
        pick: {function: actions/echo.py, runtime: python:3.11}
"""
SECOND = """
project:
  name: orchard
  packages:
    apples:
      actions:
        pick: {function: actions/echo.py, runtime: python:3.11}
      triggers: {ripe: {}}
      rules:
        harvest: {trigger: ripe, action: pick}
"""
REMAINING = {"packages/apples", "actions/apples/pick", "triggers/ripe", "rules/harvest"}


@pytest.fixture
def orchard(host: Host, wskdeploy: Program) -> Program:
    host.make("packages/mine", {})
    host.action("mine/own")
    (wskdeploy.folder / "manifest.yaml").write_text(FIRST)
    wskdeploy("--managed")
    return wskdeploy


def test_a_managed_project_is_marked_and_shrinks(orchard: Program, host: Host) -> None:
    """9.4: list summaries carry the annotations"""
    for collection, own in (("packages", 2), ("actions", 4), ("triggers", 2), ("rules", 2)):
        listed = host.found(f"{collection}")
        marks = [mark for item in listed if (mark := unpaired(item).get("whisk-managed"))]
        assert [mark["projectName"] for mark in marks] == ["orchard"] * own
    (orchard.folder / "manifest.yaml").write_text(SECOND)
    orchard("--managed")
    assert host.everything() == REMAINING | {"packages/mine", "actions/mine/own"}
    assert host.found("rules/harvest")["status"] == "active"


def test_sync_is_a_managed_deployment(orchard: Program, host: Host) -> None:
    """9.3"""
    (orchard.folder / "manifest.yaml").write_text(SECOND)
    orchard("sync")
    assert host.everything() == REMAINING | {"packages/mine", "actions/mine/own"}


def test_a_project_is_undeployed_by_its_name(orchard: Program, host: Host) -> None:
    """9.4"""
    orchard("undeploy", "--projectname", "orchard")
    assert host.everything() == {"packages/mine", "actions/mine/own"}


def test_what_is_exported_deploys_again(orchard: Program, host: Host) -> None:
    """9.3"""
    made = host.everything()
    orchard("export", "--projectname", "orchard", "-m", "exported/manifest.yaml")
    exported = orchard.folder / "exported"
    code = (exported / "apples" / "pick.py").read_text()
    assert code == (orchard.folder / "actions" / "echo.py").read_text()
    orchard("undeploy", "--projectname", "orchard")
    orchard("-m", "exported/manifest.yaml", "-p", "exported")
    assert host.everything() == made
    pressed = host("POST", "actions/apples/juice?blocking=true&result=true", {"who": 1})
    assert pressed == (200, {"text": "hello 1"})
