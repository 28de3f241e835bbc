"""What holds for every request: section 1.1 to 1.3, 1.5 and 1.7 of the contract."""

import pytest

from tests.localwhisk.client import Client


def test_root_lists_runtimes_in_a_type_that_wskdeploy_accepts(client: Client) -> None:
    """1.1"""
    answer = client.send("GET", "/")
    assert answer.headers["content-type"] in "application/json; charset=UTF-8"
    runtimes = answer.json["runtimes"]["python"]
    assert [runtime["default"] for runtime in runtimes].count(True) == 1
    assert set(runtimes[0]) == {
        *("kind", "image", "deprecated", "default", "attached", "requireMain"),
    }
    assert answer.json["api_paths"] == ["/api/v1"]
    assert answer.json["limits"]["max_action_memory"] == 512 * 1024 * 1024


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/"])
def test_version(client: Client, path: str) -> None:
    """1.1"""
    assert client.send("GET", path).json["api_version_path"] == "v1"


def test_ping(client: Client) -> None:
    """1.1"""
    assert client.send("GET", "/ping").body == b"pong"


def test_options_is_answered_without_credentials(client: Client) -> None:
    """1.1"""
    answer = client.send("OPTIONS", "/api/v1/namespaces/_/actions/x")
    assert (answer.status, answer.body) == (200, b"OK")
    assert answer.headers["access-control-allow-methods"] == "GET, DELETE, POST, PUT, HEAD"


@pytest.mark.parametrize("path", ["/api/v1/namespaces", "/api/v1/no/such/path"])
def test_no_credentials(client: Client, path: str) -> None:
    """1.2"""
    answer = client.send("GET", path)
    assert answer.status == 401
    assert answer.error.endswith("which was not supplied with the request")
    assert answer.headers["www-authenticate"] == 'Basic realm="OpenWhisk secure realm"'


@pytest.mark.parametrize("header", ["Basic !", "Basic bm9ib2R5", "Bearer x", "Basic eDp5"])
def test_bad_credentials(client: Client, header: str) -> None:
    """1.2"""
    answer = client.send("GET", "/api/v1/namespaces", headers={"authorization": header})
    assert (answer.status, answer.error) == (401, "The supplied authentication is invalid")


def test_a_right_uuid_with_a_wrong_key_is_refused(client: Client) -> None:
    """1.2"""
    name = client.auth.partition(":")[0]
    assert client.send("GET", "/api/v1/namespaces", auth=f"{name}:wrong").status == 401


def test_another_namespace_is_forbidden(client: Client) -> None:
    """1.2"""
    answer = client.send("GET", "/api/v1/namespaces/nobody/actions/a", auth=client.auth)
    assert answer.status == 403
    assert answer.error == ("The supplied authentication is not authorized to access 'nobody/a'.")


def test_namespaces_and_limits(client: Client) -> None:
    """1.4"""
    assert client.send("GET", "/api/v1/namespaces/", auth=client.auth).json == [client.namespace]
    limits = client.api("GET", "limits").json
    assert limits["maxActionTimeout"] == 300_000
    assert limits["maxParameterSize"] == "1048576 B"


def test_request_id_is_adopted_and_repeated_as_code(client: Client) -> None:
    """1.3"""
    answer = client.api("GET", "actions/nothing", **{"x-request-id": "my-own-id"})
    assert answer.headers["x-request-id"] == "my-own-id" == answer.json["code"]


def test_request_id_of_the_platform_is_not_adopted(client: Client) -> None:
    """1.3"""
    answer = client.api("GET", "actions/nothing", **{"x-request-id": "sid_1"})
    assert answer.headers["x-request-id"] == answer.json["code"] != "sid_1"
    assert len(answer.json["code"]) == 32


def test_rest_cors(client: Client) -> None:
    """1.3"""
    answer = client.api("GET", "actions")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("body", [b"{", b"[1]", b"3", b'{"a":NaN}', b"\xff", b"[" * 100_000])
def test_malformed_bodies(client: Client, body: bytes) -> None:
    """1.3"""
    name = client.action("def main(args): return args")
    answer = client.api("POST", f"actions/{name}", body, **{"content-type": "application/json"})
    assert answer.status == 400
    assert answer.error.startswith("The request content was malformed:\n")


def test_other_content_types_are_refused(client: Client) -> None:
    """1.3"""
    name = client.action("def main(args): return args")
    answer = client.api("POST", f"actions/{name}", b"a=b", **{"content-type": "text/plain"})
    assert answer.status == 415
    assert answer.error == (
        "The request's Content-Type [text/plain] is not supported. Expected:\napplication/json"
    )


def test_payload_over_the_limit(client: Client) -> None:
    """1.7, 10"""
    name = client.action("def main(args): return args")
    answer = client.invoke(name, {"x": "y" * 1_048_576})
    assert answer.status == 413
    assert answer.error == "Request larger than allowed: 1048585 > 1048576 bytes."


@pytest.mark.parametrize(
    ("path", "method"), [("nothing", "GET"), ("packages/p", "POST"), ("actions/a/b/c", "GET")]
)
def test_unmatched_paths(client: Client, path: str, method: str) -> None:
    """1.3"""
    answer = client.api(method, path)
    assert (answer.status, answer.error) == (404, "The requested resource could not be found.")


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=201", "The value '201' is not in the range of 0 to 200 for actions."),
        ("limit=-1", "The value '-1' is not in the range of 0 to 200 for actions."),
        ("limit=x", "The value 'x' is not an integer for actions."),
        ("skip=-1", "The value '-1' is not greater than or equal to 0 for actions."),
    ],
)
def test_bad_pages(client: Client, query: str, detail: str) -> None:
    """1.5"""
    answer = client.api("GET", f"actions?{query}")
    name = query.partition("=")[0]
    assert answer.status == 400
    assert answer.error == f"The query parameter '{name}' was malformed:\n{detail}"


@pytest.mark.parametrize("name", ["%20a", "a%20", ".a", "a*b", "a" * 257])
def test_illegal_names(client: Client, name: str) -> None:
    """1.7"""
    assert client.api("PUT", f"triggers/{name}", {}).status == 400


def test_too_long_a_name_says_so(client: Client) -> None:
    """1.7"""
    answer = client.api("PUT", f"triggers/{'a' * 257}", {})
    assert answer.error == "Name segement longer than allowed: 257 > 256."
