"""What the API gateway serves: section 1.8 of the contract."""

import json
from typing import Any

import pytest

from tests.conformance.client import ECHO as PLAIN
from tests.conformance.client import WEB, Client, fresh, pairs
from tests.conformance.gateway.calls import ECHO, ask, cases, create, delete, found, put, swagger
from tests.conformance.host import LocalHost


def test_http_type_gets_the_whole_path(client: Client, base: str, action: str) -> None:
    """1.8"""
    api = create(client, base, "/books/{isbn}", "GET", action)
    seen = ask(api, "GET", "/books/97%208?a=1&b=%C3%A9").json
    assert (seen["__ow_method"], seen["a"], seen["b"]) == ("get", "1", "é")
    assert seen["__ow_path"].replace("%20", " ") == f"{base}/books/97 8"


@pytest.mark.parametrize(
    ("kind", "code", "media", "text"),
    [
        ("json", "def main(args): return {'p': args['__ow_path']}", "application/json", '"p": ""'),
        ("html", "def main(args): return {'html': args['__ow_path'] + '<p>'}", "text/html", "<p>"),
        ("text", "def main(args): return {'text': args['__ow_path'] + '-'}", "text/plain", "-"),
        ("svg", "def main(args): return {'svg': '<svg/>'}", "image/svg+xml", "<svg/>"),
    ],
)
def test_other_types_get_no_path(
    client: Client, base: str, kind: str, code: str, media: str, text: str
) -> None:
    """1.8, 4.3"""
    action = client.action(code, annotations=pairs(WEB))
    answer = ask(create(client, base, "/x", "GET", action, kind), "GET", "/x")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(media)
    assert answer.body.decode().strip("{}\n ") == text


def test_bodies_pass(client: Client, base: str, action: str) -> None:
    """1.8, 4.2"""
    api = create(client, base, "/x", "POST", action)
    assert ask(api, "POST", "/x?a=1", {"b": [2]}).json.items() >= {"a": "1", "b": [2]}.items()
    typed = ask(api, "POST", "/x", b"plain", content_type="text/plain")
    assert typed.json["__ow_body"] == "plain"


def test_answer_passes(client: Client, base: str) -> None:
    """1.8, 4.3"""
    code = "def main(args): return {'statusCode': 302, 'headers': {'location': '/y', 'x-a': 'b'}}"
    action = client.action(code, annotations=pairs(WEB))
    answer = ask(create(client, base, "/x", "GET", action), "GET", "/x")
    assert answer.status == 302
    assert (answer.headers["location"], answer.headers["x-a"]) == ("/y", "b")
    assert "x-request-id" in answer.headers
    assert "x-openwhisk-activation-id" in answer.headers


def test_forwarded_url(client: Client, base: str, action: str) -> None:
    """1.8"""
    api = create(client, base, "/x", "GET", action)
    seen = ask(api, "GET", "/x?a=1", x_forwarded_url="http://forged/").json["__ow_headers"]
    assert seen["x-forwarded-url"].endswith(f"{base}/x?a=1")
    assert seen["x-forwarded-url"].startswith("http")


def test_request_id_is_kept(client: Client, base: str, action: str, local_host: LocalHost) -> None:
    """1.3, 1.8"""
    api = create(client, base, "/x", "GET", action)
    for path in ("/x", "/none"):
        assert ask(api, "GET", path, x_request_id="mine").headers["x-request-id"] == "mine"


@pytest.mark.parametrize("verb", ["GET", "PUT", "POST", "DELETE", "PATCH"])
def test_each_verb(client: Client, base: str, action: str, verb: str) -> None:
    """1.8"""
    api = create(client, base, "/x", verb, action)
    assert ask(api, verb, "/x").json["__ow_method"] == verb.lower()
    other = "POST" if verb == "GET" else "GET"
    assert "Whoops. Verb not supported." in ask(api, other, "/x").json["message"]


