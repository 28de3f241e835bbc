"""Somebody signed in, who asks the public routes as they like."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from local.client import Client
from tests.e2e.hostile.request import Request, bearer
from tests.localwhisk.hostile.wire import Answer, Wire

Json = dict[str, Any]


@dataclass
class Person:
    """`job` and `key` are a search of theirs, and an API key."""

    name: str
    subject: str
    client: Client
    wire: Wire
    key: str
    job: str = ""

    def ask(self, method: str, target: str, body: Json | None = None, token: str = "") -> Answer:
        content = b"" if body is None else json.dumps(body).encode()
        headers = (("Content-Type", "application/json"), bearer(token or self.client.token))
        return self.wire.exchange(Request(method, target, headers, content).encode(), method)

    def told(self, method: str, target: str, body: Json | None = None, token: str = "") -> Json:
        answer = self.ask(method, target, body, token)
        assert answer.status in (200, 202), answer.body
        return dict(json.loads(answer.body))

    def everything(self) -> list[Json]:
        """All pages of what is held about them."""
        pages = [self.told("GET", "my_data")]
        while after := pages[-1]["next"]:
            pages.append(self.told("GET", f"my_data?{urlencode({'after': after})}"))
        return pages

    def disguise(self, of: "Person") -> Json:
        """Every way to say in a field that one is somebody else."""
        verified = {"subject": of.subject, "scopes": ["findme:data"], "method": "get"}
        return {
            "subject": of.subject,
            "sub": of.name,
            "user": of.name,
            "person": of.subject,
            "login_hint": of.name,
            "__ow_user": of.subject,
            "__ow_headers": {"x-subject": of.subject},
            "request": verified,
            "epoch": "",
        }

    def add_key(self, name: str, sha256: str) -> None:
        scopes = ["findme:data", "findme:search", "findme:enrol"]
        body = {"name": name, "sha256": sha256, "scopes": scopes, "days": 1}
        self.told("POST", "api_keys", body)
