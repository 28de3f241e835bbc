"""What wsk, wskdeploy and the npm client send, in their order: section 12 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import (
    ECHO,
    Client,
    code,
    components,
    eventually,
    fresh,
    pairs,
    unpaired,
)

WEB = pairs({"web-export": True, "raw-http": False, "final": True})


def named(name: str, **fields: Any) -> dict[str, Any]:
    """A body as client-go writes it, with fields that mean nothing to the server."""
    return {"namespace": "_", "name": name, **fields}


# wsk


def test_wsk_action_create(client: Client) -> None:
    """12"""
    name = fresh()
    body = named(name, exec=code(), parameters=pairs({"k": 1}), annotations=WEB)
    created = client.api("PUT", f"actions/{name}?overwrite=false", body).json
    assert created["exec"]["kind"].startswith("python:3.")
    assert unpaired(WEB).items() <= unpaired(created["annotations"]).items()
    assert client.api("DELETE", f"actions/{name}").status == 200


def test_wsk_action_update(client: Client) -> None:
    """12: reads first, also what is not there, and carries the web annotations on"""
    name = fresh()
    assert client.api("GET", f"actions/{name}?code=false").status == 404
    client.put(f"actions/{name}", named(name, exec=code(), annotations=WEB))
    client.get(f"actions/{name}?code=false")
    secured = pairs({**unpaired(WEB), "require-whisk-auth": 8275326234})
    client.put(f"actions/{name}", named(name, annotations=secured))
    assert client.web("GET", f"default/{name}").status == 401
    body = named(name, annotations=WEB, delAnnotations=["require-whisk-auth"])
    updated = client.put(f"actions/{name}", body)
    assert "require-whisk-auth" not in unpaired(updated["annotations"])
    assert (updated["version"], updated["exec"]["code"]) == ("0.0.3", ECHO)
    assert client.web("GET", f"default/{name}").status != 401


def test_wsk_action_create_copy(client: Client) -> None:
    """12: arrays with duplicates, of which the last wins"""
    source = client.action(parameters=pairs({"k": 1}), annotations=pairs({"a": 1}))
    read = client.get(f"actions/{source}?code=true")
    name = fresh()
    body = named(
        name,
        exec=read["exec"],
        parameters=[*read["parameters"], *pairs({"k": 2})],
        annotations=[*read["annotations"], *pairs({"a": 2})],
    )
    copied = client.api("PUT", f"actions/{name}?overwrite=false", body).json
    assert (copied["exec"], copied["parameters"]) == (read["exec"], pairs({"k": 2}))
    assert unpaired(copied["annotations"])["a"] == 2
    client.api("DELETE", f"actions/{name}")


def test_wsk_action_create_sequence(client: Client) -> None:
    """12, 11.25"""
    action, package = client.action(), client.make("packages")
    client.action(name=f"{package}/b")
    name, parts = fresh(), [f"/_/{action}", f"/_/{package}/b"]
    body = named(name, exec=components(*parts), annotations=[])
    created = client.api("PUT", f"actions/{name}?overwrite=false", body).json
    stored = [part.replace("_", client.namespace, 1) for part in parts]
    assert created["exec"] == components(*stored)
    client.api("DELETE", f"actions/{name}")


@pytest.mark.parametrize("query", ["code=false", "code=true"])
def test_wsk_action_get(client: Client, query: str) -> None:
    """12: which reads `binary` of every code without looking whether it is there"""
    blackbox = {"kind": "blackbox", "image": "somebody/something:1"}
    for exec_ in (code(), code("bWFpbg=="), blackbox, {**blackbox, "code": ECHO}):
        name = fresh()
        client.put(f"actions/{name}", named(name, exec=exec_))
        assert client.get(f"actions/{name}?{query}")["exec"]["binary"] in (True, False)


def test_wsk_action_invoke_result(client: Client) -> None:
    """12"""
    answer = client.invoke(client.action(), {"x": 1}, "blocking=true&result=true")
    assert (answer.status, answer.json) == (200, {"x": 1})


def test_wsk_package_bind(client: Client) -> None:
    """12"""
    package, name = client.make("packages"), fresh()
    body = {"binding": {"namespace": client.namespace, "name": package}, "parameters": []}
    bound = client.api("PUT", f"packages/{name}?overwrite=false", named(name, **body)).json
    assert bound["binding"] == body["binding"]
    client.api("DELETE", f"packages/{name}")


def test_wsk_package_refresh_has_no_route(client: Client) -> None:
    """12"""
    answer = client.api("POST", "packages/refresh")
    assert answer.refusal == (404, "The requested resource could not be found.")


def test_wsk_trigger_create_update_fire(client: Client) -> None:
    """12"""
    name = fresh()
    assert client.api("GET", f"triggers/{name}").status == 404
    created = client.api("PUT", f"triggers/{name}?overwrite=false", named(name, annotations=[]))
    assert created.json["version"] == "0.0.1"
    client.get(f"triggers/{name}")
    updated = client.put(f"triggers/{name}", named(name, parameters=pairs({"p": 1})))
    assert updated["parameters"] == pairs({"p": 1})
    fired = client.api("POST", f"triggers/{name}", {})
    assert (fired.status, fired.body) == (204, b"")
    assert client.api("DELETE", f"triggers/{name}").json["name"] == name


def test_wsk_rule_create_disable_enable_delete(client: Client) -> None:
    """12, 11.14"""
    name = fresh()
    links = {"trigger": f"/_/{client.make('triggers')}", "action": f"/_/{client.action()}"}
    body = {"name": name, "status": "", **links}
    assert client.api("PUT", f"rules/{name}?overwrite=false", body).json["status"] == "active"
    for status in ("inactive", "active"):
        sent = {"status": status, "trigger": None, "action": None}
        assert client.api("POST", f"rules/{name}", sent).body == b"OK"
        assert client.get(f"rules/{name}")["status"] == status
    assert client.api("DELETE", f"rules/{name}").json["status"] == "inactive"


def test_wsk_list(client: Client) -> None:
    """12: all collections, and then every rule for its status"""
    made = client.of_each_kind()
    for collection, name in made.items():
        listed = client.get(f"{collection}?limit=0&skip=0")
        assert name in [entry["name"] for entry in listed]
    assert client.get(f"rules/{made['rules']}")["status"] == "active"


def test_wsk_activation_poll(client: Client) -> None:
    """12: finds each once, and with its logs, as it prints none a second time"""
    name = client.action("def main(args):\n print('line')\n return args")
    client.invoke(name)
    client.activations(f"name={name}")
    newest = client.get("activations?limit=1&docs=true")[0]
    later = client.invoke(name).json["activationId"]
    since = newest["start"] + 1
    polled = client.activations(f"docs=true&since={since}&limit=0&skip=0")
    [record] = [each for each in polled if each["activationId"] == later]
    assert record["logs"][0].endswith(" stdout: line")
    assert newest["activationId"] not in [each["activationId"] for each in polled]


def test_wsk_activation_list(client: Client) -> None:
    """12: shows status, kind, and cold or warm from the summaries"""
    name = client.action()

    def warm() -> bool:
        return "initTime" not in unpaired(client.invoke(name).json["annotations"])

    eventually(warm)
    listed = client.activations(f"name={name}&limit=0&skip=0", 2)
    assert {entry["statusCode"] for entry in listed} == {0}
    annotations = [unpaired(entry["annotations"]) for entry in listed]
    assert all(each["kind"].startswith("python:") for each in annotations)
    assert {"initTime" in each for each in annotations} == {True, False}


def test_go_clients_decode_whole_numbers(client: Client) -> None:
    """12"""
    made = client.of_each_kind()
    record = client.invoke(made["actions"]).json
    numbers = [record[field] for field in ("start", "end", "duration")]
    shown = [client.get(f"{collection}/{name}") for collection, name in made.items()]
    numbers += [entity["updated"] for entity in shown]
    assert [type(number) for number in numbers] == [int] * 7
    for entity in (record, *shown):
        assert type(entity["version"]) is str
        assert type(entity["publish"]) is bool


# wskdeploy


def test_wskdeploy_deploys_and_undeploys(client: Client) -> None:
    """12, 11.16: managed, so that it finds what is its own by annotation"""
    mark = {"projectName": fresh("project"), "projectHash": "1"}
    annotations = pairs({"whisk-managed": mark})
    assert client.send("GET", "/").json["runtimes"]
    package, trigger, rule = fresh("package"), fresh("trigger"), fresh("rule")
    fields: dict[str, Any] = {"annotations": annotations, "publish": False}
    client.put(f"packages/{package}", named(package, version="0.0.1", **fields))
    client.put(f"actions/{package}/a", named("a", exec=code(), **fields))
    parts = components(f"/_/{package}/a")
    client.put(f"actions/{package}/s", named("s", exec=parts, **fields))
    client.put(f"triggers/{trigger}", named(trigger, **{**fields, "publish": True}))
    links = {"trigger": f"/_/{trigger}", "action": f"/_/{package}/s"}
    client.put(f"rules/{rule}", named(rule, **fields, **links))
    assert client.api("POST", f"rules/{rule}", {"status": "active"}).status == 200
    assert client.api("POST", f"triggers/{trigger}", {}).status == 202
    found = []
    for collection in ("rules", "triggers", "actions", "packages"):
        for entry in client.get(f"{collection}?limit=0"):
            if mark in [annotation["value"] for annotation in entry["annotations"]]:
                path = [*entry["namespace"].split("/")[1:], entry["name"]]
                found.append(f"{collection}/{'/'.join(path)}")
    assert sorted(path for path in found) == sorted(
        [f"rules/{rule}", f"triggers/{trigger}", f"packages/{package}"]
        + [f"actions/{package}/{name}" for name in ("a", "s")]
    )
    assert [client.api("DELETE", path).status for path in found] == [200] * 5


# npm


def test_npm_unwraps_the_record_itself(client: Client) -> None:
    """12: it asks for `blocking` only, and reads `response.result`"""
    record = client.invoke(client.action(), {"x": 1}, "blocking=true").json
    assert record["response"]["result"] == {"x": 1}
    listed = client.get("actions?limit=10&skip=0&count=false")
    assert len(listed) <= 10
    failed = client.invoke(client.action("def main(args): return {'error': 'why'}"))
    assert failed.status == 502
    assert failed.json["response"]["result"]["error"] == "why"
