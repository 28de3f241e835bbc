"""The public routes, as the page calls them."""

import json
from pathlib import Path
from typing import Any

import urllib3

from findme import consent


class ApiError(Exception):
    """A route answered with an error; `body` is what it said."""

    def __init__(self, route: str, status: int, body: Any) -> None:
        super().__init__(f"{route} answered {status}: {body}")
        self.status = status
        self.body = body


class Client:
    """One signed-in person against one suite."""

    consent = consent.VERSION

    def __init__(self, api: str, issuer: str, user: str) -> None:
        self._api = api
        self._http = urllib3.PoolManager(timeout=70, retries=False)
        answer = self._http.request("POST", f"{issuer}/token", json={"user": user}).json()
        self.token = str(answer["access_token"])

    def enrol(self, photo: Path) -> dict[str, Any]:
        """Send one photo of oneself, agreeing to the consent text."""
        fields = {"consent": self.consent, "photos": (photo.name, photo.read_bytes())}
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
