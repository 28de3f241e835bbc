"""Where photos come from: one file per source behind one interface, and the table of them."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any, Protocol, cast

from findme.errors import RequestError

_LONGEST = 2000
_LONGEST_ID = 200


@dataclass(frozen=True)
class Photo:
    """One picture that somebody posted; `id` is unique within its source and stays the same."""

    id: str
    image: str
    page: str = ""
    title: str = ""
    author: str = ""
    author_link: str = ""
    time: str = ""
    alt: str = ""
    licence: str = ""

    def as_dict(self) -> dict[str, str]:
        """What travels in events and lies in the ledger: the fields that say something.

        Texts are cut at 2,000 characters, so that one photo always fits an event.
        """
        return {name: value[:_LONGEST] for name, value in asdict(self).items() if value}

    @classmethod
    def from_dict(cls, fields: Any) -> "Photo":
        """Raises ValueError where `fields` is not what `as_dict` gave."""
        try:
            photo = cls(**fields)
        except TypeError as error:
            raise ValueError(
                f"a photo needs id and image, and may have its other fields: {error}"
            ) from None
        if not all(isinstance(value, str) for value in asdict(photo).values()):
            raise ValueError("every field of a photo is a string")
        if not photo.id or not photo.image:
            raise ValueError("a photo needs a non-empty id and image")
        return photo


def short_id(name: str) -> str:
    """A source's own id for a photo, or its SHA-256 where it is longer than 200 characters."""
    return name if len(name) <= _LONGEST_ID else hashlib.sha256(name.encode()).hexdigest()


@dataclass(frozen=True)
class Page:
    """Some photos of a source, and where to go on; no cursor after the last page."""

    photos: tuple[Photo, ...]
    cursor: str | None


class Source(Protocol):
    def validate(self, query: str) -> str:
        """The query in its normal form; raises RequestError naming the field `query`."""


class PagedSource(Source, Protocol):
    def pages(
        self, query: str, cursor: str | None, fetch: Callable[[str], bytes]
    ) -> Iterator[Page]:
        """Pages from `cursor` on; raises SourceError where the source cannot be read."""


# The names that a request may use; each has a trigger `<name>_search_requested` of its own.
SOURCES = {"album": "findme.photos.album", "bucket": "findme.photos.bucket"}

# Searches of these get more while it is posted, until their deadline.
LIVE = frozenset({"bucket"})


def source(name: object) -> Source:
    """The source called `name`, imported when it is first chosen."""
    if not isinstance(name, str) or name not in SOURCES:
        raise RequestError(
            400, "bad_field", f"source must be one of: {', '.join(SOURCES)}", "source"
        )
    return cast(Source, import_module(SOURCES[name]))


def paged(name: object) -> PagedSource:
    """The same, of a source that is read page by page."""
    return cast(PagedSource, source(name))
