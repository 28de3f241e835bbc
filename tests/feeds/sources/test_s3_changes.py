"""Events of the S3 source are exactly the changes between the listings of its polls."""

import random

import pytest

from tests.feeds.sources.bucket import Shelf, changes, differences

KEYS = [
    *(f"photos/{number:02}.jpg" for number in range(20)),
    *(
        "a b",
        "a+b",
        "a%20b",
        "a&b=c",
        "a.b",
        "a/b",
        "a-b",
        'quoted "<&>"',
        "new\nline",
        "tab\there",
    ),
    *("Zebra", "zebra", "é", "é", "ü/ß", "\uffee", "\U0001d11e", "日本/写真.jpg", "?#:;,~*'()"),
]


def mutate(chance: random.Random, shelf: Shelf) -> None:
    listed = sorted(shelf.list())
    shelf.delete(*chance.sample(listed, k=len(listed) // 5))
    for text in ("one", "two", "three"):
        shelf.put(*chance.sample(KEYS, k=4), text=text)


@pytest.mark.parametrize("page", [3, 1000])
def test_random_changes(shelf: Shelf, page: int) -> None:
    chance = random.Random(page)
    following = shelf.follow(page)
    mutate(chance, shelf)
    following.poll()
    expected, before = [], shelf.list()
    for _ in range(12):
        mutate(chance, shelf)
        after = shelf.list()
        expected += differences(before, after)
        before = after
        following.poll()
        assert following.state.cursor["objects"] == len(after)
    assert changes(following) == sorted(expected)


def test_a_bucket_of_more_than_a_page(shelf: Shelf) -> None:
    keys = [f"photos/{number:04}.jpg" for number in range(1100)]
    shelf.put(*keys)
    following = shelf.follow()
    following.poll()
    assert following.events == []
    shelf.put("photos/0999.jpg", "photos/1000.jpg", "photos/0500+.jpg", text="new")
    shelf.delete("photos/0001.jpg", "photos/1099.jpg")
    assert sorted((event.kind, event.key) for event in following.poll()) == [
        ("added", "photos/0500+.jpg"),
        ("deleted", "photos/0001.jpg"),
        ("deleted", "photos/1099.jpg"),
        ("modified", "photos/0999.jpg"),
        ("modified", "photos/1000.jpg"),
    ]


def test_an_unchanged_bucket_writes_nothing(shelf: Shelf) -> None:
    shelf.put(*KEYS)
    following = shelf.follow(page=4)
    following.poll()
    steps = following.steps
    assert following.poll() == []
    assert following.steps == steps


def test_an_event_says_what_the_seed_says(shelf: Shelf) -> None:
    following = shelf.follow()
    following.poll()
    shelf.put("a.jpg", text="one")
    [added] = following.poll()
    listed = shelf.s3.list_objects_v2(Bucket=shelf.bucket, FetchOwner=True)["Contents"][0]
    assert added.payload == {
        "file": {
            "Key": "a.jpg",
            "ETag": listed["ETag"],
            "LastModified": f"{listed['LastModified']:%Y-%m-%dT%H:%M:%SZ}",
            "Size": 3,
            "StorageClass": "STANDARD",
            "Owner": {"ID": shelf.server.access_key},
        },
        "status": "added",
        "bucket": shelf.bucket,
        "endpoint": shelf.server.url,
        "key": "a.jpg",
    }
    shelf.delete("a.jpg")
    [deleted] = following.poll()
    assert deleted.payload == {**added.payload, "status": "deleted"}


def test_a_change_has_the_same_id_for_whoever_sees_it(shelf: Shelf) -> None:
    first, second = shelf.follow(), shelf.follow(page=2)
    for following in (first, second):
        following.poll()
    shelf.put("a.jpg", "b.jpg", "c.jpg")
    ids = {event.id for event in first.poll()}
    assert len(ids) == 3
    assert {event.id for event in second.poll()} == ids
    shelf.delete("a.jpg")
    assert first.poll()[0].id not in ids


def test_several_versions_during_an_outage_are_one_change(shelf: Shelf) -> None:
    shelf.put("a.jpg", text="one")
    following = shelf.follow()
    following.poll()
    for text in ("two", "three", "four"):
        shelf.put("a.jpg", text=text)
    assert [event.kind for event in following.poll()] == ["modified"]


def test_the_same_bytes_again_are_no_change(shelf: Shelf) -> None:
    shelf.put("a.jpg", text="one")
    shelf.date("a.jpg", shelf.now() - 60)
    following = shelf.follow()
    following.poll()
    shelf.put("a.jpg", text="one")
    assert following.poll() == []


def test_changes_that_share_a_second(shelf: Shelf) -> None:
    second = shelf.now() - 3600
    shelf.put("a.jpg", "b.jpg", text="one")
    following = shelf.follow()
    following.poll()
    for text in ("two", "three"):
        shelf.put("a.jpg", f"{text}.jpg", text=text)
        for key in ("a.jpg", f"{text}.jpg"):
            shelf.date(key, second)
        assert {event.key for event in following.poll()} == {"a.jpg", f"{text}.jpg"}


def test_the_provider_may_die_between_any_two_steps(shelf: Shelf) -> None:
    shelf.put(*KEYS, text="one")
    start = shelf.follow(page=4)
    start.poll()
    shelf.put(*KEYS[::3], *(f"{key}+" for key in KEYS[::4]), text="two")
    shelf.delete(*KEYS[1::5])
    whole = start.copy()
    whole.poll()
    assert whole.steps > 8
    for steps in range(whole.steps - start.steps):
        following = start.copy()
        following.poll(steps=steps)
        following.poll()
        assert sorted(event.id for event in following.events) == sorted(
            event.id for event in whole.events
        )


def test_a_key_that_the_server_cannot_list_holds_nothing_up(shelf: Shelf) -> None:
    """versitygw lists both under one name, with U+FFFD for what XML cannot say."""
    following = shelf.follow()
    following.poll()
    shelf.put("a\x01b", "a\x02b", "plain.jpg")
    assert [event.key for event in following.poll()] == ["plain.jpg"]


def test_files_of_a_folder_have_no_etag_and_yet_change(shelf: Shelf) -> None:
    file = shelf.server.data / shelf.bucket / "dropped.jpg"
    following = shelf.follow()
    following.poll()
    file.write_text("one")
    assert [event.kind for event in following.poll()] == ["added"]
    file.write_text("longer")
    assert [event.kind for event in following.poll()] == ["modified"]
    file.unlink()
    assert [event.kind for event in following.poll()] == ["deleted"]
    assert following.poll() == []
