"""A photo feed at an address: JSON Feed 1.1, or RSS and Atom with enclosures or Media RSS.

A photo's id is its entry's id; where an entry carries several pictures, `#1`, `#2`, … follow.
"""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from findme.errors import DownloadError, RequestError, SourceError
from findme.photos import Page, Photo, short_id

# What a feed calls a picture without naming its type.
_PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif")


def validate(query: str) -> str:
    """The address of a feed, as given; a page's fragment is dropped."""
    address = query.strip().partition("#")[0]
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RequestError(400, "bad_field", "query must be the http(s) address of a feed", "query")
    return address


def pages(query: str, cursor: str | None, fetch: Callable[[str], bytes]) -> Iterator[Page]:
    """The feed's pages in order; a cursor is the address of the page to go on with."""
    seen = set()
    address: str | None = cursor or query
    while address and address not in seen:
        seen.add(address)
        try:
            content = fetch(address)
        except DownloadError as error:
            raise SourceError("album_unreachable", f"{address} — {error.message}") from error
        photos, address = _parse(content, address)
        yield Page(tuple(photos), address)


def _parse(content: bytes, address: str) -> tuple[list[Photo], str | None]:
    if content.lstrip()[:1] == b"{":
        return _json_feed(content, address)
    return _xml_feed(content, address)


def _json_feed(content: bytes, address: str) -> tuple[list[Photo], str | None]:
    try:
        feed = json.loads(content)
        if "jsonfeed.org/version/" not in str(feed["version"]):
            raise ValueError("it has no JSON Feed version")
        photos = [photo for item in feed["items"] for photo in _json_item(item, address)]
        following = feed.get("next_url")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(
            "not_a_feed", f"{address} is JSON but not a JSON Feed ({error!r})"
        ) from error
    return photos, urljoin(address, str(following)) if following else None


def _json_item(item: dict[str, Any], address: str) -> Iterator[Photo]:
    pictures = [
        (str(file["url"]), str(file.get("title") or ""))
        for file in item.get("attachments") or ()
        if str(file.get("mime_type", "")).startswith("image/")
    ]
    if not pictures and item.get("image"):
        pictures = [(str(item["image"]), "")]
    authors = item.get("authors") or [item.get("author") or {}]
    entry = {
        "id": str(item["id"]),
        "page": str(item.get("url") or ""),
        "title": str(item.get("title") or ""),
        "author": str(authors[0].get("name") or ""),
        "author_link": str(authors[0].get("url") or ""),
        "time": str(item.get("date_published") or ""),
        "licence": "",
    }
    return _photos(entry, pictures, address)


def _xml_feed(content: bytes, address: str) -> tuple[list[Photo], str | None]:
    feed = feedparser.parse(io.BytesIO(content))
    if not feed.get("version"):
        raise SourceError("not_a_feed", f"{address} is neither JSON Feed, RSS nor Atom")
    photos = [photo for entry in feed.entries for photo in _xml_entry(entry, feed.feed, address)]
    links = feed.feed.get("links", ())
    following = next((link.get("href") for link in links if link.get("rel") == "next"), None)
    return photos, urljoin(address, following) if following else None


def _xml_entry(entry: Any, feed: Any, address: str) -> Iterator[Photo]:
    files = [(file.get("href"), file.get("type", ""), "") for file in entry.get("enclosures", ())]
    for media in entry.get("media_content", ()):
        kind = media.get("type") or ("image/*" if media.get("medium") == "image" else "")
        files.append((media.get("url"), kind, ""))
    pictures = [(url, alt) for url, kind, alt in files if url and _is_picture(url, kind)]
    author = entry.get("author_detail", {})
    links = entry.get("links", ())
    licence = next((link.get("href") for link in links if link.get("rel") == "license"), "")
    texts = {
        "id": entry.get("id") or entry.get("link") or (pictures[0][0] if pictures else ""),
        "page": entry.get("link", ""),
        "title": entry.get("title", ""),
        "author": author.get("name") or entry.get("author", ""),
        "author_link": author.get("href", ""),
        "time": entry.get("published") or entry.get("updated", ""),
        "licence": licence or feed.get("rights", ""),
    }
    return _photos(texts, pictures, address)


def _is_picture(url: str, kind: str) -> bool:
    if kind:
        return kind.startswith("image/")
    return urlsplit(url).path.lower().endswith(_PICTURE_SUFFIXES)


def _photos(
    entry: dict[str, str], pictures: list[tuple[str, str]], address: str
) -> Iterator[Photo]:
    distinct: dict[str, str] = {}
    for url, alt in pictures:
        # An enclosure and its Media RSS twin are one picture.
        distinct.setdefault(urljoin(address, url), alt)
    for number, (image, alt) in enumerate(distinct.items(), start=1):
        name = (entry["id"] or image) + (f"#{number}" if len(distinct) > 1 else "")
        yield Photo(**{**entry, "id": short_id(name), "image": image, "alt": alt})
