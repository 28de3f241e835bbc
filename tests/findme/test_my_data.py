"""Everything held about a person, read page by page as a client does."""

import base64
import json
import struct
from typing import Any

import pytest
import redis
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from findme import my_data
from findme.errors import RequestError
from findme.handover import VerifiedRequest
from findme.jobs import Jobs, Result
from findme.photos import Photo
from findme.subjects import Subjects
from findme.web import Request
from tests import traces
from tests.conftest import Clock

KEY = bytes(range(32))
NUMBERS = [number / 999 - 0.06 for number in range(128)]
ENCODING = struct.pack("<128f", *NUMBERS)
MOST_ANSWER = 1024 * 1024


@pytest.fixture
def subjects(store: redis.Redis, clock: Clock) -> Subjects:
    return Subjects(store, clock)


def enrolled(subjects: Subjects, references: int = 1) -> None:
    subjects.agree("ada", "2026", keep_s=3600)
    for number in range(references):
        kept = {f"r{number:03}": ({"id": f"r{number:03}", "name": "me.jpg"}, ENCODING)}
        subjects.add_references("ada", "model@1", kept)


def read(
    subjects: Subjects, jobs: Jobs, key: bytes | None = None, subject: str = "ada"
) -> list[dict[str, Any]]:
    """All pages."""
    pages: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        held = my_data.sections(subject, subjects, jobs, [{"name": "camera"}], subjects.clock())
        page = my_data.page(held, subjects.profile(subject), after, key)
        assert len(json.dumps(page)) < MOST_ANSWER
        pages.append(page)
        after = page["next"]
    return pages


def whole(pages: list[dict[str, Any]], name: str) -> list[Any]:
    return [item for page in pages for item in page[name]]


def opened(jwe: str, key: bytes) -> Any:
    """Decrypts a compact JWE as RFC 7516, 5.2 says, without the code that made it."""
    header, encrypted_key, *rest = jwe.split(".")
    iv, ciphertext, tag = (base64.urlsafe_b64decode(part + "==") for part in rest)
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "dir", "enc": "A256GCM"}
    assert encrypted_key == ""
    decryptor = Cipher(AES(key), GCM(iv, tag)).decryptor()
    decryptor.authenticate_additional_data(header.encode("ascii"))
    return json.loads(decryptor.update(ciphertext) + decryptor.finalize())


def test_what_is_held_is_listed_with_its_end(subjects: Subjects, jobs: Jobs, clock: Clock) -> None:
    clock.now = 1_900_000_000
    enrolled(subjects)
    job = jobs.create("ada", "album", "http://feed", deadline_s=600, keep_s=86400)
    jobs.discover(job, [Photo("p0", "http://photos/0.jpg"), Photo("p1", "http://photos/1.jpg")])
    jobs.settle(job, {"p0": Result("matched", {"distance": 0.4})})
    [page] = read(subjects, jobs)
    assert page["consent"] == {
        "version": "2026", "at": "2030-03-17T17:46:40Z", "expires": "2030-03-17T18:46:40Z",
    }  # fmt: skip
    assert page["references"] == [{"id": "r000", "name": "me.jpg"}]
    [encoding] = page["encodings"]
    assert (encoding["reference"], encoding["model"]) == ("r000", "model@1")
    assert (encoding["count"], encoding["bytes"], len(encoding["sha256"])) == (128, 512, 64)
    assert page["api_keys"] == [{"name": "camera"}]
    [search] = page["searches"]
    assert (search["job"], search["expires"]) == (job, "2030-03-18T17:46:40Z")
    assert page["photos"] == [
        {"job": job, "id": "p0", "image": "http://photos/0.jpg", "state": "matched",
         "distance": 0.4},
        {"job": job, "id": "p1", "image": "http://photos/1.jpg", "state": "queued"},
    ]  # fmt: skip


