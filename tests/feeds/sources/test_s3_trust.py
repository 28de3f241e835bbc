"""What the S3 source does where a listing is not the whole truth, or the server says no."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from feeds.provider.source import PausedError, SourceError
from tests.feeds.faults.forwarder import Answer, Forwarder, Request, ask
from tests.feeds.sources.bucket import Shelf
from tests.feeds.sources.following import Following


class Proxy:
    """In front of the server. `pages` are the answers to the next listings; None: the truth."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self.pages: list[Answer | None] = []
        self.seen: list[Answer] = []
        self.heads: list[Answer] = []
        self.lookups = 0

    def __call__(self, request: Request) -> Answer | None:
        truth = ask(self._upstream, request)
        if request.method == "HEAD":
            self.lookups += 1
            return self.heads.pop(0) if self.heads else truth
        assert truth is not None
        self.seen.append(truth)
        return (self.pages.pop(0) if self.pages else None) or truth


@pytest.fixture
def proxy(shelf: Shelf) -> Proxy:
    return Proxy(shelf.server.url)


@contextmanager
def through(proxy: Proxy, shelf: Shelf, page: int = 1000) -> Iterator[Following]:
    """A subscription whose baseline is complete."""
    with Forwarder(proxy) as forwarder:
        following = shelf.follow(page, forwarder.url)
        following.poll()
        proxy.seen.clear()
        yield following


def kinds(following: Following) -> list[tuple[str, str]]:
    return sorted((event.kind, event.key) for event in following.events)


def test_a_listing_from_before_says_nothing_new(proxy: Proxy, shelf: Shelf) -> None:
    shelf.put("changed.jpg", "deleted.jpg", text="one")
    with through(proxy, shelf) as following:
        following.poll()
        stale = proxy.seen[-1]
        shelf.put("changed.jpg", "added.jpg", text="two")
        shelf.delete("deleted.jpg")
        following.poll()
        told = kinds(following)
        proxy.pages = [stale]
        assert following.poll() == []
        assert following.poll() == []
    assert [kind for kind, _ in told] == ["added", "deleted", "modified"]


def test_a_deletion_that_only_the_listing_shows_is_none(proxy: Proxy, shelf: Shelf) -> None:
    shelf.put("a.jpg", "b.jpg")
    with through(proxy, shelf) as following:
        following.poll()
        whole = proxy.seen[-1]
        lacking = whole.body.replace(b"a.jpg", b"a.jpx")
        proxy.pages = [replace(whole, body=lacking)]
        assert following.poll() == []  # nor is a.jpx there
        shelf.delete("a.jpg")
        assert [event.kind for event in following.poll()] == ["deleted"]


def short(whole: Answer) -> Answer:
    return replace(whole, body=whole.body.replace(b"Truncated>true", b"Truncated>false"))


def test_a_listing_that_ends_too_early(proxy: Proxy, shelf: Shelf) -> None:
    keys = [f"{number:02}" for number in range(60)]
    shelf.put(*keys)
    with through(proxy, shelf, page=20) as following:
        following.poll()
        first = proxy.seen[0]
        shelf.put("05", text="new")
        proxy.pages = [None, short(proxy.seen[1])]
        with pytest.raises(SourceError, match="ListingIncomplete"):
            following.poll()
        proxy.pages = [short(first), short(first)]  # the guard's second look is as wrong
        with pytest.raises(SourceError, match="ListingIncomplete") as wrong:
            following.poll()
        assert not isinstance(wrong.value, PausedError)
        following.poll()
    assert kinds(following) == [("modified", "05")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html><body>Log in</body></html>", "ListingGarbled"),
        (b"<?xml version='1.0'?><ListBucketResult><Conte", "500"),
        (b"<Error><Code>InternalError</Code></Error>", "InternalError"),
        (b"", "ListingGarbled"),
    ],
)
def test_an_answer_that_is_no_listing(proxy: Proxy, shelf: Shelf, body: bytes, code: str) -> None:
    shelf.put("a.jpg")
    with through(proxy, shelf) as following:
        proxy.pages = [Answer(200, body, {"Content-Type": "application/xml"})] * 4
        with pytest.raises(SourceError) as wrong:
            following.poll()
        assert wrong.value.code == code
        proxy.pages = []
        assert following.poll() == []


def test_pages_that_do_not_fit_together(proxy: Proxy, shelf: Shelf) -> None:
    shelf.put("a", "b", "c", "d")
    with through(proxy, shelf, page=2) as following:
        following.poll()
        first, second = proxy.seen
        proxy.pages = [None, first]
        with pytest.raises(SourceError, match="ListingOutOfOrder"):
            following.poll()
        tokenless = first.body.replace(b"NextContinuationToken", b"Other")
        proxy.pages = [replace(first, body=tokenless)]
        with pytest.raises(SourceError, match="ListingGarbled"):
            following.poll()
        lacking = second.body.replace(b"<KeyCount>2", b"<KeyCount>3")
        proxy.pages = [None, replace(second, body=lacking)]
        with pytest.raises(SourceError, match="ListingGarbled"):
            following.poll()
        assert following.poll() == []


