"""The real `wsk`, where one was built: test_wsk_requests.py has what it sends for everyone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.host import ECHO, Host, eventually
from tests.clients.program import Program


@pytest.fixture(autouse=True)
def code(wsk: Program) -> Path:
    file = wsk.folder / "echo.py"
    file.write_text(ECHO)
    return file


def document(output: str) -> Any:
    """The JSON that follows the line about success."""
    return json.loads(output[output.index("{") :])


def test_property_and_namespace(wsk: Program, host: Host) -> None:
    """12, 1.1"""
    properties = dict(line.split("\t\t", 1) for line in wsk("property", "get", "--all").splitlines()
                      if "\t\t" in line)  # fmt: skip
    assert properties["whisk API host"] == host.url
    assert properties["whisk namespace"] == "guest"
    assert properties["whisk API build"].strip()
    assert wsk("namespace", "list").split() == ["namespaces", "guest"]
    host.action("a")
    for command in (["namespace", "get"], ["list"]):
        assert "/guest/a" in wsk(*command)


def test_actions(wsk: Program, host: Host, code: Path) -> None:
    """12, 2.1"""
    wsk("action", "create", "a", "echo.py", "-p", "k", "1", "--web", "true")
    wsk("action", "update", "a", "--web-secure", "secret")
    assert host.get("/api/v1/web/guest/default/a.json")[0] == 401
    wsk("action", "update", "a", "--web-secure", "false", "-p", "k", "2")
    assert host.get("/api/v1/web/guest/default/a.json")[1]["k"] == 2
    wsk("action", "create", "b", "a", "--copy")
    wsk("action", "create", "s", "--sequence", "a,b")
    assert document(wsk("action", "get", "a"))["version"] == "0.0.3"
    assert "code" not in document(wsk("action", "get", "a"))["exec"]
    wsk("action", "get", "b", "--save-as", "saved.py")
    assert (code.parent / "saved.py").read_text() == ECHO
    assert document(wsk("action", "invoke", "a", "-r", "-p", "x", "1")) == {"k": 2, "x": 1}
    record = document(wsk("action", "invoke", "s", "-b"))
    assert (record["response"]["result"], len(record["logs"])) == ({"k": 2}, 2)
    listed = wsk("action", "list").splitlines()
    assert [line.split() for line in listed[1:]] == [
        ["/guest/s", "private", "sequence"],
        *(["/guest/" + name, "private", "python:3.11"] for name in "ba"),
    ]
    for name in "sba":
        wsk("action", "delete", name)
    assert host.everything() == set()


def test_packages(wsk: Program, host: Host) -> None:
    """12, 2.2"""
    wsk("package", "create", "p", "-p", "k", "1", "-a", "description", "a box")
    wsk("package", "update", "p", "--shared", "yes", "-p", "k", "2")
    wsk("action", "create", "p/a", "echo.py")
    wsk("package", "bind", "/guest/p", "q", "-p", "x", "3")
    assert document(wsk("action", "invoke", "q/a", "-r")) == {"k": 2, "x": 3}
    assert "/guest/p/a" in wsk("package", "get", "p", "--summary")
    assert document(wsk("package", "get", "q"))["binding"] == {"namespace": "guest", "name": "p"}
    listed = wsk("package", "list")
    assert ["/guest/p", "shared"] in [line.split() for line in listed.splitlines()]
    assert "Package refresh for namespace '_' failed" in wsk.run("package", "refresh")[1]
    assert "Package not empty (contains 1 entity)" in wsk.run("package", "delete", "p")[1]
    for kind, name in (("package", "q"), ("action", "p/a"), ("package", "p")):
        wsk(kind, "delete", name)


def test_triggers_with_a_feed(wsk: Program, host: Host) -> None:
    """7.1"""
    wsk("package", "create", "farm")
    wsk("action", "create", "farm/changes", "echo.py", "-a", "feed", "true")
    wsk("trigger", "create", "born", "--feed", "farm/changes", "-p", "barn", "red")
    trigger = host.found("triggers/born")
    assert trigger["parameters"] == []
    wsk("trigger", "update", "born", "-p", "barn", "blue")
    read = document(wsk("trigger", "get", "born"))["response"]["result"]
    assert read["lifecycleEvent"] == "READ"
    wsk("trigger", "delete", "born")
    own = {"authKey": host.auth, "triggerName": "/_/born"}
    assert host.results("farm/changes") == [
        {**own, "lifecycleEvent": "CREATE", "barn": "red"},
        {**own, "lifecycleEvent": "UPDATE", "barn": "blue"},
        {**own, "lifecycleEvent": "READ"},
        {**own, "lifecycleEvent": "DELETE"},
    ]
    assert host.names("triggers") == set()
    assert wsk.run("trigger", "create", "born", "--feed", "farm/missing")[0] != 0
    assert host.names("triggers") == set()


def test_triggers_and_rules(wsk: Program, host: Host) -> None:
    """6"""
    host.action("a")
    wsk("trigger", "create", "t", "-p", "place", "door")
    wsk("trigger", "update", "t", "-p", "place", "gate")
    wsk("rule", "create", "r", "t", "a")
    assert "active" in wsk("rule", "list")
    wsk("rule", "disable", "r")
    assert wsk("trigger", "fire", "t").strip().endswith("with id")
    wsk("rule", "enable", "r")
    assert document(wsk("rule", "get", "r"))["status"] == "active"
    wsk("trigger", "fire", "t", "-p", "x", "1")
    [seen] = eventually(lambda: host.results("a"))
    assert seen.items() >= {"place": "gate", "x": 1}.items()
    assert document(wsk("trigger", "get", "t"))["name"] == "t"
    wsk("rule", "delete", "r", "--disable")
    wsk("trigger", "delete", "t")
    assert host.everything() == {"actions/a"}


def test_activations(wsk: Program, host: Host) -> None:
    """12, 1.5, 8.3"""
    host.action("speaks", "def main(args):\n    print('hi')\n    return {'error': 'boom'}\n")
    failed, output = wsk.run("action", "invoke", "speaks", "-b")
    assert failed
    assert "boom" in output
    line = wsk("activation", "list", "speaks", "--limit", "1").splitlines()[-1]
    assert line.split()[3:] == [
        "python:3.11", "cold", line.split()[5], "application", "error", "guest/speaks:0.0.1",
    ]  # fmt: skip
    activation = line.split()[2]
    assert document(wsk("activation", "get", activation))["activationId"] == activation
    assert wsk("activation", "logs", activation, "--strip").strip() == "hi"
    assert document(wsk("activation", "result", "--last")) == {"error": "boom"}
    with wsk.start("activation", "poll", "--since-seconds", "10", "--exit", "5") as poll:
        assert poll.stdout is not None
        assert any(f"Activation: 'speaks' ({activation})" in line for line in poll.stdout)
        assert any("stdout: hi" in line for line in poll.stdout)
        poll.terminate()


def test_apis(wsk: Program, host: Host) -> None:
    """1.8"""
    wsk("action", "create", "page", "echo.py", "--web", "true")
    made = wsk("api", "create", "/club", "/books", "get", "page", "-n", "library")
    address = f"{host.url}{host.gateway}/club/books"
    assert address in made
    wsk("api", "create", "/club", "/books/{isbn}", "delete", "page", "--response-type", "http")
    assert host.get(f"{host.gateway}/club/books?x=1")[1]["x"] == "1"
    assert address in wsk("api", "list")
    assert address in wsk("api", "list", "/club", "--full")
    assert document(wsk("api", "get", "/club"))["basePath"] == "/club"
    assert document(wsk("api", "get", "library", "--full"))
    wsk("api", "delete", "/club", "/books", "get")
    assert host.get(f"{host.gateway}/club/books")[0] == 404
    wsk("api", "delete", "library")
    assert address not in wsk("api", "list")
    refused = wsk.run("api", "delete", "/club")[1]
    assert "API deletion failure: API '/club' does not exist." in refused


def test_what_the_host_refuses_is_told(wsk: Program) -> None:
    """1.3, 1.7"""
    refused = wsk.run("action", "get", "nothing")[1]
    assert "The requested resource does not exist. (code " in refused
    refused = wsk.run("action", "create", "s", "--sequence", "nothing")[1]
    assert "Sequence component does not exist. (code " in refused
