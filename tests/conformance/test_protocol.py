"""What holds for every request: sections 1.1, 1.3 and 1.4 of the contract."""

import pytest

from tests.conformance.client import JSON, Client, fresh

CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "Authorization, Origin, X-Requested-With, Content-Type,"
    " Accept, User-Agent",
    "access-control-allow-methods": "GET, DELETE, POST, PUT, HEAD",
}
NO_SUCH_PATH = (404, "The requested resource could not be found.")


# 1.1 Unauthenticated endpoints


def test_root_lists_runtimes_in_a_type_that_wskdeploy_accepts(client: Client) -> None:
    """1.1, 11.19"""
    answer = client.send("GET", "/")
    assert answer.headers["content-type"] in "application/json; charset=UTF-8"
    runtimes = answer.json["runtimes"]["python"]
    assert [runtime["default"] for runtime in runtimes].count(True) == 1
    assert {"kind", "image", "deprecated", "default", "attached", "requireMain"} <= set(runtimes[0])


def test_root_tells_the_limits(client: Client) -> None:
    """1.1"""
    root = client.send("GET", "/").json
    named = {f"{side}_action_{of}" for side in ("min", "max") for of in ("duration", "memory")}
    named |= {"min_action_logs", "max_action_logs"} | {f"default_{name}" for name in named}
    named |= {"actions_per_minute", "triggers_per_minute", "concurrent_actions", "sequence_length"}
    assert named <= set(root["limits"])
    assert root["limits"]["max_action_memory"] >= 128 * 1024 * 1024
    assert root["limits"]["max_action_duration"] >= 60_000
    assert root["description"] == "OpenWhisk"
    assert root["api_paths"] == ["/api/v1"]
    assert set(root["support"]) == {"github", "slack"}


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/"])
def test_version(client: Client, path: str) -> None:
    """1.1"""
    told = client.send("GET", path).json
    assert isinstance(told.pop("build"), str)
    assert isinstance(told.pop("buildno"), str)
    assert told == {
        "description": "OpenWhisk API",
        "api_version": "1.0.0",
        "api_version_path": "v1",
        "swagger_paths": {"ui": "/docs", "api-docs": "/api-docs"},
    }


def test_the_api_describes_itself(client: Client) -> None:
    """1.1"""
    answer = client.send("GET", "/api/v1/api-docs")
    assert answer.status == 200
    assert answer.json["swagger"] == "2.0"
    assert answer.json["basePath"] == "/api/v1"
    assert "/namespaces" in answer.json["paths"]


def test_docs_lead_to_a_page(client: Client) -> None:
    """1.1"""
    answer = client.send("GET", "/api/v1/docs")
    assert answer.status in (301, 302, 307, 308)
    assert answer.headers["location"]


def test_ping(client: Client) -> None:
    """1.1"""
    answer = client.send("GET", "/ping")
    assert (answer.status, answer.body) == (200, b"pong")


@pytest.mark.parametrize(
    "path", ["", "/", "/namespaces", "/namespaces/_/actions/x", "/namespaces/nobody/x", "/no/such"]
)
def test_options_is_answered_without_credentials(client: Client, path: str) -> None:
    """1.1"""
    answer = client.send("OPTIONS", f"/api/v1{path}")
    assert (answer.status, answer.body) == (200, b"OK")
    assert {name: answer.headers[name] for name in CORS} == CORS


@pytest.mark.parametrize("path", ["/api/v1/namespaces", "/api/v1/namespaces/"])
def test_namespaces(client: Client, path: str) -> None:
    """1.4"""
    assert client.send("GET", path, auth=client.auth).json == [client.namespace]


def test_limits_of_the_namespace(client: Client) -> None:
    """1.4"""
    limits = client.get("limits")
    of_actions = ("Memory", "Logs", "Timeout", "Concurrency")
    assert {f"{side}Action{name}" for side in ("min", "max") for name in of_actions} <= set(limits)
    for name in ("invocationsPerMinute", "concurrentInvocations", "firesPerMinute"):
        assert limits[name] >= 1
    assert limits["maxActionInstances"] == limits["concurrentInvocations"]
    assert limits["maxParameterSize"].endswith(" B")


# 1.3 Protocol details


def test_request_id_is_adopted_and_repeated_as_code(client: Client) -> None:
    """1.3, 11.20"""
    answer = client.api("GET", f"actions/{fresh()}", **{"x-request-id": "my-own-id"})
    assert answer.headers["x-request-id"] == "my-own-id" == answer.json["code"]


@pytest.mark.parametrize("given", [{}, {"x-request-id": "sid_1"}])
def test_request_id_is_made_otherwise(client: Client, given: dict[str, str]) -> None:
    """1.3: also for one that the platform's own transactions would have"""
    answers = [client.api("GET", f"actions/{fresh()}", **given) for _ in range(2)]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert ids == {answer.json["code"] for answer in answers}
    assert {len(each) for each in ids} == {32}
    assert len(ids) == 2


@pytest.mark.parametrize("path", ["_/actions", "_/actions/not-there", "nobody/actions/a"])
def test_rest_cors(client: Client, path: str) -> None:
    """1.3: whether it is done, not found or forbidden"""
    answer = client.call("GET", path)
    assert {name: answer.headers[name] for name in CORS} == CORS


@pytest.mark.parametrize("path", ["_/nothing", "_/actions?limit=x", "_/actions/*"])
def test_no_cors_on_what_is_not_understood(client: Client, path: str) -> None:
    """1.3"""
    answer = client.call("GET", path)
    assert answer.status in (400, 404)
    assert "access-control-allow-origin" not in answer.headers


def test_rest_json_is_compact(client: Client) -> None:
    """1.3"""
    body = client.api("GET", f"packages/{client.make('packages')}").body
    assert b"\n" not in body
    assert b'": ' not in body
    assert b', "' not in body


@pytest.mark.parametrize("body", [b"{", b"[1]", b"3", b'{"a":NaN}', b"\xff", b"[" * 100_000])
def test_malformed_bodies(client: Client, body: bytes) -> None:
    """1.3"""
    answer = client.api("POST", f"actions/{client.action()}", body, **JSON)
    assert answer.status == 400
    assert answer.error.startswith("The request content was malformed:\n")


def test_other_content_types_are_refused(client: Client) -> None:
    """1.3"""
    name = client.action()
    typed = {"content-type": "text/plain"}
    for method in ("POST", "PUT"):
        answer = client.api(method, f"actions/{name}?overwrite=true", b"a=b", **typed)
        assert answer.status == 415
        assert answer.error.startswith("The request's Content-Type [text/plain")
        assert answer.error.endswith("] is not supported. Expected:\napplication/json")


def test_a_charset_beside_the_content_type(client: Client) -> None:
    """1.3"""
    typed = {"content-type": "application/json; charset=utf-8"}
    path = f"actions/{client.action()}?blocking=true&result=true"
    assert client.api("POST", path, '{"x":"ü"}'.encode(), **typed).json == {"x": "ü"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in ("nothing", "nothing/x", "actions/a/b/c")),
        *(("POST", path) for path in ("actions", "packages", "packages/p", "rules", "limits")),
        *(("PUT", path) for path in ("actions", "triggers", "activations", "limits")),
        *(("DELETE", path) for path in ("actions", "packages", "activations")),
        *((method, "activations/" + "0" * 32) for method in ("PUT", "POST", "DELETE")),
        ("PATCH", "actions/a"),
    ],
)
def test_unmatched_paths_and_methods(client: Client, method: str, path: str) -> None:
    """1.3, 1.4"""
    assert client.api(method, path).refusal == NO_SUCH_PATH
