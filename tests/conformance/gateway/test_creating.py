"""Making APIs: section 1.8 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import Client, fresh
from tests.conformance.gateway.calls import (
    cases,
    create,
    endpoint,
    error,
    found,
    manage,
    put,
    swagger,
)

REFUSED = "API creation failure: "

# Making an API


def test_what_creating_answers(client: Client, base: str, action: str) -> None:
    """1.8"""
    made = create(client, base, "/books/{isbn}", "GET", action, apiName="library")
    assert (made["namespace"], made["tenantId"]) == ("Not Used", "Not Used")
    assert made["gwApiActivated"] is True
    assert made["gwApiUrl"].endswith(f"{base}")
    document = made["apidoc"]
    assert (document["swagger"], document["basePath"]) == ("2.0", base)
    assert document["info"] == {"title": "library", "version": "1.0.0"}
    assert document["x-ibm-configuration"]["cors"] == {"enabled": True}


def test_operation_and_its_case(client: Client, base: str, action: str) -> None:
    """1.8"""
    document = create(client, base, "/books/{isbn}", "GET", action)["apidoc"]
    operation = document["paths"]["/books/{isbn}"]["get"]
    url = operation["x-openwhisk"]["url"]
    assert operation["operationId"] == "getBooksIsbn"
    assert [parameter["name"] for parameter in operation["parameters"]] == ["isbn"]
    assert operation["responses"] == {"default": {"description": "Default response"}}
    assert operation["x-openwhisk"] == {
        "url": url,
        "namespace": client.namespace,
        "package": "",
        "action": action,
    }
    assert url.endswith(f"/api/v1/web/{client.namespace}/default/{action}.http")
    invoke = {"invoke": {"target-url": f"{url}$(request.path)", "verb": "keep"}}
    assert cases(document) == [{"operations": ["getBooksIsbn"], "execute": [invoke]}]


@pytest.mark.parametrize(
    ("path", "operation_id"),
    [
        ("/", "get"),
        ("/path/with/sub_paths/in/it", "getPathWithSub_pathsInIt"),
        ("/bad.Chars&here", "getBadCharsHere"),
        ("/a-b/UPPER", "getA-bUpper"),
    ],
)
def test_operation_id(client: Client, base: str, action: str, path: str, operation_id: str) -> None:
    """1.8"""
    document = create(client, base, path, "GET", action)["apidoc"]
    assert document["paths"][path]["get"]["operationId"] == operation_id


@pytest.mark.parametrize("kind", ["json", "html", "svg", "text"])
def test_other_response_types_have_no_path(
    client: Client, base: str, action: str, kind: str
) -> None:
    """1.8"""
    document = create(client, base, "/x", "GET", action, kind)["apidoc"]
    url = document["paths"]["/x"]["get"]["x-openwhisk"]["url"]
    assert url.endswith(f"/{action}.{kind}")
    assert cases(document)[0]["execute"][0]["invoke"]["target-url"] == url


def test_title_is_the_base_path_when_there_is_no_name(
    client: Client, base: str, action: str
) -> None:
    """1.8"""
    assert create(client, base, "/x", "GET", action)["apidoc"]["info"]["title"] == base


def test_endpoints_are_merged(client: Client, base: str, action: str) -> None:
    """1.8"""
    create(client, base, "/a", "GET", action, apiName="first")
    create(client, base, "/a", "POST", action, apiName="second")
    made = create(client, base, "/b", "GET", action)["apidoc"]
    assert {path: set(verbs) for path, verbs in made["paths"].items()} == {
        "/a": {"get", "post"},
        "/b": {"get"},
    }
    assert made["info"]["title"] == "first"
    assert found(client, base) == [made]


def test_endpoint_is_replaced(client: Client, base: str, action: str) -> None:
    """1.8"""
    create(client, base, "/a", "GET", action, secret="s")
    made = create(client, base, "/a", "GET", "other/one", "json")["apidoc"]
    assert made["paths"]["/a"]["get"]["x-openwhisk"]["package"] == "other"
    [case] = cases(made)
    assert len(case["execute"]) == 1


def test_endpoint_is_added_to_an_api_by_its_name(client: Client, base: str, action: str) -> None:
    """1.8"""
    name = fresh("named")
    create(client, base, "/a", "GET", action, apiName=name)
    assert create(client, name, "/b", "GET", action)["apidoc"]["basePath"] == base


def test_whole_api_takes_the_place_of_another(client: Client, base: str, action: str) -> None:
    """1.8"""
    create(client, base, "/a", "GET", action)
    document = swagger(client, base, action)
    assert put(client, document).json["apidoc"] == document
    assert found(client, base) == [document]


def test_endpoint_is_added_to_a_whole_api(client: Client, base: str, action: str) -> None:
    """1.8"""
    put(client, swagger(client, base, action))
    made = create(client, base, "/a", "POST", action)["apidoc"]
    assert made["paths"].keys() == {"/it", "/a"}
    assert [case["operations"] for case in cases(made)] == [["getIt"], ["postA"]]


@pytest.mark.parametrize("field", ["basePath", "info", "paths", "x-ibm-configuration"])
def test_swagger_lacks_a_field(client: Client, base: str, field: str) -> None:
    """1.8"""
    document = swagger(client, base)
    del document[field]
    assert field in error(put(client, document)) or field == "x-ibm-configuration"
    assert found(client, base) == []


def test_swagger_is_not_json(client: Client, base: str) -> None:
    """1.8"""
    assert error(put(client, "swagger: 2.0"))


def with_path(path: str, *parameters: str, kind: str = "http", whole: bool = True) -> Any:
    url = f"http://host/api/v1/web/_/default/none.{kind}"
    target = url + ("$(request.path)" if whole else "")
    steps = [{"invoke": {"target-url": target, "verb": "keep"}}]
    switch = {"case": [{"operations": ["id"], "execute": steps}]}
    operation = {
        "operationId": "id",
        "parameters": [{"name": name, "in": "path"} for name in parameters],
        "x-openwhisk": {"url": url, "namespace": "_", "package": "", "action": "none"},
    }
    return {
        "paths": {path: {"get": operation}},
        "x-ibm-configuration": {"assembly": {"execute": [{"operation-switch": switch}]}},
    }


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (with_path("/{x}", "x", kind="json"), "The action must use a response type of '.http' in"),
        (with_path("/a/{x}", "x", whole=False), "The target-url for operationId 'id' must end in"),
        (
            with_path("/{x}/b", "y"),
            "The parameter 'x' defined in path '/{x}/b' does not match any of the parameters"
            " defined for the path in the swagger file.",
        ),
        ({"basePath": "/a/{x}"}, "The base path (/a/{x}) cannot have parameters."),
        ({"paths": {}}, ""),
        (with_path("no-slash"), ""),
        ({"paths": {"/a": {"fetch": {}}}}, ""),
    ],
)
def test_swagger_that_the_gateway_refuses(
    client: Client, base: str, changes: Any, text: str
) -> None:
    """1.8"""
    answer = put(client, {**swagger(client, base), **changes})
    assert error(answer).startswith(REFUSED + text)
    assert found(client, base) == []


def test_path_parameters_need_the_http_type(client: Client, base: str, action: str) -> None:
    """1.8"""
    body = endpoint(client, base, "/{x}", "GET", action)
    answer = manage(client, "POST", "createApi.http", body, responsetype="json")
    assert "response type of '.http'" in error(answer)


@pytest.mark.parametrize(
    "field", ["namespace", "gatewayBasePath", "gatewayPath", "gatewayMethod", "action"]
)
def test_apidoc_lacks_a_field(client: Client, base: str, action: str, field: str) -> None:
    """1.8"""
    body = endpoint(client, base, "/a", "GET", action)
    del body["apidoc"][field]
    assert field in error(manage(client, "POST", "createApi.http", body))


@pytest.mark.parametrize("field", ["name", "namespace", "backendMethod", "backendUrl", "authkey"])
def test_action_of_the_apidoc_lacks_a_field(
    client: Client, base: str, action: str, field: str
) -> None:
    """1.8"""
    body = endpoint(client, base, "/a", "GET", action)
    del body["apidoc"]["action"][field]
    assert field in error(manage(client, "POST", "createApi.http", body))
