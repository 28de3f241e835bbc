"""After forget_me nothing of a person is anywhere, also when it came in the middle of a search."""

import io
import json
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
import redis
from PIL import Image

from findme.openwhisk import OpenWhisk
from findme.subjects import subject_of
from local import redis_server, suite
from local.client import ApiError, Client
from local.suite import Suite
from tests import traces
from tests.e2e.album import FIRST, Album
from tests.e2e.waiting import RULES, at_rest, until

PHOTOS = 500


@pytest.fixture(scope="module")
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forget")


@pytest.fixture(scope="module")
def roomy(own_state: Path) -> Iterator[Suite]:
    """A suite in which there is room beside all the workers that a test holds up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCALWHISK_MEMORY", "8192")
        with suite.running(own_state, port=0, page_port=0) as started:
            yield started


@pytest.fixture(scope="module")
def openwhisk(roomy: Suite) -> OpenWhisk:
    return OpenWhisk.from_wskprops(roomy.wskprops)


@pytest.fixture
def store(roomy: Suite) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(roomy.redis_url) as client:
        yield client


@pytest.fixture
def album(photos: Path, openwhisk: OpenWhisk) -> Iterator[Album]:
    with Album(picture(photos / "biden.jpg", 300), PHOTOS) as serving:
        serving.allow(openwhisk)
        yield serving


class Person(Client):
    """Somebody enrolled, whose name nobody else has."""

    def __init__(self, running: Suite, photo: Path) -> None:
        self.name = f"name-{secrets.token_hex(12)}"
        super().__init__(running.api, running.issuer, self.name)
        claims = json.loads(urlsafe_b64decode(self.token.split(".")[1] + "=="))
        assert claims["sub"] == self.name
        self.subject = subject_of(running.issuer, self.name)
        assert self.enrol(photo)["enrolled"]
        digest = secrets.token_hex(32)
        key = {"name": "camera", "sha256": digest, "scopes": ["findme:search"], "days": 1}
        self.post("api_keys", key)

    def traces(self, store: redis.Redis) -> dict[str, list[bytes]]:
        """What must not be left, each in all its forms."""
        [key] = store.scan_iter(f"findme:person:*:{self.subject}:encodings")
        [encoding] = cast(list[bytes], store.hvals(key))
        return {
            "subject": [self.subject.encode()],
            "name": [self.name.encode()],
            "encoding": traces.of_encoding(encoding),
        }


@pytest.fixture
def person(roomy: Suite, photos: Path) -> Person:
    return Person(roomy, photos / "biden.jpg")


def picture(file: Path, width: int) -> bytes:
    with Image.open(file) as opened:
        opened.thumbnail((width, width))
        buffer = io.BytesIO()
        opened.convert("RGB").save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def came_late(openwhisk: OpenWhisk, action: str) -> bool:
    """Whether a run of the action found that its search had gone."""
    query = {"name": action, "docs": "true", "limit": "0"}
    runs = openwhisk.request("GET", "activations", query=query)
    return any("gone" in run["response"]["result"] for run in runs)


def found(
    needles: dict[str, list[bytes]], state: Path, store: redis.Redis
) -> dict[str, dict[str, list[str]]]:
    """Where each stands: in Redis, in a byte of the host's store, or in a log."""
    places = {
        "redis": list(traces.redis_values(store)),
        "host": list(traces.files(state / "localwhisk")),
        "logs": list(traces.files(state / "logs")),
    }
    return {
        what: {place: traces.found(forms, contents) for place, contents in places.items()}
        for what, forms in needles.items()
    }


def test_nothing_is_left_after_a_deletion_in_the_middle_of_a_search_of_500_photos(
    person: Person, album: Album, openwhisk: OpenWhisk, own_state: Path, store: redis.Redis
) -> None:
    needles = person.traces(store)
    before = found(needles, own_state, store)
    assert [place.rpartition(":")[2] for place in before["encoding"]["redis"]] == ["encodings"]
    kept = {place.rpartition(":")[2] for place in before["subject"]["redis"]}
    assert {"profile", "encodings", "api_keys"} <= kept

    job = person.search("album", album.feed)
    ledger = f"findme:job:{{{job}}}"
    until(lambda: int(store.hget(ledger, "count:matched") or 0) >= FIRST)
    until(lambda: not at_rest(openwhisk))
    listed = int(store.hget(ledger, "count:found") or 0)
    deleted = person.forget_me()["receipt"]["deleted"]
    assert listed <= deleted.pop("photos") < PHOTOS
    assert deleted == {
        "consents": 1, "references": 1, "encodings": 1, "searches": 1, "api_keys": 1,
    }  # fmt: skip
    album.hurry.set()
    until(lambda: at_rest(openwhisk))
    assert all(came_late(openwhisk, action) for action in RULES.values())

    nowhere: dict[str, list[str]] = {"redis": [], "host": [], "logs": []}
    assert found(needles, own_state, store) == dict.fromkeys(needles, nowhere)
    assert store.slowlog_get() == []
    with pytest.raises(ApiError, match="404"):
        person.status(job)
    # The same scan finds what does stand in the host's records and in its log.
    told = found({"job": [job.encode()]}, own_state, store)["job"]
    assert any("whisk.sqlite" in place for place in told["host"])
    assert told["logs"] == ["logs/localwhisk.log"]
    assert person.consent()["agreed"] is None
    assert set(person.forget_me()["receipt"]["deleted"].values()) == {0}


def test_what_was_deleted_leaves_the_append_only_file_when_redis_rewrites_it(
    person: Person, own_state: Path, store: redis.Redis, roomy: Suite
) -> None:
    needles = [form for forms in person.traces(store).values() for form in forms]
    assert traces.found(needles, traces.files(own_state / "redis"))
    person.forget_me()
    redis_server.compact(roomy.redis_url)
    until(lambda: not store.info("persistence")["aof_rewrite_in_progress"])
    assert traces.found(needles, traces.files(own_state / "redis")) == []
