import json

import pytest

from findme.errors import DownloadError, RequestError, SourceError
from findme.photos import Page, Photo, album, source

FEED = "http://host/feed"

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "PyCon",
    "items": [
        {
            "id": "one",
            "url": "http://host/posts/1",
            "title": "On stage",
            "date_published": "2026-05-01T10:00:00Z",
            "authors": [{"name": "Ada", "url": "http://host/ada"}],
            "attachments": [
                {"url": "/1.jpg", "mime_type": "image/jpeg", "title": "A person on a stage"},
                {"url": "http://host/talk.mp4", "mime_type": "video/mp4"},
            ],
        },
        {"id": "two", "attachments": [
            {"url": "2a.png", "mime_type": "image/png"},
            {"url": "2b.png", "mime_type": "image/png"},
        ]},
        {"id": "three", "image": "http://other/3.webp"},
        {"id": "words only"},
    ],
}  # fmt: skip

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Album</title>
<item><guid>g1</guid><link>http://host/p1</link><title>Hall</title>
  <pubDate>Fri, 01 May 2026 10:00:00 GMT</pubDate><author>ada@host (Ada)</author>
  <enclosure url="http://host/1.jpg" type="image/jpeg" length="1"/>
  <media:content url="http://host/1.jpg" medium="image"/></item>
<item><guid>g2</guid><media:content url="/2.png" type="image/png"/></item>
<item><guid>g3</guid><enclosure url="http://host/talk.mp3" type="audio/mpeg" length="1"/></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Album</title><id>a</id>
<link rel="next" href="/feed?page=2"/>
<entry><id>a1</id><title>Keynote</title><updated>2026-05-01T10:00:00Z</updated>
  <author><name>Ada</name><uri>http://host/ada</uri></author>
  <link rel="alternate" href="http://host/p1"/>
  <link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>
  <link rel="enclosure" href="http://host/1.jpg" type="image/jpeg"/></entry></feed>"""


def read(*contents: str | bytes, cursor: str | None = None) -> list[Page]:
    """The pages of a feed whose addresses answer these contents, one after the other."""
    answers = [c if isinstance(c, bytes) else c.encode() for c in contents]
    return list(album.pages(FEED, cursor, lambda _: answers.pop(0)))


def test_json_feed_gives_every_picture_of_every_item() -> None:
    [page] = read(json.dumps(JSON_FEED))
    assert page.cursor is None
    assert page.photos[0] == Photo(
        id="one",
        image="http://host/1.jpg",
        page="http://host/posts/1",
        title="On stage",
        author="Ada",
        author_link="http://host/ada",
        time="2026-05-01T10:00:00Z",
        alt="A person on a stage",
    )
    assert [(photo.id, photo.image) for photo in page.photos[1:]] == [
        ("two#1", "http://host/2a.png"),
        ("two#2", "http://host/2b.png"),
        ("three", "http://other/3.webp"),
    ]


def test_rss_reads_enclosures_and_media_once_each() -> None:
    [page] = read(RSS)
    assert [(photo.id, photo.image) for photo in page.photos] == [
        ("g1", "http://host/1.jpg"),
        ("g2", "http://host/2.png"),
    ]
    assert (page.photos[0].title, page.photos[0].page) == ("Hall", "http://host/p1")


def test_atom_reads_author_and_licence_and_the_next_page() -> None:
    first, second = read(ATOM, ATOM.replace('<link rel="next" href="/feed?page=2"/>', ""))
    assert (first.cursor, second.cursor) == ("http://host/feed?page=2", None)
    [photo] = first.photos
    assert (photo.author, photo.author_link) == ("Ada", "http://host/ada")
    assert photo.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_a_feed_whose_pages_run_in_a_circle_ends() -> None:
    endless = json.dumps({**JSON_FEED, "next_url": FEED})
    assert len(read(endless, endless)) == 1


def test_a_search_goes_on_from_its_cursor() -> None:
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return json.dumps(JSON_FEED).encode()

    list(album.pages(FEED, "http://host/feed?page=7", fetch))
    assert asked == ["http://host/feed?page=7"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><body>Hello</body></html>", b"{}", b"{", b'{"version": "https://jsonfeed.org/version/1"}',
     b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "no id"}]}',
     b'{"version": "https://jsonfeed.org/version/1.1", "items": [7]}',
     b'{"version": "https://jsonfeed.org/version/1.1", "items": 7}', b"\xff\xfe\x00"],
)  # fmt: skip
def test_what_is_no_feed_says_so(content: bytes) -> None:
    with pytest.raises(SourceError) as failed:
        read(content)
    assert failed.value.code == "not_a_feed"
    assert FEED in failed.value.message


def test_a_feed_out_of_reach_says_why() -> None:
    def fetch(address: str) -> bytes:
        raise DownloadError("http_error", "host answered 404")

    with pytest.raises(SourceError, match="host answered 404"):
        list(album.pages(FEED, None, fetch))


@pytest.mark.parametrize(
    "query", ["", "pycon", "ftp://host/feed", "http://", "javascript:alert(1)"]
)
def test_a_query_that_is_no_address_is_named(query: str) -> None:
    with pytest.raises(RequestError) as refused:
        album.validate(query)
    assert (refused.value.status, refused.value.field) == (400, "query")


def test_only_sources_of_the_table_can_be_named() -> None:
    assert source("album") is album
    for name in ("findme.photos.album", "os", "", None, 7, ["album"]):
        with pytest.raises(RequestError) as refused:
            source(name)
        assert refused.value.field == "source"


def test_pictures_without_any_id_are_kept_apart() -> None:
    items = [{"id": "", "image": "/a.jpg"}, {"id": "", "image": "/b.jpg"}]
    [page] = read(json.dumps({**JSON_FEED, "items": items}))
    assert [photo.id for photo in page.photos] == ["http://host/a.jpg", "http://host/b.jpg"]


def test_an_id_of_any_length_is_kept_apart() -> None:
    items = [{"id": "x" * 5000 + str(n), "image": "/a.jpg"} for n in range(2)]
    [page] = read(json.dumps({**JSON_FEED, "items": items}))
    assert len({photo.id for photo in page.photos}) == 2
    assert all(len(photo.id) <= 200 for photo in page.photos)
