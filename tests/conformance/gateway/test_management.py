"""Finding and deleting APIs, and the requests of their clients: section 1.8 of the contract."""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.client import WEB, Client, fresh, pairs
from tests.conformance.gateway.calls import (
    ECHO,
    ask,
    cases,
    create,
    delete,
    endpoint,
    error,
    found,
    manage,
)
from tests.conformance.host import LocalHost

# Clients, request by request


def test_wskdeploy(client: Client, base: str) -> None:
    """1.8, 12: wskdeploy puts a scheme before an address that has one"""
    package = client.make("packages")
    client.action(ECHO, f"{package}/one", annotations=pairs(WEB))
    body = endpoint(client, base, "/books", "GET", f"{package}/one", apiName="library")
    body["apidoc"]["id"] = "API:_:/books"
    url = f"https://{client.url}/api/v1/web/_/{package}/one.http"
    body["apidoc"]["action"] |= {"backendUrl": url, "backendMethod": "get"}
    made = manage(client, "POST", "createApi.http", body, responsetype="http").json
    assert made["apidoc"]["paths"]["/books"]["get"]["x-openwhisk"]["package"] == package
    assert ask(made, "GET", "/books").json["__ow_path"] == f"{base}/books"
    gone = delete(client, base, relpath="/books", operation="GET")
    assert (gone.status, gone.json, found(client, base)) == (200, {}, [])


def test_npm_client(client: Client, base: str, action: str, local_host: LocalHost) -> None:
    """1.8: without an extension, a token or a space"""
    path = "/api/v1/web/whisk.system/apimgmt"
    body = endpoint(client, base, "/{x}", "get", action, apiName="npm")
    body["apidoc"]["action"]["backendMethod"] = "GET"

    def send(method: str, rest: str, body: Any = None) -> Any:
        answer = client.send(method, f"{path}/{rest}", body, auth=client.auth)
        assert answer.status == 200, answer.body
        return answer.json

    made = send("POST", "createApi?responsetype=http", body)
    listed = send("GET", f"getApi?basepath={base}")
    assert listed == {"apis": [{"id": "Not Used", "key": "Not Used", "value": made}]}
    assert ask(made, "GET", "/1").json["__ow_path"] == f"{base}/1"
    assert send("DELETE", f"deleteApi?basepath={base}&force=true") == {}


# Looking and deleting


def test_found_by_base_path_and_by_name(client: Client, base: str, action: str) -> None:
    """1.8"""
    name = fresh("named")
    made = create(client, base, "/a", "GET", action, apiName=name)["apidoc"]
    assert found(client, base) == found(client, name) == [made]
    assert found(client, fresh()) == found(client, f"/{fresh()}") == []


def test_clients_filter_paths_and_operations(client: Client, base: str, action: str) -> None:
    """1.8: the answer is the whole API, whatever they ask for"""
    made = create(client, base, "/a", "GET", action)["apidoc"]
    assert found(client, base, relpath="/b", operation="put") == [made]


def test_pages(client: Client, action: str) -> None:
    """1.8"""
    bases = [f"/{fresh('page')}" for _ in range(3)]
    for path in bases:
        create(client, path, "/a", "GET", action)
    listed = [api["basePath"] for api in found(client, limit=200, skip=0)]
    assert set(bases) <= set(listed)
    assert [api["basePath"] for api in found(client, limit=2, skip=1)] == listed[1:3]
    assert found(client, limit=0, skip=0) == found(client, limit=30, skip=200) == []
    for path in bases:
        delete(client, path)


def test_one_operation_is_deleted(client: Client, base: str, action: str) -> None:
    """1.8"""
    create(client, base, "/a", "GET", action)
    create(client, base, "/a", "POST", action)
    # As `wsk` and as the npm client write it.
    assert delete(client, base, relpath="/a", operation="POST").json == {}
    [left] = found(client, base)
    assert left["paths"]["/a"].keys() == {"get"}
    assert [case["operations"] for case in cases(left)] == [["getA"]]


