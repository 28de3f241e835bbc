"""Lists of every collection: section 1.5 of the contract."""

import time
from typing import Any

import pytest

from tests.conformance.client import COLLECTIONS, Client, pairs

ENTITIES = COLLECTIONS[:-1]
SUMMARY = {"namespace", "name", "version", "publish", "annotations", "updated"}
LINK = {"trigger", "action"}


def two_of(client: Client, collection: str) -> list[str]:
    """Two new entities, the second one newer by the clock that lists are ordered by."""
    first = client.of_each_kind()[collection]
    time.sleep(0.002)
    return [first, client.of_each_kind()[collection]]


def listed(client: Client, collection: str, query: str = "limit=0") -> Any:
    return client.get(f"{collection}?{query}")


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("limit=201", "The value '201' is not in the range of 0 to 200 for {}."),
        ("limit=-1", "The value '-1' is not in the range of 0 to 200 for {}."),
        ("limit=x", "The value 'x' is not an integer for {}."),
        ("limit=99999999999", "The value '99999999999' is not an integer for {}."),
        ("skip=-1", "The value '-1' is not greater than or equal to 0 for {}."),
        ("skip=1.5", "The value '1.5' is not an integer for {}."),
    ],
)
def test_bad_pages(client: Client, collection: str, query: str, detail: str) -> None:
    """1.5"""
    name = query.partition("=")[0]
    message = f"The query parameter '{name}' was malformed:\n{detail.format(collection)}"
    assert client.api("GET", f"{collection}?{query}").refusal == (400, message)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_bad_count(client: Client, collection: str) -> None:
    """1.4"""
    message = "The query parameter 'count' was malformed:\n'maybe' is not a valid Boolean value"
    assert client.api("GET", f"{collection}?count=maybe").refusal == (400, message)


@pytest.mark.parametrize("collection", ENTITIES)
def test_newest_first(client: Client, collection: str) -> None:
    """1.5: by the latest change"""
    old, new = two_of(client, collection)
    names = [entry["name"] for entry in listed(client, collection)]
    assert names.index(new) < names.index(old)
    time.sleep(0.002)
    client.put(f"{collection}/{old}", {"publish": True})
    assert listed(client, collection)[0]["name"] == old


@pytest.mark.parametrize("collection", ENTITIES)
def test_pages(client: Client, collection: str) -> None:
    """1.5"""
    two_of(client, collection)
    whole = listed(client, collection)
    assert listed(client, collection, "limit=1") == whole[:1]
    assert listed(client, collection, "limit=1&skip=1") == whole[1:2]
    assert listed(client, collection, f"skip={len(whole)}") == []


@pytest.mark.parametrize("collection", ENTITIES)
def test_counts(client: Client, collection: str) -> None:
    """1.5: with skip"""
    two_of(client, collection)
    count = len(listed(client, collection))
    assert listed(client, collection, "count=true") == {collection: count}
    assert listed(client, collection, "count=true&skip=1") == {collection: count - 1}
    assert listed(client, collection, "count=true&limit=1") == {collection: count}


def test_a_page_has_30_unless_asked_for_as_many_as_there_may_be(client: Client) -> None:
    """1.5, 10, 11.15"""
    names = {client.make("triggers") for _ in range(31)}
    assert len(listed(client, "triggers", "")) == 30
    assert names <= {entry["name"] for entry in listed(client, "triggers", "limit=0")}


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_slash_after_a_collection(client: Client, collection: str, slash: str) -> None:
    """1.4"""
    assert isinstance(client.get(f"{collection}{slash}"), list)


@pytest.mark.parametrize(
    ("collection", "more"),
    [
        ("actions", {"exec", "limits"}),
        ("packages", {"binding"}),
        ("triggers", set()),
        ("rules", LINK),
    ],
)
def test_summaries(client: Client, collection: str, more: set[str]) -> None:
    """2.1, 2.2, 2.3, 2.4, 11.16: with the annotations by which wskdeploy knows its own"""
    name = client.of_each_kind()[collection]
    mark = pairs({"whisk-managed": {"projectName": "p"}})
    client.put(f"{collection}/{name}", {"annotations": mark})
    [entry] = [entry for entry in listed(client, collection) if entry["name"] == name]
    assert set(entry) == SUMMARY | more
    assert mark[0] in entry["annotations"]
    assert isinstance(entry["updated"], int)


def test_an_actions_summary_has_no_more_of_its_code_than_binary(client: Client) -> None:
    """2.1"""
    name = client.action()
    [entry] = [entry for entry in listed(client, "actions") if entry["name"] == name]
    assert entry["exec"] == {"binary": False}
