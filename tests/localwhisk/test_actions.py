"""Actions: sections 1.4, 1.5, 2.1 and 10 of the contract."""

import base64
from typing import Any

import pytest

from tests.localwhisk.client import Client, fresh, pairs, unpaired
from tests.localwhisk.conftest import IMAGE

ECHO = "def main(args): return args"


def test_create_adds_both_annotations_and_update_keeps_earlier_ones(client: Client) -> None:
    """12, assertion 1"""
    name = fresh()
    body = {"exec": {"kind": "python:default", "code": ECHO}, "annotations": pairs({"a": 1})}
    created = client.api("PUT", f"actions/{name}", body).json
    assert created["version"] == "0.0.1"
    kind = created["exec"]["kind"]
    assert unpaired(created["annotations"]) == {"a": 1, "provide-api-key": False, "exec": kind}
    update = {"annotations": pairs({"b": 2})}
    updated = client.api("PUT", f"actions/{name}?overwrite=true", update).json
    assert updated["version"] == "0.0.2"
    assert unpaired(updated["annotations"]) == {**unpaired(created["annotations"]), "b": 2}
    assert updated["exec"] == created["exec"]


def test_shape(client: Client) -> None:
    """2.1"""
    name = client.action(ECHO, parameters=pairs({"k": 1}))
    action = client.api("GET", f"actions/{name}").json
    assert action["namespace"] == client.namespace
    assert action["exec"]["code"] == ECHO
    assert action["exec"]["binary"] is False
    assert action["exec"]["kind"] != "python:default"
    assert action["parameters"] == [{"key": "k", "value": 1}]
    assert action["limits"] == {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}
    assert isinstance(action["updated"], int)
    assert "main" not in action["exec"]


def test_code_is_left_out_on_request(client: Client) -> None:
    """1.4"""
    name = client.action(ECHO)
    exec_ = client.api("GET", f"actions/{name}?code=false").json["exec"]
    assert "code" not in exec_
    assert exec_["binary"] is False


def test_binary_is_computed_not_believed(client: Client) -> None:
    """2.1"""
    zipped = base64.b64encode(b"PK\x05\x06" + b"\0" * 18).decode()
    exec_ = {"kind": "python:default", "code": zipped, "binary": False}
    created = client.api("PUT", f"actions/{fresh()}", {"exec": exec_}).json
    assert created["exec"]["binary"] is True


def test_exists_already(client: Client) -> None:
    """1.7"""
    name = client.action(ECHO)
    body = {"exec": {"kind": "python:default", "code": ECHO}}
    answer = client.api("PUT", f"actions/{name}?overwrite=false", body)
    assert (answer.status, answer.error) == (409, "resource already exists")


def test_new_action_without_exec(client: Client) -> None:
    """1.7"""
    answer = client.api("PUT", f"actions/{fresh()}", {"parameters": []})
    assert (answer.status, answer.error) == (400, "exec undefined")


def test_unknown_runtime(client: Client) -> None:
    """1.7"""
    exec_ = {"kind": "cobol:68", "code": "x"}
    answer = client.api("PUT", f"actions/{fresh()}", {"exec": exec_})
    assert answer.status == 400
    assert "The specified runtime 'cobol:68' is not supported by this platform." in answer.error


@pytest.mark.parametrize(
    "exec_",
    [
        {},
        {"kind": 1},
        {"kind": "python:default"},
        {"kind": "python:default", "code": 1},
        {"kind": "python:default", "code": "x", "main": 1},
        {"kind": "blackbox"},
        {"kind": "sequence"},
        {"kind": "sequence", "components": "a"},
        [],
    ],
)
def test_malformed_exec(client: Client, exec_: Any) -> None:
    """1.3, 2.1"""
    answer = client.api("PUT", f"actions/{fresh()}", {"exec": exec_})
    assert answer.status == 400
    assert answer.error.startswith("The request content was malformed:\n")


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (
            {"timeout": 300001},
            "duration 300001 milliseconds exceeds allowed threshold of 300000 milliseconds",
        ),
        ({"timeout": 99}, "duration 99 milliseconds below allowed threshold of 100 milliseconds"),
        ({"memory": 513}, "memory size 513 MB exceeds allowed threshold of 512 MB"),
        ({"memory": 64}, "memory size 64 MB below allowed threshold of 128 MB"),
        ({"logs": 11}, "log size 11 MB exceeds allowed threshold of 10 MB"),
        ({"concurrency": 2}, "concurrency 2 exceeds allowed threshold of 1"),
        ({"memory": "big"}, "The request content was malformed:\nmemory limit must be whole"),
    ],
)
def test_limits(client: Client, limits: dict[str, Any], message: str) -> None:
    """10"""
    body = {"exec": {"kind": "python:default", "code": ECHO}, "limits": limits}
    answer = client.api("PUT", f"actions/{fresh()}", body)
    assert answer.status == 400
    assert answer.error.startswith(message)


def test_limits_that_an_update_leaves_out_are_kept(client: Client) -> None:
    """2.1"""
    name = client.action(ECHO, limits={"timeout": 1000, "memory": 128})
    body = {"limits": {"memory": 512}}
    limits = client.api("PUT", f"actions/{name}?overwrite=true", body).json["limits"]
    assert (limits["timeout"], limits["memory"]) == (1000, 512)


