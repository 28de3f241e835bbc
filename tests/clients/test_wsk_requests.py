"""The requests that `wsk` sends, replayed row by row of the contract's section 12."""

import json
from typing import Any

from tests.clients.host import ECHO, Host, eventually, unpaired

CODE = {"kind": "python:default", "code": ECHO}
WEB = [
    {"key": "web-export", "value": True},
    {"key": "raw-http", "value": False},
    {"key": "final", "value": True},
]


def web_action(name: str) -> dict[str, Any]:
    parameters = [{"key": "k", "value": 1}]
    named = {"namespace": "_", "name": name}
    return {**named, "exec": CODE, "parameters": parameters, "annotations": WEB}


def test_action_create(host: Host) -> None:
    """wsk action create a f.py -p k 1 --web true"""
    status, made = host("PUT", "actions/a?overwrite=false", web_action("a"))
    assert (status, made["namespace"], made["version"]) == (200, "guest", "0.0.1")
    assert made["exec"]["kind"].startswith("python:3")
    assert unpaired(made).items() >= {"web-export": True, "provide-api-key": False}.items()
    again, refused = host("PUT", "actions/a?overwrite=false", web_action("a"))
    assert (again, refused["error"]) == (409, "resource already exists")
    assert isinstance(refused["code"], str)


def test_action_update(host: Host) -> None:
    """wsk action update a -p k 2; … --web-secure true; … --web-secure false"""
    status, missing = host("GET", "actions/a?code=false")
    assert (status, missing["error"]) == (404, "The requested resource does not exist.")
    host.make("actions/a?overwrite=true", web_action("a"))
    status, found = host("GET", "actions/a?code=false")
    assert "code" not in found["exec"]
    changed = {"namespace": "_", "name": "a", "parameters": [{"key": "k", "value": 2}]}
    secret = [*WEB, {"key": "require-whisk-auth", "value": 6234987234}]
    update = "actions/a?overwrite=true"
    status, updated = host("PUT", update, {**changed, "annotations": secret})
    assert (status, updated["version"]) == (200, "0.0.2")
    assert unpaired(updated)["require-whisk-auth"] == 6234987234
    assert updated["exec"]["code"] == ECHO
    dropped = {**changed, "annotations": WEB, "delAnnotations": ["require-whisk-auth"]}
    status, updated = host("PUT", update, dropped)
    assert "require-whisk-auth" not in unpaired(updated)
    assert unpaired(updated).keys() >= {"web-export", "exec", "provide-api-key"}


def test_action_copy(host: Host) -> None:
    """wsk action create b a --copy: of pairs with one key, the last counts"""
    host.make("actions/a", web_action("a"))
    status, source = host("GET", "actions/a?code=true")
    assert source["exec"]["code"] == ECHO
    copy = {
        "namespace": "_", "name": "b", "exec": source["exec"],
        "parameters": [*source["parameters"], {"key": "k", "value": 3}],
        "annotations": [*source["annotations"], {"key": "web-export", "value": False}],
    }  # fmt: skip
    status, copied = host("PUT", "actions/b?overwrite=false", copy)
    assert (status, copied["version"]) == (200, "0.0.1")
    assert copied["parameters"] == [{"key": "k", "value": 3}]
    assert unpaired(copied)["web-export"] is False


def test_action_sequence(host: Host) -> None:
    """wsk action create s --sequence a,p/b"""
    host.make("packages/p", {})
    host.action("a")
    host.action("p/b")
    exec_ = {"kind": "sequence", "components": ["/_/a", "/_/p/b"]}
    body = {"namespace": "_", "name": "s", "exec": exec_}
    status, made = host("PUT", "actions/s?overwrite=false", body)
    assert (status, made["exec"]["components"]) == (200, ["/guest/a", "/guest/p/b"])
    assert host("POST", "actions/s?blocking=true&result=true", {"x": 1}) == (200, {"x": 1})


def test_action_get(host: Host) -> None:
    """wsk action get a [--save]: `binary` is there for every kind that has code"""
    host.action("a")
    host.make("actions/i", {"exec": {"kind": "blackbox", "image": "clients/image", "code": ECHO}})
    for name in ("a", "i"):
        for code in ("true", "false"):
            status, found = host("GET", f"actions/{name}?code={code}")
            assert (status, found["exec"]["binary"]) == (200, False)
            assert ("code" in found["exec"]) is (code == "true")


def test_action_invoke(host: Host) -> None:
    """wsk action invoke a -r -p x 1; wsk action invoke a -b; wsk action invoke a"""
    host.action("a")
    assert host("POST", "actions/a?blocking=true&result=true", {"x": 1}) == (200, {"x": 1})
    status, record = host("POST", "actions/a?blocking=true&result=false", {})
    assert (status, record["response"]["status"], record["logs"]) == (200, "success", [])
    status, accepted = host("POST", "actions/a?blocking=false&result=false", {})
    assert (status, accepted.keys()) == (202, {"activationId"})


def test_package_bind(host: Host, system: Host) -> None:
    """wsk package bind /ns/p q -p k 1"""
    system.make("packages/p", {"publish": True})
    system.action("p/a")
    binding = {"namespace": "whisk.system", "name": "p"}
    body = {"namespace": "_", "name": "q", "binding": binding,
            "parameters": [{"key": "k", "value": 1}]}  # fmt: skip
    status, made = host("PUT", "packages/q?overwrite=false", body)
    assert (status, made["binding"], unpaired(made)["binding"]) == (200, binding, binding)
    assert host("POST", "actions/q/a?blocking=true&result=true", {}) == (200, {"k": 1})
    assert [item["binding"] for item in host.found("packages?limit=0&skip=0")] == [binding]
    status, summary = host("GET", "packages/q")
    assert [action["name"] for action in summary["actions"]] == ["a"]


