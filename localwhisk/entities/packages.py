"""Packages and bindings over REST."""

from typing import Any

from localwhisk import messages, names, parameters, resolve
from localwhisk.call import Call, listing
from localwhisk.entities import common
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.wire import Document, expect_object


async def put(host: Host, call: Call) -> Document:
    reference = call.own_reference()
    if reference.name == "default":
        raise ApiError(400, "Package name 'default' is reserved.")
    body, before = await common.read(host, call, reference, "packages")
    document = {
        **common.fields(reference, body, before),
        "parameters": body.get("parameters", before["parameters"] if before else []),
        "binding": _binding(host, call, body, before),
    }
    marks = {"binding": document["binding"]} if document["binding"] else {}
    kept = parameters.without(document["annotations"], ["binding"])
    document["annotations"] = kept + parameters.pairs(marks)
    host.entities.save(common.entity("packages", document))
    return document


def _binding(host: Host, call: Call, body: Document, before: Document | None) -> Document:
    """The package that a binding stands for, `{}` for a package."""
    kept: Document = before["binding"] if before else {}
    if not body.get("binding"):
        return kept
    if before and not kept:
        text = "Resource is a package and cannot be converted into a binding."
        raise ApiError(409, text)
    given, caller = expect_object(body["binding"], "binding malformed"), call.caller.namespace
    for field in {"namespace", "name"}.difference(given):
        raise messages.malformed(f"Object is missing required member '{field}'")
    base = names.parse({"path": given["namespace"], "name": given["name"]}, caller)
    entity = host.entities.get(base.id)
    if entity is None and base.namespace == caller:
        raise ApiError(400, "Binding references a package that does not exist.")
    if entity is not None and entity.collection != "packages":
        raise ApiError(409, "Cannot bind to a resource that is not a package.")
    if resolve.package(host.entities, base, caller).binding:
        raise ApiError(400, "Cannot bind to another package binding.")
    return {"namespace": base.namespace, "name": base.name}


async def get(host: Host, call: Call) -> Document:
    found = resolve.package(host.entities, call.reference, call.caller.namespace, named=True)
    within = host.entities.within("actions", found.base.id)
    contents = sorted(within, key=lambda action: action["updated"], reverse=True)
    feeds = [action for action in contents if parameters.has(action["annotations"], "feed")]
    return {
        **(found.binding or found.document),
        "parameters": found.parameters,
        "actions": [_content(action) for action in contents if action not in feeds],
        "feeds": [_content(action) for action in feeds],
    }


async def delete(host: Host, call: Call) -> Document:
    reference = call.own_reference()
    document = resolve.document(host.entities, reference, "packages")
    within = host.entities.within("actions", reference.id)
    forced = call.flag("force")
    contents = [f"{reference.id}/{action['name']}" for action in within]
    if contents and not forced:
        count = f"{len(contents)} {'entity' if len(contents) == 1 else 'entities'}"
        remedy = "Set force param or delete package contents."
        raise ApiError(409, f"Package not empty (contains {count}). {remedy}")
    host.entities.delete(reference.id, *contents)
    for name in contents:
        await host.pool.drop(name)
    return document


async def list_all(host: Host, call: Call) -> Any:
    own = call.namespace == call.caller.namespace
    documents = host.entities.within("packages", call.namespace)
    readable = (document for document in documents if own or document["publish"])
    return listing(call, "packages", readable, _summary)


def _summary(document: Document) -> Document:
    return {**common.summary(document), "binding": document["binding"] or False}


def _content(action: Document) -> Document:
    return {field: action[field] for field in ("name", "version", "annotations")}