def test_a_passing_fault_of_the_server_is_waited_out(proxy: Proxy, shelf: Shelf) -> None:
    with through(proxy, shelf) as following:
        shelf.put("a.jpg")
        proxy.pages = [Answer(503), Answer(500)]
        assert [event.kind for event in following.poll()] == ["added"]


def test_a_server_that_is_away_names_no_secret(shelf: Shelf) -> None:
    following = shelf.follow(url="http://127.0.0.1:9")
    with pytest.raises(SourceError, match="EndpointConnectionError") as away:
        following.poll()
    assert shelf.server.secret_key not in str(away.value)


def test_whoever_may_only_list_sees_deletions(proxy: Proxy, shelf: Shelf) -> None:
    shelf.put("a.jpg", "a.jpg.txt")
    with through(proxy, shelf) as following:
        following.poll()
        whole = proxy.seen[-1]
        proxy.pages = [replace(whole, body=whole.body.replace(b">a.jpg<", b">a.jp<"))]
        proxy.heads = [Answer(403), Answer(403)]
        assert following.poll() == []
        shelf.delete("a.jpg")
        proxy.heads = [Answer(403)]
        assert [event.key for event in following.poll()] == ["a.jpg"]
    assert proxy.lookups == 3


def test_a_listing_from_before_does_not_turn_a_time_back(proxy: Proxy, shelf: Shelf) -> None:
    shelf.put("a.jpg", text="one")
    shelf.date("a.jpg", shelf.now() - 60)
    with through(proxy, shelf) as following:
        following.poll()
        stale = proxy.seen[-1]
        shelf.put("a.jpg", text="one")
        following.poll()
        proxy.pages = [stale]
        following.poll()
        shelf.delete("a.jpg")
        [event] = following.poll()
    # Its id has the time in it, and must not be that of an earlier deletion.
    assert event.payload["file"]["LastModified"].encode() not in stale.body


def test_a_mass_of_deletions_pauses_until_it_is_accepted(shelf: Shelf) -> None:
    keys = [f"{number:02}" for number in range(40)]
    shelf.put(*keys)
    following = shelf.follow(page=10)
    following.poll()
    shelf.delete(*keys[10:35])
    shelf.put("new")
    for _ in range(2):
        with pytest.raises(PausedError, match=r"25 of 4. objects are gone"):
            following.poll()
    assert kinds(following) == [("added", "new")]
    following.options = {**following.options, "accept_deletions": 25}
    assert sorted(event.key for event in following.poll()) == keys[10:35]
    shelf.delete(*keys[:10])
    assert len(following.poll()) == 10  # so few are never too many


def test_the_share_can_be_set(shelf: Shelf) -> None:
    keys = [f"{number:02}" for number in range(40)]
    shelf.put(*keys)
    strict, lax = shelf.follow(max_deleted_share=0.3), shelf.follow(max_deleted_share=1)
    strict.poll()
    lax.poll()
    shelf.delete(*keys[:13])
    with pytest.raises(PausedError):
        strict.poll()
    shelf.delete(*keys)
    assert len(lax.poll()) == 40


def test_a_bucket_that_is_gone_pauses_when_it_stays_away(shelf: Shelf) -> None:
    following = shelf.follow()
    following.poll(now=0)
    shelf.s3.delete_bucket(Bucket=shelf.bucket)
    for now in (1000, 1200):
        with pytest.raises(SourceError, match="NoSuchBucket") as error:
            following.poll(now=now)
        assert not isinstance(error.value, PausedError)
    shelf.s3.create_bucket(Bucket=shelf.bucket)
    following.poll(now=1250)
    shelf.s3.delete_bucket(Bucket=shelf.bucket)
    for now in (1299, 1590):
        with pytest.raises(SourceError, match="NoSuchBucket") as error:
            following.poll(now=now)
        assert not isinstance(error.value, PausedError)
    with pytest.raises(PausedError, match="NoSuchBucket"):
        following.poll(now=1600)


def test_wrong_keys_pause_without_being_named(shelf: Shelf) -> None:
    following = shelf.follow(secret_access_key="not-this-one")
    with pytest.raises(SourceError, match="SignatureDoesNotMatch"):
        following.poll(now=0)
    with pytest.raises(PausedError) as paused:
        following.poll(now=301)
    assert "not-this-one" not in str(paused.value)
