"""Actions as they are stored: sections 1.4 and 2.1 of the contract."""

import base64
from typing import Any

import pytest

from tests.conformance.client import ECHO, Client, code, fresh, pairs, unpaired

# Code that is base64 text, hence taken for binary; as Python it would be a name.
LOOKS_BINARY = "bWFpbg=="


def update(client: Client, name: str, **fields: Any) -> Any:
    return client.put(f"actions/{name}", fields)


def test_create_adds_both_annotations_and_update_keeps_earlier_ones(client: Client) -> None:
    """2.1, assertion 1"""
    name = fresh()
    body = {"exec": code(), "annotations": pairs({"a": 1})}
    created = client.api("PUT", f"actions/{name}", body).json
    assert created["version"] == "0.0.1"
    kind = created["exec"]["kind"]
    assert unpaired(created["annotations"]) == {"a": 1, "provide-api-key": False, "exec": kind}
    updated = update(client, name, annotations=pairs({"b": 2}))
    assert updated["version"] == "0.0.2"
    assert unpaired(updated["annotations"]) == {**unpaired(created["annotations"]), "b": 2}
    assert updated["exec"] == created["exec"]


def test_shape(client: Client) -> None:
    """2.1"""
    name = client.action(parameters=pairs({"k": 1}))
    action = client.get(f"actions/{name}")
    assert set(action) == {
        *("namespace", "name", "version", "publish", "updated", "exec", "parameters"),
        *("limits", "annotations"),
    }
    assert (action["namespace"], action["publish"]) == (client.namespace, False)
    kind = action["exec"]["kind"]
    assert kind != "python:default"
    assert action["exec"] == {"kind": kind, "code": ECHO, "binary": False}
    assert action["parameters"] == [{"key": "k", "value": 1}]
    assert action["limits"] == {"timeout": 60000, "memory": 256, "logs": 10, "concurrency": 1}
    assert isinstance(action["updated"], int)


@pytest.mark.parametrize("query", ["code=false", "code=no"])
def test_code_is_left_out_on_request(client: Client, query: str) -> None:
    """1.4"""
    name = client.action()
    whole = client.get(f"actions/{name}?code=true")
    assert whole["exec"].pop("code") == ECHO
    assert client.get(f"actions/{name}?{query}") == whole


@pytest.mark.parametrize(
    ("text", "claimed", "binary"),
    [
        (base64.b64encode(b"PK\x05\x06" + b"\0" * 18).decode(), False, True),
        (LOOKS_BINARY, False, True),
        (ECHO, True, False),
        (f"{LOOKS_BINARY}=", False, False),
    ],
)
def test_binary_is_computed_not_believed(
    client: Client, text: str, claimed: bool, binary: bool
) -> None:
    """2.1, 11.21"""
    created = client.put(f"actions/{fresh()}", {"exec": code(text, binary=claimed)})
    assert created["exec"]["binary"] is binary


def test_main_is_there_when_given(client: Client) -> None:
    """2.1"""
    name = fresh()
    body = {"exec": code("def entry(args): return {'ran': 'entry'}", main="entry")}
    assert client.put(f"actions/{name}", body)["exec"]["main"] == "entry"
    assert client.result(name) == {"ran": "entry"}


@pytest.mark.parametrize("body", [{"parameters": []}, {}])
def test_new_action_without_exec(client: Client, body: Any) -> None:
    """1.7"""
    answer = client.api("PUT", f"actions/{fresh()}", body)
    assert answer.refusal == (400, "exec undefined")


def test_unknown_runtime(client: Client) -> None:
    """1.7"""
    kinds = [runtime["kind"] for runtime in client.send("GET", "/").json["runtimes"]["python"]]
    answer = client.api("PUT", f"actions/{fresh()}", {"exec": {"kind": "cobol:68", "code": "x"}})
    assert answer.status == 400
    text = "The specified runtime 'cobol:68' is not supported by this platform. Valid values are: "
    assert text in answer.error
    assert all(f"'{kind}'" in answer.error for kind in kinds)


