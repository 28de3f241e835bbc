"""Two people enrolled: whatever one of them sends, the other's things are neither read nor touched.

Each knows of the other what nobody should: the subject's id, the job, the key's name and digest.
"""

import base64
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import permutations
from pathlib import Path
from urllib.parse import urlencode

import pytest

from findme.openwhisk import OpenWhisk, OpenWhiskError
from findme.subjects import subject_of
from local import sample
from local.client import Client
from local.suite import Suite
from tests.e2e.hostile.machine_keys import digest, new_key
from tests.e2e.hostile.person import Person
from tests.localwhisk.hostile.wire import Wire


def finished(person: Person) -> None:
    deadline = time.monotonic() + 90
    while person.client.status(person.job)["state"] in ("searching", "processing"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def enrolled(person: Person, other: Person, photo: Path, feed: str) -> None:
    """Enrolled, with a search and a key; what starts the search claims to be the other."""
    assert person.client.enrol(photo)["enrolled"]
    person.add_key(f"{person.name}-laptop", digest(person.key))
    person.add_key("camera", digest(new_key()))
    fields = {"source": "album", "query": feed, **person.disguise(other)}
    target = f"search?{urlencode({'subject': other.subject})}"
    person.job = str(person.told("POST", target, fields)["job"])


# Whom each photo shows; `panel` has two, and both people are in the first.
MATCHES = {"alice": {"portrait", "panel#1"}, "bob": {"second-talk", "panel#1", "panel#2"}}


@pytest.fixture(scope="module")
def short_feed(state: Path, feed: str) -> str:
    """The posts of the sample album that show one of the two."""
    album = json.loads((state / "album" / "feed.json").read_text())
    shown = {photo.partition("#")[0] for photos in MATCHES.values() for photo in photos}
    album["items"] = [item for item in album["items"] if item["id"] in shown]
    (state / "album" / "two.json").write_text(json.dumps(album))
    return feed.replace("feed.json", "two.json")


@pytest.fixture(scope="module")
def people(
    running: Suite, sign_in: Callable[[str], Client], state: Path, photos: Path, short_feed: str
) -> Iterator[dict[str, Person]]:
    with closing(Wire(running.api_host)) as wire:
        alice, bob = (
            Person(name, subject_of(running.issuer, name), sign_in(name), wire, new_key())
            for name in ("alice", "bob")
        )
        enrolled(alice, bob, state / "album" / sample.ME, short_feed)
        enrolled(bob, alice, photos / "biden.jpg", short_feed)
        for person in (alice, bob):
            finished(person)
        yield {"alice": alice, "bob": bob}


@pytest.fixture(params=permutations(("alice", "bob")), ids=" to ".join)
def pair(request: pytest.FixtureRequest, people: dict[str, Person]) -> Iterator[list[Person]]:
    """Who tries, and whom it would hurt: of the latter everything is as it was."""
    who, whom = (people[name] for name in request.param)
    before = whom.everything()
    yield [who, whom]
    assert whom.everything() == before


def traces(of: Person) -> list[bytes]:
    """What no answer to anybody else may hold."""
    [page] = of.everything()
    [consent] = [page["consent"]]
    found = [of.subject, of.job, f"{of.name}-laptop", digest(of.key), of.key]
    found += [reference["id"] for reference in page["references"]]
    found += [encoding["sha256"] for encoding in page["encodings"]]
    assert consent
    assert len(found) >= 7
    return [text.encode() for text in found]


def test_a_search_is_of_the_one_who_asks(people: dict[str, Person]) -> None:
    """Both said to be the other when they asked, and each was compared with their own face."""
    alice, bob = people["alice"], people["bob"]
    for name, person in people.items():
        matches = person.client.status(person.job)["matches"]
        assert {match["id"] for match in matches} == MATCHES[name]
    for person, other in ((alice, bob), (bob, alice)):
        [search] = person.everything()[0]["searches"]
        assert search["job"] == person.job != other.job


# {job} is the other's, {mine} one's own, {subject} the other's id and {name} their name.
READS = [
    ("GET", "status/{job}"),
    ("GET", "status/{job}?list=photos"),
    ("GET", "status/{job}?subject={subject}"),
    ("GET", "status/{job}/"),
    ("GET", "status/{mine}/../{job}"),
    ("GET", "status/{mine}%2F..%2F{job}"),
    ("GET", "status/{job}%00"),
    ("GET", "status/{job}:photos"),
    ("GET", "status/*"),
    ("GET", "status?job={job}"),
    ("GET", "status/{mine}?job={job}"),
    ("GET", "status/{mine}?job={job}&list=photos&subject={subject}"),
    ("GET", "status/{mine}?list=photos&after=-1"),
    ("GET", "my_data?subject={subject}"),
    ("GET", "my_data?sub={name}&user={name}&__ow_user={subject}"),
    ("GET", "my_data?after={job}.0"),
    ("GET", "my_data?after={job}.1"),
    ("GET", "my_data?after={job}"),
    ("GET", "my_data?after=*.0"),
    ("GET", "my_data?request={subject}"),
    ("GET", "my_data/{subject}"),
    ("GET", "my_data/{job}"),
    ("GET", "consent?subject={subject}"),
    ("GET", "consent/{subject}"),
    ("GET", "api_keys?subject={subject}"),
    ("GET", "api_keys/{subject}"),
    ("GET", "api_keys?name={name}-laptop"),
]


@pytest.mark.parametrize(("method", "target"), READS, ids=lambda part: part)
def test_nobody_reads_of_another(method: str, target: str, pair: list[Person]) -> None:
    who, whom = pair
    named = target.format(job=whom.job, mine=who.job, subject=whom.subject, name=whom.name)
    for body in (None, who.disguise(whom)):
        answer = who.ask(method, named, body)
        assert answer.status in (200, 400, 404), answer.body
        for trace in traces(whom):
            assert trace not in answer.body


def test_another_persons_job_is_as_unknown_as_none(pair: list[Person]) -> None:
    who, whom = pair
    known, unknown = (who.ask("GET", f"status/{job}") for job in (whom.job, "0" * len(whom.job)))
    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert known.status == 404


def test_a_sealed_copy_holds_ones_own_encodings(pair: list[Person]) -> None:
    who, whom = pair
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    page = who.told("POST", "my_data", {"key": key, **who.disguise(whom)})
    own = who.everything()[0]["encodings"]
    assert [held["sha256"] for held in page["encodings"]] == [held["sha256"] for held in own]


def test_an_api_key_acts_for_its_maker(pair: list[Person]) -> None:
    who, whom = pair
    page = who.told("POST", "my_data", {"key": "A" * 43, **who.disguise(whom)}, token=who.key)
    assert page["searches"][0]["job"] == who.job
    target = f"my_data?{urlencode({'subject': whom.subject, 'after': f'{whom.job}.0'})}"
    assert who.ask("GET", target, token=who.key).status == 400
    assert who.ask("GET", f"status/{whom.job}", token=who.key).status == 404


def test_nobody_takes_over_another_persons_key(pair: list[Person]) -> None:
    """Even who knows its digest, and its name."""
    who, whom = pair
    for name in ("stolen", f"{whom.name}-laptop"):
        stolen = {
            "name": name,
            "sha256": digest(whom.key),
            "scopes": ["findme:data"],
            "days": 1,
            **who.disguise(whom),
        }
        assert who.ask("POST", "api_keys", stolen).status == 400
    assert whom.told("GET", "my_data", token=whom.key)["searches"][0]["job"] == whom.job


def test_nobody_revokes_another_persons_key(pair: list[Person]) -> None:
    who, whom = pair
    body = {"name": f"{whom.name}-laptop", **who.disguise(whom)}
    assert who.ask("DELETE", "api_keys", body).status == 404
    # A name that both have is each one's own.
    assert who.ask("DELETE", "api_keys", {"name": "camera", **who.disguise(whom)}).status == 200
    assert whom.told("GET", "my_data", token=whom.key)["searches"][0]["job"] == whom.job
    who.add_key("camera", digest(new_key()))


def test_nobody_enrols_another(pair: list[Person], state: Path, photos: Path) -> None:
    who, whom = pair
    own = {"alice": state / "album" / sample.ME, "bob": photos / "biden.jpg"}[who.name]
    photo = base64.b64encode(own.read_bytes()).decode()
    body = {"consent": who.client.consent_version, "photos": [photo], **who.disguise(whom)}
    assert who.told("POST", f"enrol?subject={whom.subject}", body)["references"] == 1


def test_a_handed_over_request_is_taken_once(
    pair: list[Person], openwhisk: OpenWhisk, running: Suite
) -> None:
    """What stands in the records of the platform opens nothing."""
    who, whom = pair
    whom.everything()
    [record] = openwhisk.request(
        "GET", "activations", query={"name": "scope-data/check_auth", "limit": "1", "docs": "true"}
    )
    ticket = record["response"]["result"]["request"]
    assert isinstance(ticket, str)
    page = who.told("POST", f"my_data?request={ticket}", {"key": "A" * 43, "request": ticket})
    assert page["searches"][0]["job"] == who.job
    with pytest.raises(OpenWhiskError, match="request_gone"):
        openwhisk.invoke("findme/my_data", {"request": ticket})


def test_nobody_forgets_another(people: dict[str, Person]) -> None:
    """The last of these tests: it is the end of bob."""
    alice, bob = people["alice"], people["bob"]
    before = alice.everything()
    target = f"forget_me?{urlencode({'subject': alice.subject})}"
    deleted = bob.told("POST", target, bob.disguise(alice))["receipt"]["deleted"]
    assert deleted["references"] == 1
    assert deleted["searches"] == 1
    assert deleted["api_keys"] == 2
    assert alice.everything() == before
    assert alice.told("GET", "my_data", token=alice.key)["searches"] == before[0]["searches"]
    assert bob.everything()[0]["searches"] == []
    assert bob.ask("GET", "my_data", token=bob.key).status == 401
