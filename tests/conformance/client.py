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
ECHO = "def main(args): return args"
COLLECTIONS = ("actions", "packages", "triggers", "rules", "activations")


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

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.error


def pairs(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def unpaired(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["key"]: item["value"] for item in items}


def code(text: str = ECHO, **fields: Any) -> dict[str, Any]:
    return {"kind": "python:default", "code": text, **fields}


def components(*references: str) -> dict[str, Any]:
    return {"kind": "sequence", "components": list(references)}


def fresh(stem: str = "t") -> str:
    return f"{stem}-{uuid.uuid4().hex[:10]}"


def eventually(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """The first truthy value of `condition`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)
    return value


class Client:
    def __init__(self, url: str, auth: str, *, patient: bool = False) -> None:
        """A patient client waits for the next minute when it was told that it sends too much."""
        self.url, self.auth = url.rstrip("/"), auth
        self._http = urllib3.PoolManager(retries=False, timeout=90)
        self._made: list[str] = []
        self._patient = patient

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
        if response.status == 429 and self._patient:
            time.sleep(61 - time.time() % 60)
            return self.send(method, path, body, headers=headers)
        return Answer(response.status, response.headers, response.data)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """An authenticated call below `namespaces/`."""
        full = f"/api/v1/namespaces/{path}"
        return self.send(method, full, body, headers=headers, auth=self.auth)

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """An authenticated call below the caller's namespace."""
        answer = self.call(method, f"_/{path}", body, **headers)
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

    def get(self, path: str) -> Any:
        answer = self.api("GET", path)
        assert answer.status == 200, answer.body
        return answer.json

    def put(self, path: str, body: Any) -> Any:
        """Create or update."""
        answer = self.api("PUT", f"{path}?overwrite=true", body)
        assert answer.status == 200, answer.body
        return answer.json

    def action(self, text: str = ECHO, name: str | None = None, **fields: Any) -> str:
        name = name or fresh("action")
        self.put(f"actions/{name}", {"exec": code(text), **fields})
        return name

    def sequence(self, *parts: str, **fields: Any) -> str:
        name = fresh("sequence")
        exec_ = components(*(f"/_/{part}" for part in parts))
        self.put(f"actions/{name}", {"exec": exec_, **fields})
        return name

    def make(self, collection: str, body: Any = None, stem: str = "t") -> str:
        name = fresh(stem)
        self.put(f"{collection}/{name}", body or {})
        return name

    def binding(self, package: str, **fields: Any) -> str:
        return self.make("packages", {"binding": {"namespace": "_", "name": package}, **fields})

    def rule(self, trigger: str, action: str, **fields: Any) -> str:
        # As `wsk` sends it, with a status that means nothing.
        body = {"status": "", "trigger": f"/_/{trigger}", "action": f"/_/{action}", **fields}
        return self.make("rules", body, "rule")

    def of_each_kind(self) -> dict[str, str]:
        """A new entity of each collection, by the collection's name."""
        action, package, trigger = self.action(), self.make("packages"), self.make("triggers")
        rule = self.rule(trigger, action)
        return {"actions": action, "packages": package, "triggers": trigger, "rules": rule}

    def invoke(self, name: str, payload: Any = None, query: str = "blocking=true") -> Answer:
        return self.api("POST", f"actions/{name}?{query}", payload or {})

    def result(self, name: str, payload: Any = None) -> Any:
        return self.invoke(name, payload, "blocking=true&result=true").json

    def record(self, activation_id: str) -> Any:
        """The activation's record, as soon as it is complete."""

        def found() -> Any:
            answer = self.api("GET", f"activations/{activation_id}")
            return answer.json if answer.status == 200 else None

        return eventually(found)

    def activations(self, query: str, at_least: int = 1) -> Any:
        """A list of activations, as soon as it has so many: a cluster's views lag behind."""

        def found() -> Any:
            listed = self.get(f"activations?{query}")
            return listed if len(listed) >= at_least else None

        return eventually(found)

    def forget(self) -> None:
        """Delete what this client made, contents before what holds them."""
        for path in sorted(set(self._made), key=lambda path: -path.count("/")):
            self.api("DELETE", path)
        self._made.clear()
