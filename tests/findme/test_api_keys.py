"""API keys from making to revoking: the route's answers, and whom the guard takes a key for."""

import base64
import hashlib
import json
import secrets
import shutil
import subprocess
from typing import Any

import pytest
import redis

from findme import epochs
from findme.api_keys import ApiKeys
from findme.api_keys_route import serve
from findme.errors import RequestError
from findme.handover import VerifiedRequest
from findme.web import Request
from local.data import ROOT
from tests import traces
from tests.conftest import Clock

DAY_S = 24 * 3600
ADA = "the subject of ada"
OWN = ("findme:search", "findme:data", "findme:keys")


def make() -> str:
    return "findme_" + secrets.token_hex(32)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class Person:
    def __init__(self, subject: str, keys: ApiKeys) -> None:
        self.subject = subject
        self.keys = keys

    def send(self, method: str, *, epoch: str = "", **fields: Any) -> list[dict[str, Any]]:
        body = json.dumps(fields).encode() if fields else b""
        verified = VerifiedRequest(self.subject, OWN, method, "", "", "", body, epoch)
        held: list[dict[str, Any]] = serve(Request(verified), self.keys)["keys"]
        return held

    def add(self, key: str, name: str = "laptop", **fields: Any) -> list[dict[str, Any]]:
        good: dict[str, Any] = {
            "name": name,
            "sha256": digest(key),
            "scopes": ["findme:data"],
            "days": 30,
        }
        return self.send("post", **(good | fields))

    def works(self, key: str) -> bool:
        caller = self.keys.caller(key)
        return caller is not None and caller.subject == self.subject


@pytest.fixture
def keys(store: redis.Redis, clock: Clock) -> ApiKeys:
    return ApiKeys(store, clock)


@pytest.fixture
def ada(keys: ApiKeys) -> Person:
    return Person(ADA, keys)


@pytest.fixture
def grace(keys: ApiKeys) -> Person:
    return Person("the subject of grace", keys)


