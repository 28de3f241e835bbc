"""A small client of OpenWhisk's REST API, for whichever host the tests point at."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import urllib3

JSON = {"content-type": "application/json"}
WEB = {"web-export": True, "raw-http": False, "final": True}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        document = self.json
        assert isinstance(document["code"], str), document
        return str(document["error"])


def pairs(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def unpaired(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["key"]: item["value"] for item in items}


def fresh(stem: str = "t") -> str:
    return f"{stem}-{uuid.uuid4().hex[:10]}"


def eventually(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """The first truthy value of `condition`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)
    return value


class Client:
    def __init__(self, url: str, auth: str) -> None:
        self.url, self.auth = url, auth
        self._http = urllib3.PoolManager(retries=False, timeout=30)
        self._made: list[str] = []

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        auth: str | None = None,
    ) -> Answer:
        """Send as is; `body` may be bytes, else it is sent as JSON."""
        if body is not None and not isinstance(body, bytes):
            body, headers = json.dumps(body).encode(), {**JSON, **(headers or {})}
        if auth:
            headers = {**(headers or {}), **urllib3.make_headers(basic_auth=auth)}
        response = self._http.request(
            method, self.url + path, body=body, headers=headers, redirect=False
        )
        return Answer(response.status, response.headers, response.data)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """An authenticated call below the caller's namespace."""
        full = f"/api/v1/namespaces/_/{path}"
        answer = self.send(method, full, body, headers=headers, auth=self.auth)
        if method == "PUT" and answer.status == 200:
            self._made.append(path.partition("?")[0])
        return answer

    def web(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.send(method, f"/api/v1/web/{self.namespace}/{path}", body, headers=named)

    @property
    def namespace(self) -> str:
        names = self.send("GET", "/api/v1/namespaces", auth=self.auth).json
        return str(names[0])

    def action(self, code: str, name: str | None = None, **fields: Any) -> str:
        name = name or fresh("action")
        exec_ = {"kind": "python:default", "code": code}
        answer = self.api("PUT", f"actions/{name}?overwrite=true", {"exec": exec_, **fields})
        assert answer.status == 200, answer.body
        return name

    def sequence(self, *components: str, **fields: Any) -> str:
        name = fresh("sequence")
        exec_ = {"kind": "sequence", "components": [f"/_/{part}" for part in components]}
        answer = self.api("PUT", f"actions/{name}", {"exec": exec_, **fields})
        assert answer.status == 200, answer.body
        return name

    def make(self, collection: str, body: Any = None, stem: str = "t") -> str:
        name = fresh(stem)
        answer = self.api("PUT", f"{collection}/{name}", body or {})
        assert answer.status == 200, answer.body
        return name

    def invoke(self, name: str, payload: Any = None, query: str = "blocking=true") -> Answer:
        return self.api("POST", f"actions/{name}?{query}", payload or {})

    def record(self, activation_id: str) -> Any:
        """The activation's record, as soon as it is complete."""

        def found() -> Any:
            answer = self.api("GET", f"activations/{activation_id}")
            return answer.json if answer.status == 200 else None

        return eventually(found)

    def forget(self) -> None:
        """Delete what this client made, contents before what holds them."""
        for path in sorted(set(self._made), key=lambda path: -path.count("/")):
            self.api("DELETE", path)
        self._made.clear()
