"""No secret is in a record, a log line, an event or an address, whatever was asked and refused.

Secrets of every kind are planted, sent through every route and into every failure, and looked for.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import urllib3

from findme.openwhisk import OpenWhisk, OpenWhiskError
from local import sample, suite
from local.client import Client
from local.code_flow import access_token
from local.suite import Suite
from tests import traces
from tests.e2e.album import Album
from tests.e2e.planted import Addresses, Planted
from tests.e2e.waiting import at_rest, until

ROUTES = [
    ("GET", "consent"), ("POST", "enrol"), ("POST", "search"), ("GET", "status/0"),
    ("GET", "my_data"), ("POST", "my_data"), ("GET", "api_keys"), ("POST", "api_keys"),
    ("DELETE", "api_keys"), ("PATCH", "api_keys"), ("OPTIONS", "search"), ("POST", "forget_me"),
]  # fmt: skip

# A password that makes redis-py name a part of the address, and one of a server that is not there.
ADDRESSES = ["redis://:{}/x@127.0.0.1:1/0", "redis://:{}@127.0.0.1:1/0", "nosql://:{}@host/0"]
ACTIONS = ("consent", "my_data", "forget_me", "api_keys", "register_search", "search_status",
           "album_search", "compare_images", "check_auth")  # fmt: skip


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets")


@pytest.fixture(scope="module")
def running(state: Path) -> Iterator[Suite]:
    """A suite in which everything that is kept comes from here."""
    with suite.running(state, port=0, page_port=0) as started:
        yield started


@pytest.fixture(scope="module")
def openwhisk(running: Suite) -> OpenWhisk:
    return OpenWhisk.from_wskprops(running.wskprops)


@pytest.fixture(scope="module")
def addresses() -> Addresses:
    return Addresses()


@pytest.fixture(scope="module")
def album(openwhisk: OpenWhisk, photos: Path) -> Iterator[Album]:
    with Album((photos / "coffee.png").read_bytes(), 3) as serving:
        serving.allow(openwhisk)
        yield serving


@pytest.fixture(scope="module")
def planted(
    running: Suite, state: Path, openwhisk: OpenWhisk, addresses: Addresses, album: Album
) -> Planted:
    """After everything was asked for that may be asked for."""
    planted = Planted()
    name = f"name-{secrets.token_hex(12)}"
    token = access_token(addresses, running.issuer, name)
    key = f"findme_{secrets.token_hex(32)}"
    digest = hashlib.sha256(key.encode()).hexdigest()
    sealing = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    planted["name"], planted["token"] = name, token
    planted["token's claims"], planted["token's signature"] = token.split(".")[1:]
    planted["API key"], planted["API key's digest"] = key, digest
    planted["key of my_data"] = sealing.rstrip("=")
    plant_the_operators(planted, running, state)

    caller = Caller(running.api, addresses)
    photo = (state / "album" / sample.ME).read_bytes()
    planted["photo"] = base64.b64encode(photo[900:960]).decode()
    fields = {"consent": Client.consent_version, "photos": ("me.jpg", photo)}
    assert caller.ask("POST", "enrol", token, fields=fields) == 200
    wanted = {"name": "camera", "sha256": digest, "scopes": ["findme:search"], "days": 1}
    assert caller.ask("POST", "api_keys", token, json=wanted) == 200
    search = {"source": "album", "query": album.feed}
    assert caller.ask("POST", "search", key, json=search) == 202
    assert caller.ask("POST", "my_data", token, json={"key": sealing}) == 200
    plant_the_encodings(planted, running)

    ask_wrongly(caller, planted)
    fail_inside(openwhisk, planted)
    fail_on_a_search(openwhisk, caller, key)
    assert caller.ask("POST", "forget_me", token, json={}) == 200
    until(lambda: at_rest(openwhisk, invoked=len(ADDRESSES)))
    return planted


def plant_the_operators(planted: Planted, running: Suite, state: Path) -> None:
    password = re.search(r":([0-9a-f]{32})@", running.redis_url)
    assert password is not None
    planted["Redis's password"] = password[1]
    auth = (state / "localwhisk" / "auth").read_text().strip()
    planted["namespace's key"], planted["its secret half"] = auth, auth.partition(":")[2]
    planted["issuer's key"] = (state / "issuer.key").read_text().splitlines()[1]


def plant_the_encodings(planted: Planted, running: Suite) -> None:
    with redis.Redis.from_url(running.redis_url) as store:
        for key in store.scan_iter("findme:person:*:encodings"):
            for number, value in enumerate(store.hvals(key)):
                for form in traces.of_encoding(value)[1:8]:
                    planted[f"encoding {number} of {key!r}: {form[:4]!r}"] = form.decode()


class Caller:
    """Asks the public routes, and notes the addresses."""

    def __init__(self, api: str, http: urllib3.PoolManager) -> None:
        self._api, self._http = api, http

    def ask(self, method: str, route: str, credential: str, **content: Any) -> int:
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        headers |= content.pop("headers", {})
        address = f"{self._api}/{route}"
        return int(self._http.request(method, address, headers=headers, **content).status)


def ask_wrongly(caller: Caller, planted: Planted) -> None:
    """Every route, with credentials that are wrong or in a wrong place."""
    token, key = planted.values["token"], planted.values["API key"]
    # A caller who writes a secret into an address has told it: those are not among ours.
    careless = Caller(caller._api, urllib3.PoolManager(timeout=70, retries=False))
    sealing = planted.values["key of my_data"]
    body = {"token": token, "key": sealing, "error": key, "request": token, "subject": key}
    statuses = set()
    for method, route in ROUTES:
        if route == "forget_me":
            continue
        for credential in (token[:-6] + "AAAAAA", key[:-6] + "aaaaaa", token + token, "x" + key):
            statuses.add(caller.ask(method, route, credential, json=body))
        for credential in (token, key):
            statuses.add(caller.ask(method, route, credential, body=f"{credential} {{".encode()))
            told = f"{route}?access_token={token}&key={key}"
            statuses.add(careless.ask(method, told, credential))
            statuses.add(careless.ask(method, route, credential, fields={"consent": key}))
        twice = {"X-Token": token, "Cookie": f"session={key}", "Origin": "https://elsewhere"}
        statuses.add(caller.ask(method, route, "", headers=twice, json=body))
    assert {400, 401, 403, 404, 405} <= statuses
    assert max(statuses) < 500


def fail_inside(openwhisk: OpenWhisk, planted: Planted) -> None:
    """Actions that cannot reach their store, or cannot even read where it is."""
    for number, address in enumerate(ADDRESSES):
        secret = secrets.token_hex(16)
        planted[f"password of store {number}"] = secret
        # Not 401s: for these the guard would have to be asked with a request of its own.
        given = {"redis_url": address.format(secret), "job": "x", "request": {"subject": "x"}}
        for action in ACTIONS:
            with pytest.raises(OpenWhiskError):
                openwhisk.invoke(f"findme/{action}", given)
        for trigger in ("photos_found", "album_search_requested"):
            openwhisk.fire(trigger, {**given, "redis_url": "", "photos": [7]})


def fail_on_a_search(openwhisk: OpenWhisk, caller: Caller, key: str) -> None:
    """A search whose source answers nothing, and events for searches that are not there."""
    lost = {"source": "album", "query": "http://127.0.0.1:9/feed"}
    assert caller.ask("POST", "search", key, json=lost) == 202
    photo = {"id": "p", "image": "http://127.0.0.1:9/p.jpg"}
    openwhisk.fire("photos_found", {"job": "0" * 32, "photos": [photo]})
    openwhisk.fire("album_search_requested", {"job": "0" * 32})


def every_record(openwhisk: OpenWhisk) -> list[dict[str, Any]]:
    """All activations of the namespace, with their results and logs."""
    records: list[dict[str, Any]] = []
    while True:
        query = {"docs": "true", "limit": "0", "skip": str(len(records))}
        page = openwhisk.request("GET", "activations", query=query)
        if not page:
            return records
        records += page


def test_no_secret_is_in_a_record_or_an_event(openwhisk: OpenWhisk, planted: Planted) -> None:
    records = every_record(openwhisk)
    names = {record["name"] for record in records}
    assert {*ACTIONS, "photos_found", "album_search_requested", "enrol"} <= names
    contents = [(record["name"], json.dumps(record).encode()) for record in records]
    assert planted.found(contents) == {}


def test_no_secret_is_in_the_hosts_store(running: Suite, state: Path, planted: Planted) -> None:
    """But where it belongs: the host's own key file, and the parameter that says where Redis is."""
    bound = json.dumps({"key": "redis_url", "value": running.redis_url}, separators=(",", ":"))
    contents = [
        (name, content.replace(bound.encode(), b""))
        for name, content in traces.files(state / "localwhisk")
        if name != "localwhisk/auth"
    ]
    assert any(b'"redis_url"' in content for _, content in traces.files(state / "localwhisk"))
    assert planted.found(contents) == {}


def test_no_secret_is_in_a_log(state: Path, planted: Planted) -> None:
    logs = list(traces.files(state / "logs"))
    assert {name.rpartition("/")[2] for name, _ in logs} >= {"localwhisk.log", "page.log"}
    assert planted.found(logs) == {}


def test_no_secret_is_in_an_address_or_told_to_an_album(
    planted: Planted, addresses: Addresses, album: Album
) -> None:
    assert len(addresses.asked) > 50
    assert len(album.asked) >= 4
    contents = [("address", address.encode()) for address in addresses.asked]
    contents += [("album", repr(asked).encode()) for asked in album.asked]
    # Whoever signs in here is named by the address of the sign-in page, as OpenID Connect has it.
    named = [part for part in contents if b"login_hint" in part[1]]
    assert len(named) == 1
    assert planted.found([part for part in contents if part not in named]) == {}


def test_the_search_finds_what_is_there(openwhisk: OpenWhisk, state: Path, album: Album) -> None:
    """What no secret is, and stands in records and in the host's store."""
    places = Planted({"album": album.feed})
    records = [("records", json.dumps(every_record(openwhisk)).encode())]
    assert places.found([*records, *traces.files(state / "localwhisk")])["album"]
