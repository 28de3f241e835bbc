"""Apache's wskdeploy: every entity made, changed, used and removed."""

import zipfile
from pathlib import Path

import pytest

from tests.clients.host import Answer, Host, eventually, unpaired
from tests.clients.program import Program

ACTIONS = {"echo", "greet", "zipped", "inline", "picture", "page", "raw", "steps", "greet_twice"}
DEPLOYED = {
    "packages/kitchen",
    "packages/pantry",
    "triggers/bell",
    "rules/on_bell",
    "actions/alone",
    *(f"actions/kitchen/{name}" for name in ACTIONS),
}


@pytest.fixture
def deployed(host: Host, system: Host, wskdeploy: Program) -> Program:
    system.make("packages/store", {"publish": True})
    host.action("mine")
    with zipfile.ZipFile(wskdeploy.folder / "zipped.zip", "w") as archive:
        archive.writestr("__main__.py", "def main(args):\n    return {'zipped': args['who']}\n")
    wskdeploy(from_outside="the environment")
    return wskdeploy


def invoke(host: Host, action: str, payload: object = None) -> Answer:
    path = f"actions/{action}?blocking=true&result=true"
    return host("POST", path, payload or {})


def test_every_entity_arrives(deployed: Program, host: Host) -> None:
    """9.1, 9.4"""
    assert host.everything() == DEPLOYED | {"actions/mine"}
    package = host.found("packages/kitchen")
    assert (package["version"], package["publish"]) == ("0.1.2", True)
    inputs = {"who": "ada", "from_outside": "the environment"}
    assert unpaired(package, "parameters") == inputs
    assert unpaired(package) == {"about": "cooking"}
    binding = host.found("packages/pantry")
    assert binding["binding"] == {"namespace": "whisk.system", "name": "store"}
    assert unpaired(binding, "parameters") == {"shelf": "top"}
    picture = host.found("actions/kitchen/picture")
    assert picture["limits"].items() >= {"timeout": 9000, "memory": 128, "logs": 1}.items()
    raw = unpaired(host.found("actions/kitchen/raw"))
    assert raw.items() >= {"web-export": True, "raw-http": True, "final": True}.items()
    assert unpaired(host.found("triggers/bell")) == {"about": "ringing"}


def test_what_it_deploys_runs(deployed: Program, host: Host) -> None:
    """1.6, 4.2, 4.6, 5"""
    inherited = {"who": "ada", "from_outside": "the environment"}
    assert invoke(host, "kitchen/echo", {"x": 1}) == (200, {**inherited, "x": 1})
    assert invoke(host, "kitchen/greet") == (200, {"text": "hello ada"})
    assert invoke(host, "kitchen/zipped") == (200, {"zipped": "ada"})
    assert invoke(host, "kitchen/inline") == (200, {"dish": "soup", "who": "ada"})
    assert invoke(host, "kitchen/picture") == (200, inherited)
    assert invoke(host, "kitchen/greet_twice") == (200, {**inherited, "text": "hello ada"})
    assert invoke(host, "alone", {"x": 1}) == (200, {"x": 1})
    page = "/api/v1/web/guest/kitchen/page.json"
    assert host.get(page)[0] == 401
    secret = {"X-Require-Whisk-Auth": "secret"}
    assert host.get(page, **secret) == (200, {"text": "hello ada"})
    assert host.get("/api/v1/web/guest/kitchen/greet_twice.json")[0] == 200
    status, seen = host.get("/api/v1/web/guest/kitchen/raw.json?a=b", "POST", "plain")
    assert (status, seen["__ow_query"]) == (200, "a=b")


def test_a_conductor_it_deploys_runs(deployed: Program, host: Host) -> None:
    """5, 9.1"""
    assert invoke(host, "kitchen/steps", {"who": "grace"}) == (200, {"said": "hello grace"})


def test_its_trigger_and_rule_fire(deployed: Program, host: Host) -> None:
    """6, 9.4"""
    assert host("POST", "triggers/bell", {"rung": 2})[0] == 202
    [result] = eventually(lambda: host.results("kitchen/echo"))
    assert result.items() >= {"who": "ada", "place": "door", "rung": 2}.items()


def test_a_second_deployment_updates(deployed: Program, host: Host) -> None:
    """9.1: what the manifest no longer names is not removed."""
    manifest = deployed.folder / "manifest.yaml"
    text = manifest.read_text().replace("inputs: {dish: soup}", "inputs: {side: salad}")
    manifest.write_text(text.replace("annotations: {require-whisk-auth: secret}", ""))
    host("POST", "rules/on_bell", {"status": "inactive"})
    deployed(from_outside="another")
    assert host.everything() == DEPLOYED | {"actions/mine"}
    inline = host.found("actions/kitchen/inline")
    assert inline["version"] == "0.0.2"
    assert unpaired(inline, "parameters").keys() == {"side", "who", "from_outside"}
    page = host.found("actions/kitchen/page")
    assert unpaired(page)["require-whisk-auth"] == "secret"
    assert host.found("rules/on_bell")["status"] == "active"


def test_a_deployment_file_and_parameters_override(deployed: Program, host: Host) -> None:
    """9.3"""
    deployed("-d", "overrides.yaml")
    package = host.found("packages/kitchen")
    assert unpaired(package, "parameters")["who"] == "grace"
    assert unpaired(package) == {"about": "baking"}
    assert unpaired(host.found("triggers/bell"), "parameters") == {"place": "gate"}
    inline = host.found("actions/kitchen/inline")
    assert unpaired(inline)["tasted"] is True
    assert invoke(host, "kitchen/inline") == (200, {"dish": "bread", "who": "grace"})
    deployed("--param", "who", "joan")
    assert invoke(host, "kitchen/greet") == (200, {"text": "hello joan"})


def test_a_preview_changes_nothing(deployed: Program, host: Host) -> None:
    """9.3"""
    assert "kitchen" in deployed("--preview")
    assert host.found("actions/kitchen/echo")["version"] == "0.0.1"


def test_undeploying_leaves_nothing_of_it(deployed: Program, host: Host) -> None:
    """9.4"""
    deployed("undeploy")
    assert host.everything() == {"actions/mine"}


def test_what_the_host_refuses_is_told(host: Host, wskdeploy: Program, tmp_path: Path) -> None:
    """1.3: client-go shows the message when `error` and `code` are both there."""
    manifest = wskdeploy.folder / "wrong.yaml"
    manifest.write_text(
        "packages: {kitchen: {sequences: {broken: {actions: missing}}}}",
    )
    code, output = wskdeploy.run("-m", "wrong.yaml")
    assert code != 0
    assert "Sequence component does not exist." in output
