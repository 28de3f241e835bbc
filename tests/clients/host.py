"""The host that the clients talk to, as the owner of a namespace sees it over plain HTTP."""

import dataclasses
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

Answer = tuple[int, Any]

ECHO = "def main(args):\n    return args\n"


def unpaired(entity: Mapping[str, Any], field: str = "annotations") -> dict[str, Any]:
    """The pairs of an entity's annotations or parameters as a dictionary."""
    return {pair["key"]: pair["value"] for pair in entity[field]}


def eventually(condition: Callable[[], Any]) -> Any:
    """The first truthy value of `condition`."""
    deadline = time.monotonic() + 10
    while not (value := condition()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)
    return value


@dataclass(frozen=True)
class Host:
    url: str
    auth: str = dataclasses.field(repr=False)
    since: int = 0
    """When the test began, in ms: activations, unlike entities, cannot be deleted after it."""

    @property
    def tenant(self) -> str:
        return self.auth.partition(":")[0]

    @property
    def gateway(self) -> str:
        """Where the routes of the namespace's APIs are served, as a path."""
        return f"/api/{self.tenant}"

    def __call__(self, method: str, path: str, body: object = None) -> Answer:
        """The owner's call: `path` is below the namespace, or from the root with a slash first."""
        headers = urllib3.util.make_headers(basic_auth=self.auth)
        if body is not None:
            headers["Content-Type"] = "application/json"
        full = path if path.startswith("/") else f"/api/v1/namespaces/_/{path}"
        content = None if body is None else json.dumps(body)
        return self.get(full, method, content, **headers)

    def get(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> Answer:
        """Anyone's call."""
        response = urllib3.request(
            method, self.url + path, body=body, headers=headers, retries=False, timeout=60
        )
        text = response.data.decode()
        is_json = "json" in response.headers.get("content-type", "")
        return response.status, json.loads(text) if is_json else text

    def found(self, path: str) -> Any:
        """What has to be there."""
        status, document = self("GET", path)
        assert status == 200, document
        return document

    def names(self, collection: str) -> set[str]:
        listed = self.found(f"{collection}?limit=0&skip=0")
        return {"/".join([*item["namespace"].split("/")[1:], item["name"]]) for item in listed}

    def everything(self) -> set[str]:
        collections = ("packages", "actions", "triggers", "rules")
        return {f"{part}/{name}" for part in collections for name in self.names(part)}

    def results(self, action: str) -> list[Any]:
        """What the runs of `action` in this test answered, in their order."""
        records = self.found(f"activations?name={action}&docs=true&since={self.since}")
        return [record["response"]["result"] for record in reversed(records)]

    def apis(self) -> list[Any]:
        """The Swagger documents of the namespace's APIs."""
        return [api["value"]["apidoc"] for api in self.found(self._management("getApi"))["apis"]]

    def _management(self, operation: str, base_path: str = "") -> str:
        query = {"accesstoken": "token", "spaceguid": self.tenant, "basepath": base_path}
        return f"/api/v1/web/whisk.system/apimgmt/{operation}.http?{urlencode(query)}"

    def make(self, path: str, body: object) -> None:
        """Put an entity that a test needs there."""
        status, answer = self("PUT", path, body)
        assert status == 200, answer

    def action(
        self, path: str, code: str = ECHO, annotations: Mapping[str, object] | None = None
    ) -> None:
        pairs = [{"key": key, "value": value} for key, value in (annotations or {}).items()]
        exec_ = {"kind": "python:default", "code": code}
        self.make(f"actions/{path}", {"exec": exec_, "annotations": pairs})

    def empty(self) -> None:
        """Delete all that a test left behind."""
        for path in sorted(self.everything(), key=lambda path: path.count("/"), reverse=True):
            self("DELETE", path)
        for api in self.apis():
            self("DELETE", self._management("deleteApi", api["basePath"]))
