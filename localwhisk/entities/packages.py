"""Packages and bindings over REST."""

from starlette.responses import Response

from localwhisk import limits, messages, names, parameters, resolve
from localwhisk.call import Call, listing
from localwhisk.entities import common
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.wire import Document, expect_object, json_object, json_response


async def put(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    if reference.name == "default":
        raise ApiError(400, "Package name 'default' is reserved.")
    body = await json_object(call.request, limits.ENTITY_BYTES)
    before = common.current(host, call, reference, "packages")
    binding = _binding(host, call, body, before)
    document = {
        **common.fields(body, reference, before),
        "parameters": common.bound_parameters(body, before),
        "binding": binding,
    }
    kept = [item for item in document["annotations"] if item["key"] != "binding"]
    marks = [{"key": "binding", "value": binding}] if binding else []
    document["annotations"] = kept + marks
    host.entities.save(common.entity(reference, "packages", document))
    return json_response(document)


def _binding(host: Host, call: Call, body: Document, before: Document | None) -> Document:
    """The package that a binding stands for, `{}` for a package."""
    kept: Document = before["binding"] if before else {}
    if not body.get("binding"):
        return kept
    if before and not kept:
        raise ApiError(409, messages.PACKAGE_TO_BINDING)
    given = expect_object(body["binding"], "binding malformed")
    base = names.parse(
        {"path": given.get("namespace"), "name": given.get("name")}, call.caller.namespace
    )
    entity = host.entities.get(base.id)
    if entity is None and base.namespace == call.caller.namespace:
        raise ApiError(400, messages.BINDING_MISSING)
    if entity is not None and entity.collection != "packages":
        raise ApiError(409, messages.BINDING_NOT_PACKAGE)
    if resolve.package(host.entities, base, call.caller.namespace).binding:
        raise ApiError(400, messages.BINDING_TO_BINDING)
    return {"namespace": base.namespace, "name": base.name}


async def get(host: Host, call: Call) -> Response:
    found = resolve.package(host.entities, call.reference, call.caller.namespace, named=False)
    shown = found.binding or found.document
    contents = sorted(host.entities.within("actions", found.base.id), key=_newest_first)
    feeds = [action for action in contents if parameters.has(action["annotations"], "feed")]
    return json_response(
        {
            **shown,
            "parameters": found.parameters,
            "actions": [_content(action) for action in contents if action not in feeds],
            "feeds": [_content(action) for action in feeds],
        }
    )


async def delete(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    document = resolve.document(host.entities, reference, "packages")
    contents = [
        f"{reference.id}/{action['name']}"
        for action in host.entities.within("actions", reference.id)
    ]
    if contents and not call.flag("force"):
        raise messages.package_not_empty(len(contents))
    host.entities.delete(reference.id, *contents)
    for name in contents:
        await host.pool.drop(name)
    return json_response(document)


async def list_all(host: Host, call: Call) -> Response:
    documents = host.entities.within("packages", call.namespace)
    if call.namespace != call.caller.namespace:
        documents = (document for document in documents if document["publish"])
    return listing(call, "packages", documents, _summary)


def _summary(document: Document) -> Document:
    return {**common.summary(document), "binding": document["binding"] or False}


def _content(action: Document) -> Document:
    return {field: action[field] for field in ("name", "version", "annotations")}


def _newest_first(document: Document) -> int:
    return -int(document["updated"])
