"""What the four collections share: PUT's preliminaries, versions, and common fields."""

import re
from typing import Any

from localwhisk import messages, parameters, records
from localwhisk.call import Call
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import Reference
from localwhisk.store import Entity
from localwhisk.wire import Document, json_object

_VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){0,2}", re.ASCII)
_SUMMARY = ("namespace", "name", "version", "publish", "annotations", "updated")


async def read(
    host: Host, call: Call, reference: Reference, collection: str
) -> tuple[Document, Document | None]:
    """A PUT's body, and what it replaces: None if it creates; 409 where the name is taken."""
    body = await json_object(call.request, host.limits.request_size)
    entity = host.entities.get(reference.id)
    if entity is None:
        return body, None
    if entity.collection != collection:
        raise messages.other_collection()
    if not call.flag("overwrite"):
        raise ApiError(409, "resource already exists")
    return body, entity.document


def fields(call: Call, reference: Reference, body: Document, before: Document | None) -> Document:
    """The fields that every entity has, with those that the request leaves out kept."""
    publish = body.get("publish")
    if publish is None and before:
        publish = before["publish"]
    return {
        "namespace": reference.path,
        "name": reference.name,
        "version": _version(body.get("version"), before),
        "publish": publish is True,
        "updated": records.now(),
        "annotations": items(call, "annotations", body, before),
    }


def items(call: Call, field: str, body: Document, before: Document | None) -> parameters.Parameters:
    """`parameters` or `annotations`: those given, else those it has."""
    if body.get(field) is not None:
        return parameters.read(body[field], field, call.limits.parameters_size)
    kept: parameters.Parameters = before[field] if before else []
    return kept


def _version(given: Any, before: Document | None) -> str:
    if given is not None:
        if not isinstance(given, str) or not _VERSION.fullmatch(given):
            raise messages.malformed("semantic version malformed")
        return ".".join([*given.split("."), "0", "0"][:3])
    major, minor, patch = before["version"].split(".") if before else ("0", "0", "0")
    return f"{major}.{minor}.{int(patch) + 1}"


def entity(collection: str, document: Document) -> Entity:
    return Entity(f"{document['namespace']}/{document['name']}", collection, document)


def summary(document: Document) -> Document:
    return {field: document[field] for field in _SUMMARY}