def slots(held: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {key["name"]: [slot["slot"] for slot in key["slots"]] for key in held}


def refusal(person: Person, method: str, **fields: Any) -> tuple[int, str, str | None]:
    with pytest.raises(RequestError) as refused:
        person.send(method, **fields)
    return refused.value.status, refused.value.code, refused.value.field


def test_a_key_acts_as_its_maker_within_its_scopes(
    store: redis.Redis, ada: Person, keys: ApiKeys
) -> None:
    key = make()
    assert keys.caller(key) is None
    held = ada.add(key, scopes=["findme:search", "findme:data"])
    assert held == ada.send("get")
    assert slots(held) == {"laptop": ["primary"]}
    assert held[0]["slots"][0]["scopes"] == ["findme:data", "findme:search"]
    caller = keys.caller(key)
    assert caller
    assert (caller.subject, caller.scopes) == (ADA, ("findme:data", "findme:search"))
    assert not traces.found([key[7:].encode()], traces.redis_values(store)), "it stands nowhere"
    assert all(store.ttl(name) > 0 for name in store.scan_iter())


def test_rotation_keeps_the_former_key_until_the_next(ada: Person) -> None:
    first, second, third = make(), make(), make()
    ada.add(first)
    assert slots(ada.add(second)) == {"laptop": ["primary", "secondary"]}
    assert ada.works(first)
    assert ada.works(second)
    assert slots(ada.add(third)) == {"laptop": ["primary", "secondary"]}
    assert not ada.works(first)
    assert ada.works(second)
    assert ada.works(third)


def test_the_same_key_again_changes_its_terms_alone(ada: Person, keys: ApiKeys) -> None:
    first, second = make(), make()
    ada.add(first)
    ada.add(second)
    assert slots(ada.add(second, scopes=["findme:search"])) == {"laptop": ["primary", "secondary"]}
    caller = keys.caller(second)
    assert caller
    assert caller.scopes == ("findme:search",)
    assert ada.works(first)
    assert slots(ada.add(first)) == {"laptop": ["primary", "secondary"]}, "or turns back"
    assert ada.works(second)


def test_a_key_ends_with_its_days(ada: Person, clock: Clock) -> None:
    first, second = make(), make()
    ada.add(first, days=2)
    ada.add(second, days=1)
    clock.now += DAY_S
    assert not ada.works(second)
    assert ada.works(first)
    clock.now += DAY_S
    assert not ada.works(first)
    assert ada.send("get") == []


def test_revoking_ends_both_keys_of_a_name(store: redis.Redis, ada: Person) -> None:
    first, second, other = make(), make(), make()
    ada.add(first)
    ada.add(second)
    ada.add(other, "server")
    assert slots(ada.send("delete", name="laptop")) == {"server": ["primary"]}
    assert not ada.works(first)
    assert not ada.works(second)
    assert ada.works(other)
    assert refusal(ada, "delete", name="laptop") == (404, "unknown_key", "name")
    ada.send("delete", name="server")
    assert not store.keys()


def test_nobody_can_touch_or_take_over_anothers_key(ada: Person, grace: Person) -> None:
    key = make()
    ada.add(key)
    assert grace.send("get") == []
    assert refusal(grace, "delete", name="laptop") == (404, "unknown_key", "name")
    with pytest.raises(RequestError, match="make a new key"):
        grace.add(key)
    with pytest.raises(RequestError, match="make a new key"):
        ada.add(key, "another name")
    assert ada.works(key)


def test_one_person_has_ten_names(ada: Person) -> None:
    for number in range(10):
        ada.add(make(), f"machine {number}")
    with pytest.raises(RequestError) as refused:
        ada.add(make(), "one more")
    assert (refused.value.status, refused.value.code) == (409, "too_many_keys")
    assert len(ada.add(make(), "machine 3")) == 10, "rotation still works"


def test_a_deletion_ends_all_keys_and_a_late_one_comes_to_nothing(
    store: redis.Redis, ada: Person, grace: Person, keys: ApiKeys
) -> None:
    first, second, late, new, hers = make(), make(), make(), make(), make()
    ada.add(first)
    ada.add(second)
    grace.add(hers)
    epochs.begin(store, ADA)
    assert keys.forget(ADA) == 2
    assert keys.forget(ADA) == 0
    assert not ada.works(first)
    assert not ada.works(second)
    assert grace.works(hers)
    with pytest.raises(RequestError) as refused:
        ada.add(late, epoch="")
    assert (refused.value.status, refused.value.code) == (409, "forgotten")
    assert not ada.works(late)
    assert not traces.found([ADA.encode()], traces.redis_values(store))
    assert ada.add(new, epoch=epochs.current(store, ADA))
    assert ada.works(new)


WRONG: dict[str, list[Any]] = {
    "name": [None, "", 7, "n" * 65, "a\nb", "half \ud800"],
    "sha256": [None, "", 7, "0" * 63, "g" * 64, "A" * 64, "0" * 64 + "\n"],
    "scopes": [None, [], "findme:data", [7], [{}], ["findme:enrol"], ["findme:keys"],
               ["findme:data", "findme:keys"]],
    "days": [None, 0, 366, "7", 1.5, True, -1, 10**400],
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG.items() for value in values]
)
def test_a_wrong_field_is_named(ada: Person, field: str, value: Any) -> None:
    with pytest.raises(RequestError) as refused:
        ada.add(make(), **{field: value})
    assert (refused.value.status, refused.value.field) == (400, field)
    assert ada.send("get") == []


@pytest.mark.parametrize(
    "key",
    ["", "findme_", "findme_" + "a" * 42, "findme_" + "a" * 129, "findme_" + "ä" * 43,
     "findme_*" + "a" * 43, "FINDME_" + "a" * 43, "findme_" + "a" * 43 + "\n"],
)  # fmt: skip
def test_what_is_no_key_acts_for_nobody(keys: ApiKeys, key: str) -> None:
    assert keys.caller(key) is None


def test_keys_of_either_spelling_are_taken(ada: Person) -> None:
    raw = secrets.token_bytes(32)
    for key in (f"findme_{raw.hex()}", f"findme_{base64.urlsafe_b64encode(raw).decode()[:43]}"):
        ada.add(key)
        assert ada.works(key)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not on PATH")
def test_a_key_made_as_the_documentation_says_works(ada: Person) -> None:
    commands = (ROOT / "docs" / "auth.md").read_text().partition("```sh\n")[2].partition("```")[0]
    script = f'{commands}\necho "$key" "$sha256"'
    made = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    key, sha256 = made.stdout.split()
    ada.add(key, sha256=sha256)
    assert ada.works(key)
