"""The npm package `openwhisk`: every resource made, changed, used, listed and removed."""

import io
import json
import zipfile

from tests.clients.host import ECHO, Host, eventually
from tests.clients.npm import Npm

FAILING = "def main(args):\n    raise ValueError('boom')\n"
KIND = "python:default"


def test_namespaces(host: Host, npm: Npm) -> None:
    """1.4"""
    assert npm("namespaces.list") == ["guest"]
    host.action("one")
    host.make("triggers/two", {})
    found = npm("namespaces.get")
    assert {key: [item["name"] for item in value] for key, value in found.items()} == {
        "actions": ["one"], "packages": [], "triggers": ["two"], "rules": [],
    }  # fmt: skip


def test_packages(host: Host, npm: Npm) -> None:
    """2.2"""
    box = {"publish": True, "parameters": [{"key": "k", "value": 1}]}
    assert npm("packages.create", name="box", package=box)["version"] == "0.0.1"
    assert npm("packages.update", name="box", package={"publish": False})["version"] == "0.0.2"
    found = npm("packages.get", name="box")
    assert (found["parameters"], found["publish"], found["binding"]) == (
        [{"key": "k", "value": 1}], False, {},
    )  # fmt: skip
    bound = {"binding": {"namespace": "_", "name": "box"}}
    npm("packages.create", name="link", package=bound)
    assert [item["name"] for item in npm("packages.list", limit=1)] == ["link"]
    assert npm("packages.list", count=True) == {"packages": 2}
    assert npm("packages.delete", name="link")["name"] == "link"
    assert npm("packages.delete", name="box")["name"] == "box"
    assert npm("packages.list") == []


def test_actions(host: Host, npm: Npm) -> None:
    """2.1, 9.5"""
    limits = {"timeout": 5000}
    made = npm(
        "actions.create", name="a", action=ECHO, kind=KIND, params={"k": 1}, limits=limits,
        annotations={"about": "x"},
    )  # fmt: skip
    annotations = {pair["key"]: pair["value"] for pair in made["annotations"]}
    assert annotations.items() >= {"about": "x", "provide-api-key": False}.items()
    assert (made["parameters"], made["limits"]["timeout"]) == ([{"key": "k", "value": 1}], 5000)
    assert npm("actions.update", name="a", params={"k": 2})["version"] == "0.0.2"
    assert npm("actions.get", name="a")["exec"]["code"] == ECHO
    assert "code" not in npm("actions.get", name="a", code=False)["exec"]
    assert [item["name"] for item in npm("actions.list", limit=10, skip=0)] == ["a"]
    assert npm("actions.list", count=True) == {"actions": 1}
    assert npm("actions.invoke", name="a", blocking=True, result=True) == {"k": 2}
    assert npm("actions.delete", name="/guest/a")["name"] == "a"
    assert npm("actions.list") == []


def test_a_zip_in_a_package(host: Host, npm: Npm) -> None:
    """2.1, 8.5"""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("__main__.py", "import other\n\n\ndef main(args):\n    return other.X\n")
        content.writestr("other.py", "X = {'from': 'a zip'}\n")
    code = {"type": "Buffer", "data": list(archive.getvalue())}
    npm("packages.create", name="box")
    assert npm("actions.create", name="box/z", action=code, kind=KIND)["exec"]["binary"] is True
    assert npm("actions.invoke", name="box/z", blocking=True, result=True) == {"from": "a zip"}


def test_code_for_node(host: Host, npm: Npm) -> None:
    """9.5, 12: the client's kind is `nodejs:default` where none is given"""
    code = "function main(args) { return Promise.resolve({ sum: args.x + 1 }) }"
    made = npm("actions.create", name="n", action=code)
    assert made["exec"]["kind"].startswith("nodejs:")
    assert npm("actions.invoke", name="n", blocking=True, result=True, params={"x": 1}) == {
        "sum": 2
    }


def test_sequences(host: Host, npm: Npm) -> None:
    """5"""
    npm("actions.create", name="a", action=ECHO, kind=KIND)
    made = npm("actions.create", name="s", sequence=["/_/a", "/guest/a"])
    assert made["exec"]["components"] == ["/guest/a", "/guest/a"]
    payload = {"x": [1, {"y": None}]}
    ran = npm("actions.invoke", name="s", blocking=True, params=payload)
    assert (ran["response"]["result"], len(ran["logs"])) == (payload, 2)
    assert npm.refused("actions.create", name="t", sequence=["/_/missing"]) == (
        400, "Sequence component does not exist.",
    )  # fmt: skip


def test_activations(host: Host, npm: Npm) -> None:
    """1.5, 2.5"""
    npm("actions.create", name="says", action="def main(args):\n    print('hi')\n    return args\n",
        kind=KIND)  # fmt: skip
    accepted = npm("actions.invoke", name="says", params={"x": 1})
    assert accepted.keys() == {"activationId"}
    listed = eventually(lambda: npm("activations.list", name="says", since=host.since))
    [summary] = listed
    assert summary["activationId"] == accepted["activationId"]
    assert summary["statusCode"] == 0
    record = npm("activations.get", name=accepted["activationId"])
    assert (record["response"]["result"], record["response"]["status"]) == ({"x": 1}, "success")
    [line] = npm("activations.logs", name=accepted["activationId"])["logs"]
    assert line.endswith(" stdout: hi")
    result = npm("activations.result", name=accepted["activationId"])
    assert result["success"] is True
    assert result["result"] == {"x": 1}
    [full] = npm("activations.list", name="says", since=host.since, docs=True, limit=1)
    assert full == record
    assert npm("activations.list", count=True)["activations"] >= 1