def test_parameters_over_the_limit(client: Client) -> None:
    """10"""
    body = {"exec": {"kind": "python:default", "code": ECHO}}
    big = {**body, "parameters": pairs({"k": "v" * 1_048_576})}
    answer = client.api("PUT", f"actions/{fresh()}", big)
    assert answer.status == 413
    assert answer.error == "parameters larger than allowed: 1048579 > 1048576 bytes."


def test_annotations_are_dropped_by_name(client: Client) -> None:
    """2.1"""
    name = client.action(ECHO, annotations=pairs({"a": 1, "b": 2}))
    body = {"delAnnotations": ["a"]}
    updated = client.api("PUT", f"actions/{name}?overwrite=true", body).json
    assert "a" not in unpaired(updated["annotations"])
    assert unpaired(updated["annotations"])["b"] == 2


def test_unknown_fields_are_ignored_and_the_last_duplicate_wins(client: Client) -> None:
    """2.1, 12"""
    twice = [{"key": "k", "value": 1}, {"key": "k", "value": 2}]
    name = client.action(ECHO, namespace="_", env=[], parameters=twice)
    assert client.api("GET", f"actions/{name}").json["parameters"] == twice[1:]


def test_delete_answers_with_the_entity(client: Client) -> None:
    """1.4"""
    name = client.action(ECHO)
    answer = client.api("DELETE", f"actions/{name}")
    assert (answer.status, answer.json["name"]) == (200, name)
    missing = client.api("GET", f"actions/{name}")
    assert (missing.status, missing.error) == (404, "The requested resource does not exist.")


def test_entities_share_one_name_space(client: Client) -> None:
    """1.7"""
    name = client.make("triggers")
    for method, path in (("GET", f"actions/{name}"), ("PUT", f"packages/{name}?overwrite=true")):
        answer = client.api(method, path, {} if method == "PUT" else None)
        assert answer.status == 409
        assert answer.error == "Resource by this name exists but is not in this collection."


def test_list_is_newest_first_with_annotations_and_no_kind(client: Client) -> None:
    """1.5, 2.1"""
    first, second = client.action(ECHO), client.action(ECHO)
    client.action(ECHO, name=first)
    listed = client.api("GET", "actions?limit=0").json
    names = [action["name"] for action in listed]
    assert names.index(first) < names.index(second)
    assert set(listed[0]) == {
        *("namespace", "name", "version", "publish", "annotations", "limits", "exec", "updated"),
    }
    assert listed[0]["exec"] == {"binary": False}


def test_list_pages_and_counts(client: Client) -> None:
    """1.5"""
    for _ in range(3):
        client.action(ECHO)
    everything = client.api("GET", "actions?limit=200").json
    assert client.api("GET", "actions?limit=1&skip=1").json == everything[1:2]
    assert client.api("GET", "actions?count=true&skip=1").json == {"actions": len(everything) - 1}
    assert client.api("GET", "actions?limit=0").json == everything


def test_blackbox_of_an_unknown_image_is_accepted_and_fails_when_run(client: Client) -> None:
    """8.2"""
    exec_ = {"kind": "blackbox", "image": "nobody/nothing:1", "code": ECHO}
    name = fresh()
    assert client.api("PUT", f"actions/{name}", {"exec": exec_}).status == 200
    answer = client.invoke(name)
    assert answer.status == 502
    assert answer.json["response"]["status"] == "action developer error"
    expected = {"error": "Failed to pull container image 'nobody/nothing:1'."}
    assert answer.json["response"]["result"] == expected


@pytest.mark.usefixtures("local_host")
def test_an_image_has_its_own_packages_and_a_kind_has_none(client: Client) -> None:
    """8.5"""
    code = (
        "import importlib.util\n"
        "def main(args): return {'found': importlib.util.find_spec('pytest') is not None}"
    )
    name = fresh()
    exec_ = {"kind": "blackbox", "image": f"{IMAGE}:2.0", "code": code}
    client.api("PUT", f"actions/{name}", {"exec": exec_})
    assert client.invoke(name).json["response"]["result"] == {"found": True}
    assert client.invoke(client.action(code)).json["response"]["result"] == {"found": False}


def test_wsk_replays(client: Client) -> None:
    """12: create, update, get, list, invoke and delete as `wsk` sends them."""
    name = fresh()
    created = client.api(
        "PUT",
        f"actions/{name}?overwrite=false",
        {
            "namespace": "_",
            "name": name,
            "exec": {"kind": "python:default", "code": ECHO},
            "parameters": pairs({"k": 1}),
            "annotations": pairs({"web-export": True, "raw-http": False, "final": True}),
        },
    )
    assert created.json["exec"]["kind"].startswith("python:3.")
    assert client.api("GET", f"actions/{name}?code=false").json["exec"]["binary"] is False
    updated = client.api(
        "PUT", f"actions/{name}?overwrite=true", {"namespace": "_", "name": name, "parameters": []}
    )
    assert updated.json["version"] == "0.0.2"
    assert client.api("GET", "actions?limit=0&skip=0").status == 200
    invoked = client.api("POST", f"actions/{name}?blocking=true&result=true", {"x": 1})
    assert invoked.json == {"x": 1}
    assert client.api("DELETE", f"actions/{name}").status == 200
