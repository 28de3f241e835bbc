"""Managing APIs with bodies of every wrong shape: section 1.8 of the contract."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.client import Answer, Client
from tests.conformance.gateway.calls import (
    ask,
    cases,
    delete,
    endpoint,
    found,
    manage,
    put,
    swagger,
)

ODD: list[Any] = [None, True, 0, -1.5, "", "é\u0000", [], [[]], {}, {"a": None}, [{"x": "y"}]]


def places(value: Any, *way: Any) -> Iterator[tuple[Any, ...]]:
    """The way to each part of a document."""
    yield way
    listed = enumerate(value) if isinstance(value, list) else ()
    for key, inner in value.items() if isinstance(value, dict) else listed:
        yield from places(inner, *way, key)


def changed(document: Any, way: tuple[Any, ...], odd: Any) -> Any:
    if not way:
        return odd
    copied = json.loads(json.dumps(document))
    part = copied
    for key in way[:-1]:
        part = part[key]
    part[way[-1]] = odd
    return copied


def well_behaved(client: Client, answer: Answer) -> None:
    """An error that is understood, or an API that works until it is deleted."""
    assert answer.status in (200, 400, 502), answer.body
    if answer.status != 200:
        assert answer.json["error"]
        return
    api = answer.json["apidoc"]
    assert api in found(client)
    for path in ("", *api["paths"]):
        for method in ("GET", "POST", "OPTIONS"):
            assert ask(answer.json, method, path.replace("\u0000", "")).status < 500
    wanted = api["basePath"]
    assert delete(client, f"/{wanted.strip('/')}").status == 200


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_values_in_an_endpoint(client: Client, base: str, action: str, odd: Any) -> None:
    """1.8"""
    body = endpoint(client, base, "/{x}", "GET", action, secret="s", apiName="n")
    for way in places(body):
        answer = manage(client, "POST", "createApi.http", changed(body, way, odd))
        well_behaved(client, answer)
    assert found(client, base) == []


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_values_in_a_swagger(client: Client, base: str, odd: Any) -> None:
    """1.8"""
    document = swagger(client, base)
    secure = {"actions": [{"set": "message.headers.X-Require-Whisk-Auth", "value": "s"}]}
    cases(document)[0]["execute"].append({"set-variable": secure})
    for way in places(document):
        mutated = changed(document, way, odd)
        well_behaved(client, put(client, mutated))
        body = {"apidoc": {"namespace": "_", "swagger": mutated}}
        well_behaved(client, manage(client, "POST", "createApi.http", body))
    assert found(client, base) == []


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"apidoc": NaN}'])
def test_body_is_not_json(client: Client, body: bytes) -> None:
    """1.8, 4.2"""
    path = "/api/v1/web/whisk.system/apimgmt/createApi.http?accesstoken=x"
    headers = {"content-type": "application/json"}
    answer = client.send("POST", path, body, headers=headers, auth=client.auth)
    assert answer.status == 400
    assert "malformed" in answer.error


def test_body_is_too_large(client: Client, base: str) -> None:
    """1.8, 10"""
    document = swagger(client, base, info={"title": "x" * 1_100_000})
    assert put(client, document).status == 413


@pytest.mark.parametrize("name", ["limit", "skip"])
def test_odd_pages(client: Client, name: str) -> None:
    """1.8"""
    for value in ("-1", "x", "9" * 5000):
        assert manage(client, "GET", "getApi.http", **{name: value}).status in (200, 502)
