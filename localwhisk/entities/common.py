"""What the four collections share: PUT's preliminaries, versions, and common fields."""

import re

from localwhisk import limits, messages, parameters, records
from localwhisk.call import Call
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import Reference
from localwhisk.store import Entity
from localwhisk.wire import Document

_VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){0,2}", re.ASCII)
_SUMMARY = ("namespace", "name", "version", "publish", "annotations", "updated")


def current(host: Host, call: Call, reference: Reference, collection: str) -> Document | None:
    """What a PUT replaces, None if it creates; 409 where the name is taken."""
    entity = host.entities.get(reference.id)
    if entity is None:
        return None
    if entity.collection != collection:
        raise ApiError(409, messages.OTHER_COLLECTION)
    if not call.flag("overwrite"):
        raise ApiError(409, messages.ALREADY_EXISTS)
    return entity.document


def fields(body: Document, reference: Reference, before: Document | None) -> Document:
    """The fields that every entity has, with those that the request leaves out kept."""
    publish = body.get("publish")
    if publish is None:
        publish = before["publish"] if before else False
    return {
        "namespace": reference.path,
        "name": reference.name,
        "version": _version(body.get("version"), before),
        "publish": publish is True,
        "updated": records.now(),
        "annotations": _list(body, "annotations", before),
    }


def bound_parameters(body: Document, before: Document | None) -> parameters.Parameters:
    return _list(body, "parameters", before)


def _list(body: Document, field: str, before: Document | None) -> parameters.Parameters:
    if body.get(field) is not None:
        return parameters.read(body[field], field, limits.PARAMETER_BYTES)
    kept: parameters.Parameters = before[field] if before else []
    return kept


def _version(given: object, before: Document | None) -> str:
    if given is not None:
        if not isinstance(given, str) or not _VERSION.fullmatch(given):
            raise messages.malformed("semantic version malformed")
        return ".".join([*given.split("."), "0", "0"][:3])
    if before is None:
        return "0.0.1"
    major, minor, patch = before["version"].split(".")
    return f"{major}.{minor}.{int(patch) + 1}"


def entity(reference: Reference, collection: str, document: Document) -> Entity:
    return Entity(reference.id, collection, document)


def summary(document: Document) -> Document:
    return {field: document[field] for field in _SUMMARY}