def test_unknown_fields_are_ignored_and_the_last_duplicate_wins(client: Client) -> None:
    """2.1, 11.14, 12"""
    twice = [{"key": "k", "value": 1}, {"key": "k", "value": 2}]
    name = client.action(namespace="_", status="", env=[], parameters=twice)
    shown = client.get(f"actions/{name}")
    assert shown["parameters"] == twice[1:]
    assert {"status", "env"}.isdisjoint(shown)


# Updates


def test_an_update_keeps_what_it_leaves_out(client: Client) -> None:
    """2.1, 11.14"""
    limits = {"timeout": 1000, "memory": 128}
    name = client.action(limits=limits, parameters=pairs({"k": 1}), publish=True)
    before = client.get(f"actions/{name}")
    after = update(client, name)
    assert after["version"] == "0.0.2"
    for field in ("exec", "limits", "parameters", "annotations", "publish"):
        assert after[field] == before[field]
    assert after["updated"] >= before["updated"]


def test_an_update_replaces_parameters_and_merges_limits(client: Client) -> None:
    """2.1"""
    limits = {"timeout": 1000, "memory": 128}
    name = client.action(limits=limits, parameters=pairs({"a": 1, "b": 2}))
    after = update(client, name, parameters=pairs({"c": 3}), limits={"memory": 512})
    assert after["parameters"] == pairs({"c": 3})
    assert after["limits"] == {**after["limits"], "timeout": 1000, "memory": 512}


def test_a_version_that_is_given_stays_and_counts_on(client: Client) -> None:
    """2.1"""
    name = client.action(version="1.2.3")
    assert client.get(f"actions/{name}")["version"] == "1.2.3"
    assert update(client, name)["version"] == "1.2.4"


def test_annotations_are_dropped_by_name(client: Client) -> None:
    """2.1"""
    name = client.action(annotations=pairs({"a": 1, "b": 2}))
    body = {"delAnnotations": ["a", "not-there"], "annotations": pairs({"c": 3})}
    annotations = unpaired(update(client, name, **body)["annotations"])
    assert {"a", "b", "c"} & set(annotations) == {"b", "c"}


def test_the_api_key_annotation_is_added_on_creation_only(client: Client) -> None:
    """2.1"""
    asked = client.action(annotations=pairs({"provide-api-key": True}))
    assert unpaired(client.get(f"actions/{asked}")["annotations"])["provide-api-key"] is True
    name = client.action()
    updated = update(client, name, delAnnotations=["provide-api-key"])
    assert "provide-api-key" not in unpaired(updated["annotations"])


def test_the_exec_annotation_is_always_the_kind(client: Client) -> None:
    """2.1"""
    name = client.action(annotations=pairs({"exec": "made up"}))
    kind = client.get(f"actions/{name}")["exec"]["kind"]
    assert unpaired(client.get(f"actions/{name}")["annotations"])["exec"] == kind
    after = update(client, name, exec={"kind": "blackbox", "image": "nobody/nothing:1"})
    assert unpaired(after["annotations"])["exec"] == "blackbox"


def test_a_sequence_that_becomes_an_action_loses_its_parameters(client: Client) -> None:
    """2.1"""
    name = client.sequence(client.action())
    assert update(client, name, exec=code())["parameters"] == []
    again = client.sequence(client.action())
    kept = update(client, again, exec=code(), parameters=pairs({"k": 1}))
    assert kept["parameters"] == pairs({"k": 1})


@pytest.mark.parametrize("text", [None, "", ECHO])
def test_blackbox(client: Client, text: str | None) -> None:
    """2.1"""
    name = fresh()
    exec_ = {"kind": "blackbox", "image": "somebody/something:1"}
    given = exec_ if text is None else {**exec_, "code": text}
    made = client.put(f"actions/{name}", {"exec": given})["exec"]
    assert made == {**exec_, "binary": False, **({"code": text} if text else {})}