def test_package_refresh(host: Host) -> None:
    """wsk package refresh: the platform no longer has it"""
    status, refused = host("POST", "packages/refresh")
    assert status in (404, 405)
    assert isinstance(refused["error"], str)


def test_feed_triggers(host: Host) -> None:
    """wsk trigger create t -f /_/p/feed -p b 2; wsk trigger update t -p b 3; … get; … delete"""
    host.make("packages/p", {})
    host.action("p/feed", annotations={"feed": "feed"})
    feed = {"key": "feed", "value": "/_/p/feed"}
    body = {"name": "t", "annotations": [feed]}
    status, made = host("PUT", "triggers/t?overwrite=false", body)
    assert (status, made["annotations"], made["parameters"]) == (200, [feed], [])
    for event, parameters in (
        ("CREATE", {"b": 2}), ("UPDATE", {"b": 3}), ("READ", {}), ("DELETE", {}),
    ):  # fmt: skip
        sent = {**parameters, "lifecycleEvent": event, "triggerName": "/_/t", "authKey": host.auth}
        status, record = host("POST", "actions/p/feed?blocking=true&result=false", sent)
        assert (status, record["response"]["success"]) == (200, True)
        assert record["response"]["result"] == sent
        assert host.found("triggers/t")["annotations"] == [feed]
    assert host("DELETE", "triggers/t")[0] == 200


def test_trigger_update(host: Host) -> None:
    """wsk trigger update t -p place gate, where t has no feed"""
    assert host("GET", "triggers/t")[0] == 404
    body = {"name": "t", "parameters": [{"key": "place", "value": "gate"}]}
    host.make("triggers/t?overwrite=false", body)
    status, updated = host("PUT", "triggers/t?overwrite=true", {**body, "annotations": []})
    assert (status, updated["version"], updated["limits"]) == (200, "0.0.2", {})


def rule(host: Host) -> tuple[int, Any]:
    host.make("triggers/t", {})
    host.action("a")
    body = {"name": "r", "status": "", "trigger": "/_/t", "action": "/_/a"}
    return host("PUT", "rules/r?overwrite=false", body)


def test_rule_create(host: Host) -> None:
    """wsk rule create r t a; wsk rule list: summaries have no status, so it gets each"""
    status, made = rule(host)
    assert (status, made["status"]) == (200, "active")
    assert made["trigger"] == {"path": "guest", "name": "t"}
    [listed] = host.found("rules?limit=0&skip=0")
    assert "status" not in listed
    assert host.found("rules/r") == made


def test_rule_disable_and_fire(host: Host) -> None:
    """wsk rule disable r; wsk trigger fire t; wsk rule enable r; wsk rule delete r --disable"""
    rule(host)
    state = {"trigger": None, "action": None}
    assert host("POST", "rules/r", {"status": "inactive", **state}) == (200, "OK")
    assert host("POST", "triggers/t", {"x": 1}) == (204, "")
    assert host("POST", "rules/r", {"status": "active", **state}) == (200, "OK")
    status, fired = host("POST", "triggers/t", {"x": 1})
    assert (status, fired.keys()) == (202, {"activationId"})
    [log] = host.found(f"activations/{fired['activationId']}")["logs"]
    assert json.loads(log)["rule"] == "guest/r"
    assert host("POST", "rules/r", {"status": "inactive", **state}) == (200, "OK")
    status, deleted = host("DELETE", "rules/r")
    assert (status, deleted["status"]) == (200, "inactive")


def test_activation_poll(host: Host) -> None:
    """wsk activation poll: a record is there once its logs are"""
    host.action("says", "def main(args):\n    print('hi')\n    return args\n")
    accepted = host("POST", "actions/says?blocking=false&result=false", {})[1]
    poll = f"activations?docs=true&since={host.since}&limit=0"
    [record] = eventually(lambda: host.found(poll))
    assert record["activationId"] == accepted["activationId"]
    assert [line[30:] for line in record["logs"]] == [" stdout: hi"]
    [last] = host.found("activations?limit=1&docs=true")
    assert last == record
    assert host.found(f"activations?docs=true&since={record['start'] + 1}&limit=0") == []


def test_activation_list(host: Host) -> None:
    """wsk activation list: status from `statusCode`, kind and cold start from the annotations"""
    host.action("a", "def main(args):\n    raise ValueError('boom')\n")
    for _ in range(2):
        assert host("POST", "actions/a?blocking=true&result=true", {})[0] == 502
    listed = host.found(f"activations?limit=30&skip=0&since={host.since}&name=a")
    assert [summary["statusCode"] for summary in listed] == [1, 1]
    warm, cold = (unpaired(summary) for summary in listed)
    assert warm["kind"].startswith("python:3")
    assert ("initTime" in cold, "initTime" in warm) == (True, False)


def test_property_get(host: Host) -> None:
    """wsk property get --all"""
    status, about = host.get("/api/v1")
    assert (status, about["api_version"]) == (200, "1.0.0")
    assert isinstance(about["build"], str)
    assert isinstance(about["buildno"], str)
    assert host("GET", "/api/v1/namespaces") == (200, ["guest"])