def test_triggers_and_rules(host: Host, npm: Npm) -> None:
    """2.3, 2.4, 6"""
    npm("actions.create", name="a", action=ECHO, kind=KIND)
    trigger = {"parameters": [{"key": "place", "value": "door"}]}
    assert npm("triggers.create", name="t", trigger=trigger)["parameters"] == trigger["parameters"]
    assert npm("triggers.update", name="t", trigger={})["version"] == "0.0.2"
    assert npm("rules.create", name="r", trigger="t", action="a")["status"] == "active"
    [rule] = npm("rules.list", limit=1)
    assert rule["trigger"] == {"path": "guest", "name": "t"}
    fired = npm("triggers.invoke", name="t", params={"x": 1})
    assert fired.keys() == {"activationId"}
    [seen] = eventually(lambda: host.results("a"))
    assert seen.items() >= {"place": "door", "x": 1}.items()
    npm("rules.disable", name="r")
    assert npm("rules.get", name="r")["status"] == "inactive"
    assert "activationId" not in npm("triggers.invoke", name="t")
    npm("rules.enable", name="r")
    assert npm("triggers.get", name="t")["rules"]["guest/r"]["status"] == "active"
    assert npm("rules.update", name="r", trigger="/_/t", action="/_/a")["version"] == "0.0.2"
    assert npm("rules.delete", name="r")["name"] == "r"
    assert npm("triggers.delete", name="t")["name"] == "t"
    assert npm("triggers.list", count=True) == {"triggers": 0}
    assert npm("rules.list") == []


def test_feeds(host: Host, npm: Npm) -> None:
    """7.1: the client sends lifecycle events, and leaves the trigger to its caller"""
    host.make("packages/farm", {})
    host.action("farm/changes", annotations={"feed": "changes"})
    own = {"authKey": host.auth, "triggerName": "/_/born"}
    for method, event in (
        ("create", "CREATE"), ("get", "READ"), ("update", "UPDATE"), ("delete", "DELETE"),
    ):  # fmt: skip
        name = "/_/farm/changes"
        answer = npm(f"feeds.{method}", name=name, trigger="born", params={"barn": "red"})
        expected = {**own, "lifecycleEvent": event, "barn": "red"}
        assert answer["response"] == {
            "result": expected, "status": "success", "success": True,
            "size": answer["response"]["size"],
        }  # fmt: skip
    host.action("farm/closed", FAILING)
    assert npm.refused("feeds.create", name="farm/closed", trigger="born") == (502, "boom")


def test_routes(host: Host, npm: Npm) -> None:
    """1.8: without an access token, and without `.http`"""
    host.action("page", annotations={"web-export": True})
    route = {"relpath": "/books", "operation": "GET", "action": "page"}
    made = npm("routes.create", basepath="/club", name="library", **route)
    assert made["gwApiUrl"].endswith(f"{host.gateway}/club")
    npm("routes.create", basepath="/club", **{**route, "operation": "POST"})
    [api] = npm("routes.list")["apis"]
    document = api["value"]["apidoc"]
    assert (document["basePath"], document["info"]["title"]) == ("/club", "library")
    assert document["paths"]["/books"].keys() >= {"get", "post"}
    assert npm("routes.get", basepath="/club")["apis"] == [api]
    assert npm("routes.get", name="library")["apis"] == [api]
    status, _ = host.get(f"{host.gateway}/club/books")
    assert status in (200, 204)
    npm("routes.delete", basepath="/club", relpath="/books", operation="POST")
    [api] = npm("routes.list")["apis"]
    assert "post" not in api["value"]["apidoc"]["paths"]["/books"]
    npm("routes.delete", basepath="/club")
    assert npm("routes.list")["apis"] == []
    npm("routes.create", swagger=json.dumps(document))
    assert npm("routes.get", basepath="/club")["apis"][0]["value"]["apidoc"] == document
    npm("routes.delete", basepath="/club")
    code, text = npm.refused("routes.delete", basepath="/club")
    assert (code, text) == (502, "API deletion failure: API '/club' does not exist.")


def test_errors(host: Host, npm: Npm) -> None:
    """1.6, 1.7: the message is taken from `error`, or from the activation's result"""
    missing = "The requested resource does not exist."
    assert npm.refused("actions.get", name="nothing") == (404, missing)
    assert npm.refused("actions.invoke", name="nothing", blocking=True) == (404, missing)
    npm("actions.create", name="a", action=FAILING, kind=KIND)
    taken = (409, "resource already exists")
    assert npm.refused("actions.create", name="a", action=ECHO, kind=KIND) == taken
    assert npm.refused("actions.invoke", name="a", blocking=True) == (502, "boom")
    object_error = "def main(args):\n    return {'error': {'statusCode': 418}}\n"
    npm("actions.create", name="b", action=object_error, kind=KIND)
    assert npm.refused("actions.invoke", name="b", blocking=True, result=True) == (
        502, "application error, status code: 418",
    )  # fmt: skip
    assert npm.refused("actions.create", name="c", action=ECHO, kind="perl:5")[0] == 400
    assert npm.refused("activations.get", name="short") == (
        400, "Activation id length is 5 but must be 32.",
    )  # fmt: skip
