"""The photos that a bucket's feed tells of.

A photo's id is its key and the start of its ETag, so that a picture that was replaced is a new one.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from findme.errors import RequestError
from findme.photos import Photo, short_id

# What a browser and our decoder can show; other objects of a bucket are no photos.
_PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif")


def validate(query: str) -> str:
    """A bucket's name; which buckets there are, the search action knows."""
    bucket = query.strip()
    if not bucket or "/" in bucket or len(bucket) > 63:
        message = "query must be the name of a bucket that this service watches"
        raise RequestError(400, "bad_field", message, "query")
    return bucket


def photo(event: Mapping[str, Any], address: str) -> Photo | None:
    """The photo of a feed's event, None where the object is no picture.

    `address` is where the bucket's objects can be read: a key follows it.
    """
    key, file = str(event["key"]), event["file"]
    if not key.lower().endswith(_PICTURE_SUFFIXES):
        return None
    version = str(file["ETag"]).strip('"')[:12]
    return Photo(
        id=short_id(f"{key}@{version}"),
        image=address + quote(key),
        title=key.rpartition("/")[2],
        time=str(file.get("LastModified") or ""),
    )