def test_head(client: Client, base: str) -> None:
    """1.8, 4.5"""
    code = "def main(args): return {'headers': {'x-m': args['__ow_method']}, 'body': 'text'}"
    action = client.action(code, annotations=pairs(WEB))
    api = create(client, base, "/x", "GET", action)
    assert ask(api, "HEAD", "/x").status == 404
    create(client, base, "/x", "HEAD", action)
    answer = ask(api, "HEAD", "/x")
    assert (answer.status, answer.headers["x-m"], answer.body) == (200, "head", b"")


def test_unknown_path(client: Client, base: str, action: str) -> None:
    """1.8"""
    api = create(client, base, "/x", "GET", action)
    for path in ("", "/", "/y", "/x%2Fy/../z"):
        answer = ask(api, "GET", path)
        if path != "/x%2Fy/../z":
            assert (answer.status, answer.json["status"]) == (404, 404)
            assert answer.json["message"] == "Error: Not found."


def test_unknown_tenant(client: Client, base: str, action: str, local_host: LocalHost) -> None:
    """1.8"""
    create(client, base, "/x", "GET", action)
    for path in (f"/api/nobody{base}/x", "/api/nobody", "/api/", "/api//x", f"/api{base}"):
        answer = client.send("GET", path)
        assert (answer.status, answer.json["message"]) == (404, "Error: Not found.")


def test_unknown_paths_of_the_rest_api_stay_its_own(client: Client) -> None:
    """1.2"""
    assert client.send("GET", "/api/v1/none/x").status == 401


def test_literal_path_comes_before_a_parameter(client: Client, base: str, action: str) -> None:
    """1.8"""
    new = client.action("def main(args): return {'body': 'new'}", annotations=pairs(WEB))
    create(client, base, "/books/{isbn}", "GET", action)
    api = create(client, base, "/books/new", "GET", new)
    assert ask(api, "GET", "/books/new").body == b"new"
    assert ask(api, "GET", "/books/old").json["__ow_path"] == f"{base}/books/old"


def test_path_below_goes_to_the_nearest_above(client: Client, base: str, action: str) -> None:
    """1.8: the gateway's proxy matching"""
    api = create(client, base, "/books", "GET", action)
    assert ask(api, "GET", "/books/1/pages").json["__ow_path"] == f"{base}/books/1/pages"
    assert ask(api, "GET", "/booksellers").status == 404


def test_apis_of_nested_base_paths(client: Client, base: str, action: str) -> None:
    """1.8"""
    outer = create(client, base, "/a", "GET", action)
    inner = create(client, f"{base}/a", "/b", "POST", action)
    assert ask(outer, "POST", "/a/b").json["__ow_method"] == "post"
    assert ask(inner, "POST", "/b").json["__ow_path"] == f"{base}/a/b"
    delete(client, f"{base}/a")


def test_preflight(client: Client, base: str, action: str) -> None:
    """1.8"""
    api = create(client, base, "/x", "GET", action)
    answer = ask(api, "OPTIONS", "/x", origin="http://a.b", access_control_request_headers="x-y")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "http://a.b"
    assert answer.headers["access-control-allow-headers"] == "x-y"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "x-openwhisk-activation-id" not in answer.headers
    assert ask(api, "OPTIONS", "/none").status == 404


def test_origins(client: Client, base: str) -> None:
    """1.8: one header, in place of the web action's"""
    code = "def main(args): return {'headers': {'Access-Control-Allow-Origin': 'x'}, 'body': 'y'}"
    action = client.action(code, annotations=pairs(WEB))
    api = create(client, base, "/x", "GET", action)
    for sent, seen in (("http://a.b", "http://a.b"), (None, "*")):
        answer = ask(api, "GET", "/x", **({"origin": sent} if sent else {}))
        assert answer.headers.getlist("access-control-allow-origin") == [seen]
        assert answer.headers.getlist("access-control-allow-credentials") == ["true"]
    assert ask(api, "PUT", "/x").headers["access-control-allow-origin"] == "*"


def test_api_without_cors(client: Client, base: str, action: str) -> None:
    """1.8"""
    document = swagger(client, base, action)
    del document["x-ibm-configuration"]["cors"]
    api = put(client, document).json
    assert "access-control-allow-credentials" not in ask(api, "GET", "/it").headers
    assert "Whoops" in ask(api, "OPTIONS", "/it").json["message"]


