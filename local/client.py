"""The public routes, as the page calls them."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from findme import consent
from local.code_flow import access_token


class ApiError(Exception):
    """A route answered with an error; `body` is what it said."""

    def __init__(self, route: str, status: int, body: Any) -> None:
        super().__init__(f"{route} answered {status}: {body}")
        self.status = status
        self.body = body


class Client:
    """One signed-in person against one suite."""

    consent_version = consent.VERSION

    def __init__(self, api: str, issuer: str, user: str) -> None:
        self._api = api
        self._http = urllib3.PoolManager(timeout=70, retries=False)
        self.token = access_token(self._http, issuer, user)

    def consent(self) -> dict[str, Any]:
        """The text to agree to, and what this person has agreed to and holds."""
        return self._call("GET", "consent")

    def enrol(self, photo: Path) -> dict[str, Any]:
        """Send one photo of oneself, agreeing to the consent text."""
        fields = {"consent": self.consent_version, "photos": (photo.name, photo.read_bytes())}
        return self._call("POST", "enrol", fields=fields)

    def search(self, source: str, query: str) -> str:
        """Start a search; answers the job's id."""
        return str(self.post("search", {"source": source, "query": query})["job"])

    def status(self, job: str) -> dict[str, Any]:
        return self._call("GET", f"status/{job}")

    def photos(self, job: str) -> list[dict[str, Any]]:
        """Every photo of a job with its state, all pages of it."""
        entries: list[dict[str, Any]] = []
        after: str | None = "0"
        while after is not None:
            page = self._call("GET", f"status/{job}?list=photos&after={after}")
            entries += page["photos"]
            after = page["next"]
        return entries

    def my_data(self) -> dict[str, Any]:
        """Everything held about this person, all pages of it."""
        held: dict[str, Any] = {}
        after: str | None = ""
        while after is not None:
            page = self._call("GET", f"my_data?{urlencode({'after': after})}")
            after = page.pop("next")
            for name, value in page.items():
                held[name] = held.get(name, []) + value if isinstance(value, list) else value
        return held

    def forget_me(self) -> dict[str, Any]:
        return self.post("forget_me", {})

    def post(self, route: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.post_raw(route, json.dumps(body).encode(), "application/json")

    def post_raw(self, route: str, body: bytes, content_type: str) -> dict[str, Any]:
        return self._call("POST", route, content_type, body=body)

    def _call(
        self, method: str, route: str, content_type: str | None = None, **content: Any
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        if content_type:
            headers["Content-Type"] = content_type
        response = self._http.request(method, f"{self._api}/{route}", headers=headers, **content)
        body = json.loads(response.data or b"{}")
        if response.status >= 400:
            raise ApiError(route, response.status, body)
        return dict(body)
