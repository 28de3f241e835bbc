"""A folder as a bucket that anyone on this machine may read: as much of S3 as its feed asks for.

ListObjectsV2, HeadObject and GetObject, by path style, without signatures. Photos are added by
putting them into the folder.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

NAME = "photos"

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_MOST_KEYS = 1000


@dataclass(frozen=True)
class StoredObject:
    key: str
    size: int
    modified: float
    etag: str


def create_app(folder: Path) -> Starlette:
    """Serves `/photos` and `/photos/<key>`; a file whose name begins with a dot is no object."""

    async def listing(request: Request) -> Response:
        if request.query_params.get("list-type") != "2":
            return _error(501, "NotImplemented", "only ListObjectsV2 is served here")
        return _list(request, _objects(folder))

    async def read(request: Request) -> Response:
        found = [each for each in _objects(folder) if each.key == request.path_params["key"]]
        if not found:
            return _error(404, "NoSuchKey", "there is no such object")
        headers = {"ETag": found[0].etag}
        return FileResponse(folder / found[0].key, headers=headers)

    return Starlette(
        routes=[
            Route(f"/{NAME}", listing, methods=["GET"]),
            Route(f"/{NAME}/", listing, methods=["GET"]),
            Route(f"/{NAME}/{{key:path}}", read, methods=["GET", "HEAD"]),
        ]
    )


def _objects(folder: Path) -> list[StoredObject]:
    """In the order of S3: by the bytes of the key."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name[0] != "."]
    objects = [_object(str(file.relative_to(folder)), file) for file in files]
    return sorted(objects, key=lambda each: each.key.encode())


def _object(key: str, file: Path) -> StoredObject:
    stat = file.stat()
    return StoredObject(key, stat.st_size, stat.st_mtime, _etag(file, stat.st_mtime, stat.st_size))


@lru_cache(maxsize=10_000)
def _etag(file: Path, modified: float, size: int) -> str:  # noqa: ARG001 - a change is another entry
    return f'"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}"'


def _list(request: Request, objects: Sequence[StoredObject]) -> Response:
    query = request.query_params
    prefix, most = query.get("prefix", ""), min(int(query.get("max-keys", _MOST_KEYS)), _MOST_KEYS)
    after = query.get("continuation-token") or query.get("start-after", "")
    wanted = [
        each
        for each in objects
        if each.key.startswith(prefix) and each.key.encode() > after.encode()
    ]
    result = Element("ListBucketResult", xmlns=_NAMESPACE)
    encode = quote if query.get("encoding-type") == "url" else str
    _texts(result, Name=NAME, Prefix=encode(prefix), MaxKeys=str(most))
    _texts(result, IsTruncated=str(len(wanted) > most).lower(), KeyCount=str(len(wanted[:most])))
    if query.get("encoding-type") == "url":
        _texts(result, EncodingType="url")
    if len(wanted) > most:
        _texts(result, NextContinuationToken=wanted[most - 1].key)
    for each in wanted[:most]:
        modified = datetime.fromtimestamp(each.modified, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        contents = SubElement(result, "Contents")
        _texts(contents, Key=encode(each.key), LastModified=modified, ETag=each.etag)
        _texts(contents, Size=str(each.size), StorageClass="STANDARD")
    return _xml(result, 200)


def _error(status: int, code: str, message: str) -> Response:
    error = Element("Error")
    _texts(error, Code=code, Message=message)
    return _xml(error, status)


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text


def _xml(element: Element, status: int) -> Response:
    return Response(tostring(element, xml_declaration=True), status, media_type="application/xml")