@pytest.mark.parametrize("secret", ["s3cret", 7819])
def test_secure_action(client: Client, base: str, secret: Any) -> None:
    """1.8, 4.6"""
    annotations = pairs({**WEB, "require-whisk-auth": secret})
    action = client.action(ECHO, annotations=annotations)
    assert client.web("GET", f"default/{action}").status == 401
    api = create(client, base, "/x", "GET", action, secret=secret)
    assert ask(api, "GET", "/x").status == 200
    assert ask(api, "GET", "/x", x_require_whisk_auth="guess").status == 200
    open_api = create(client, base, "/y", "GET", action)
    assert ask(open_api, "GET", "/y").status == 401


def test_secret_and_key_in_the_document(client: Client, base: str, action: str) -> None:
    """1.8: the gateway's configuration holds the action's secret, and never the caller's key"""
    made = create(client, base, "/x", "GET", action, secret="s3cret")
    variable = {"set": "message.headers.X-Require-Whisk-Auth", "value": "s3cret"}
    assert cases(made["apidoc"])[0]["execute"][1] == {"set-variable": {"actions": [variable]}}
    shown = json.dumps([made, found(client, base)])
    assert client.auth.partition(":")[2] not in shown


def test_target_elsewhere_is_not_called(
    client: Client, base: str, action: str, local_host: LocalHost
) -> None:
    """1.8: only the action's name and the response type lead anywhere"""
    document = swagger(client, base, action)
    target = "http://127.0.0.1:9/elsewhere.http$(request.path)"
    cases(document)[0]["execute"][0]["invoke"]["target-url"] = target
    document["paths"]["/it"]["get"]["x-openwhisk"]["url"] = "http://127.0.0.1:9/elsewhere.http"
    assert ask(put(client, document).json, "GET", "/it").json["__ow_path"] == f"{base}/it"


def test_headers_set_for_the_whole_api(client: Client, base: str, action: str) -> None:
    """1.8"""
    document = swagger(client, base, action)
    variable = {"set": "message.headers.X-Set", "value": "here"}
    steps = document["x-ibm-configuration"]["assembly"]["execute"]
    steps.append({"set-variable": {"actions": [variable]}})
    seen = ask(put(client, document).json, "GET", "/it", x_set="there").json
    assert seen["__ow_headers"]["x-set"] == "here"


def test_operation_without_an_action(client: Client, base: str) -> None:
    """1.8"""
    configuration = {"assembly": {"execute": []}, "cors": {"enabled": True}}
    document = swagger(client, base, paths={"/": {"get": {"operationId": ""}}})
    api = put(client, {**document, "x-ibm-configuration": configuration}).json
    assert ask(api, "GET", "/").status >= 400


@pytest.mark.parametrize("annotations", [{}, {"web-export": False}])
def test_action_that_is_not_exported(client: Client, base: str, annotations: Any) -> None:
    """1.8, 4.1: an API may be made before its action"""
    name = fresh("late")
    api = create(client, base, "/x", "GET", name)
    assert ask(api, "GET", "/x").status == 404
    client.action(ECHO, name, annotations=pairs(annotations))
    assert ask(api, "GET", "/x").status == 404
    client.action(ECHO, name, annotations=pairs(WEB))
    assert ask(api, "GET", "/x").status == 200


def test_action_in_a_package(client: Client, base: str) -> None:
    """1.8"""
    package = client.make("packages", {"parameters": pairs({"from": "package"})})
    client.action(ECHO, f"{package}/one", annotations=pairs(WEB))
    api = create(client, base, "/x", "GET", f"{package}/one")
    assert ask(api, "GET", "/x").json["from"] == "package"


def test_sequence(client: Client, base: str) -> None:
    """1.8"""
    sequence = client.sequence(client.action(PLAIN), client.action(ECHO), annotations=pairs(WEB))
    api = create(client, base, "/x", "GET", sequence)
    assert ask(api, "GET", "/x?a=b").json["a"] == "b"
