"""What the four collections share: PUT's preliminaries, versions, and common fields."""

import re

from localwhisk import messages, parameters, records
from localwhisk.call import Call
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import Reference
from localwhisk.store import Entity
from localwhisk.wire import Document, dumps, json_object

_VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){0,2}", re.ASCII)
_SUMMARY = ("namespace", "name", "version", "publish", "annotations", "updated")


async def read(
    host: Host, call: Call, reference: Reference, collection: str
) -> tuple[Document, Document | None]:
    """A PUT's body, and what it replaces: None if it creates; 409 where the name is taken."""
    overwrite = call.flag("overwrite")
    body = await json_object(call.request, host.limits.request_size, required=True)
    body = {field: value for field, value in body.items() if value is not None}
    _check(body, host.limits.parameters_size)
    entity = host.entities.get(reference.id)
    if entity is None:
        return body, None
    if entity.collection != collection:
        raise messages.other_collection()
    if not overwrite:
        raise ApiError(409, "resource already exists")
    return body, entity.document


def _check(body: Document, limit: int) -> None:
    """Refuse what no entity may have; the lists are replaced by what they come to."""
    for field in {"annotations", "parameters"}.intersection(body):
        body[field] = parameters.read(body[field], field, limit)
    version, publish = body.get("version", "0.0.1"), body.get("publish", False)
    if not (isinstance(version, str) and _VERSION.fullmatch(version) and version.strip("0.")):
        raise messages.malformed("semantic version malformed")
    if not isinstance(publish, bool):
        text = f"Expected JsBoolean, but got {dumps(publish).decode()}"
        raise messages.malformed(text)


def fields(reference: Reference, body: Document, before: Document | None) -> Document:
    """The fields that every entity has, with those that the request leaves out kept."""
    kept = before or {"publish": False, "annotations": []}
    return {
        "namespace": reference.path,
        "name": reference.name,
        "version": _version(body.get("version"), before),
        "publish": body.get("publish", kept["publish"]),
        "updated": records.now(),
        "annotations": body.get("annotations", kept["annotations"]),
    }


def _version(given: str | None, before: Document | None) -> str:
    if given is not None:
        return ".".join([*given.split("."), "0", "0"][:3])
    major, minor, patch = before["version"].split(".") if before else ("0", "0", "0")
    return f"{major}.{minor}.{int(patch) + 1}"


def entity(collection: str, document: Document) -> Entity:
    return Entity(f"{document['namespace']}/{document['name']}", collection, document)


def summary(document: Document) -> Document:
    return {field: document[field] for field in _SUMMARY}
