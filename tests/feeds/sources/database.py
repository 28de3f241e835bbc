"""A server that speaks CouchDB's protocol, and a database for a test."""

import json
import secrets
from base64 import b64encode
from pathlib import Path
from typing import Any

import urllib3

from feeds.provider.sources.couchdb import CouchDB
from local.data import ROOT
from local.services import Service
from tests.feeds.sources.following import Following

MODULES = ROOT / "build" / "npm-couchdb" / "node_modules"
USERNAME, PASSWORD = "ada", "pässword:"


def server(folder: Path) -> Service:
    return Service(
        name="couchdb",
        argv=["node", str(Path(__file__).with_name("couchdb.cjs"))],
        log=folder / "couchdb.log",
        ready=r"CouchDB listens on (http://\S+)",
        environment={"NODE_PATH": str(MODULES), "USERNAME": USERNAME, "PASSWORD": PASSWORD},
    )


class Database:
    def __init__(self, url: str) -> None:
        self.url = url
        self.name = f"photos/{secrets.token_hex(4)}"
        self._revisions: dict[str, str] = {}
        self.send("PUT")

    def follow(self, page: int = 1000, **options: Any) -> Following:
        given = {"url": self.url, "dbname": self.name}
        return Following(
            CouchDB(page), given | {"username": USERNAME, "password": PASSWORD} | options
        )

    def put(self, document: str, **content: Any) -> None:
        revision = {"_rev": self._revisions[document]} if document in self._revisions else {}
        answer = self.send("PUT", f"/{document}", {**content, **revision})
        self._revisions[document] = answer["rev"]

    def delete(self, document: str) -> None:
        self.send("DELETE", f"/{document}?rev={self._revisions.pop(document)}")

    def send(self, method: str, path: str = "", content: Any = None) -> Any:
        credentials = b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
        address = f"{self.url}/{self.name.replace('/', '%2F')}{path}"
        body = None if content is None else json.dumps(content)
        answer = urllib3.request(method, address, body=body, headers=headers)
        assert answer.status < 300, answer.data
        return answer.json()