def test_one_path_is_deleted(client: Client, base: str, action: str) -> None:
    """1.8"""
    for path, verb in (("/a", "GET"), ("/a", "PUT"), ("/b", "GET")):
        create(client, base, path, verb, action)
    assert delete(client, base, relpath="/a").json == {}
    [left] = found(client, base)
    assert left["paths"].keys() == {"/b"}
    assert [case["operations"] for case in cases(left)] == [["getB"]]


def test_last_path_takes_the_api_along(client: Client, base: str, action: str) -> None:
    """1.8"""
    made = create(client, base, "/a", "GET", action)
    assert ask(made, "GET", "/a").status == 200
    assert delete(client, base, relpath="/a").json == {}
    assert found(client, base) == []
    assert ask(made, "GET", "/a").status == 404


def test_whole_api_is_deleted_by_its_name(client: Client, base: str, action: str) -> None:
    """1.8"""
    name = fresh("named")
    for path in ("/a", "/b"):
        create(client, base, path, "GET", action, apiName=name)
    assert delete(client, name).json == {}
    assert found(client, base) == []


def test_deleting_what_is_not_there(client: Client, base: str, action: str) -> None:
    """1.8"""
    failed = "API deletion failure: "
    assert error(delete(client, base)) == f"{failed}API '{base}' does not exist."
    create(client, base, "/a", "GET", action)
    gone = delete(client, base, relpath="/b")
    assert error(gone) == f"{failed}path '/b' does not exist in the API"
    gone = delete(client, base, relpath="/a", operation="put")
    assert error(gone) == f"{failed}path '/a' with operation 'put' does not exist in the API"
    assert "path is required" in error(delete(client, base, operation="GET"))
    assert len(found(client, base)) == 1


# Whose API


@pytest.mark.parametrize(
    ("method", "operation"), [("POST", "createApi"), ("GET", "getApi"), ("DELETE", "deleteApi")]
)
@pytest.mark.parametrize("auth", [None, "nobody:nothing"])
def test_without_credentials(
    client: Client, base: str, action: str, method: str, operation: str, auth: str | None
) -> None:
    """1.8"""
    made = create(client, base, "/a", "GET", action)
    path = f"/api/v1/web/whisk.system/apimgmt/{operation}.http?accesstoken=x&basepath={base}"
    body = endpoint(client, base, "/b", "GET", action) if method == "POST" else None
    assert error(client.send(method, path, body, auth=auth))
    assert found(client, base) == [made["apidoc"]]


def test_apis_belong_to_their_namespace(
    client: Client, other: Client, base: str, action: str
) -> None:
    """1.8"""
    made = create(client, base, "/a", "GET", action)
    assert found(other, base) == []
    assert "does not exist" in error(delete(other, base))
    theirs = create(other, base, "/a", "POST", "none")
    assert theirs["gwApiUrl"] != made["gwApiUrl"]
    assert delete(other, base).status == 200
    assert ask(made, "GET", "/a").status == 200


def test_space_is_the_callers_own(client: Client, other: Client, base: str, action: str) -> None:
    """1.8: the CLI takes it from a file, and the key from an option"""
    space = other.auth.partition(":")[0]
    body = endpoint(client, base, "/a", "GET", action)
    assert manage(client, "POST", "createApi.http", body, spaceguid=space).status == 200
    assert (len(found(client, base)), found(other, base)) == (1, [])


def test_apis_survive_a_kill(tmp_path: Path, local_host: LocalHost) -> None:
    """1.8"""
    data = tmp_path / "state" / "data"
    for attempt in ("made", "changed", "kept"):
        host = LocalHost(data)
        client = host.client()
        action = client.action(ECHO, "echo", annotations=pairs(WEB))
        if attempt != "kept":
            create(client, "/club", f"/{attempt}", "GET", action)
        [api] = found(client)
        assert "/made" in api["paths"]
        [listed] = manage(client, "GET", "getApi.http").json["apis"]
        assert ask(listed["value"], "GET", "/made").status == 200
        host.kill()
    assert api["paths"].keys() == {"/made", "/changed"}