def test_nothing_of_an_encoding_is_in_an_answer_without_a_key(
    subjects: Subjects, jobs: Jobs
) -> None:
    enrolled(subjects)
    needles = traces.of_encoding(ENCODING)
    for key in (None, KEY):
        answer = json.dumps(read(subjects, jobs, key)).encode()
        assert traces.found(needles, [("answer", answer)]) == []


def test_the_encodings_open_with_the_callers_key_alone(subjects: Subjects, jobs: Jobs) -> None:
    enrolled(subjects, references=2)
    [page] = read(subjects, jobs, KEY)
    first, second = opened(page["sealed_encodings"], KEY)
    assert (first["reference"], second["reference"]) == ("r000", "r001")
    assert first["model"] == "model@1"
    assert struct.pack("<128f", *first["numbers"]) == ENCODING
    with pytest.raises(InvalidTag):
        opened(page["sealed_encodings"], bytes(32))
    assert read(subjects, jobs, KEY)[0]["sealed_encodings"] != page["sealed_encodings"]


def test_all_pages_together_hold_everything_once(
    subjects: Subjects, jobs: Jobs, clock: Clock
) -> None:
    enrolled(subjects, references=350)
    long = "é" * 2000
    searches = []
    for number in range(3):
        job = jobs.create("ada", "album", long, deadline_s=600, keep_s=3600 + number)
        jobs.discover(
            job, [Photo(f"p{n}", f"http://photos/{n}.jpg", title=long) for n in range(250)]
        )
        searches.append(job)
    pages = read(subjects, jobs, KEY)
    assert len(pages) > 5
    assert [held["id"] for held in whole(pages, "references")] == [f"r{n:03}" for n in range(350)]
    sealed = [item for page in pages for item in opened(page["sealed_encodings"], KEY)]
    described = [held["reference"] for held in whole(pages, "encodings")]
    assert [item["reference"] for item in sealed] == described
    assert described == [f"r{n:03}" for n in range(350)]
    assert [search["job"] for search in whole(pages, "searches")] == searches
    photos = [(photo["job"], photo["id"]) for photo in whole(pages, "photos")]
    assert photos == [(job, f"p{n}") for job in searches for n in range(250)]
    assert whole(pages, "api_keys") == [{"name": "camera"}]


def test_nobody_about_whom_nothing_is_held_gets_anything_of_another(
    subjects: Subjects, jobs: Jobs
) -> None:
    enrolled(subjects)
    job = jobs.create("ada", "album", "http://feed", deadline_s=600, keep_s=3600)
    [page] = read(subjects, jobs, subject="grace")
    held = {name: page[name] for name in my_data.LISTS if name != "api_keys"}
    assert (page["consent"], held) == (None, {name: [] for name in held})
    sections = my_data.sections("grace", subjects, jobs, [], subjects.clock())
    for after in (f"{job}.0", "references", "references.-1", "references.1e3", "x.0", "." * 99):
        with pytest.raises(RequestError, match="start without it"):
            my_data.page(sections, None, after, None)


def request(method: str, body: object = None, query: str = "") -> Request:
    content = json.dumps(body).encode() if body is not None else b""
    return Request(VerifiedRequest("ada", (), method, "", query, "application/json", content))


def test_the_key_comes_in_the_body_of_a_post_and_nowhere_else() -> None:
    text = base64.urlsafe_b64encode(KEY).decode()
    assert my_data.key_of(request("get")) is None
    assert my_data.key_of(request("post", {"key": text})) == KEY
    assert my_data.key_of(request("post", {"key": text.rstrip("=")})) == KEY
    for method in ("get", "post"):
        with pytest.raises(RequestError, match="in the body of a POST"):
            my_data.key_of(request(method, {"key": text}, query=f"key={text}"))


@pytest.mark.parametrize("key", ["AAAA", "é" * 43, "A" * 44, base64.b64encode(KEY * 2).decode()])
def test_a_key_of_another_size_is_refused(key: str) -> None:
    with pytest.raises(RequestError, match="32 random bytes"):
        my_data.key_of(request("post", {"key": key}))
