"""Triggers over REST: PUT, GET, DELETE and lists. Firing them is `fire`'s."""

from starlette.responses import Response

from localwhisk import limits, messages, parameters, resolve
from localwhisk.call import Call, listing
from localwhisk.entities import common
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import is_name
from localwhisk.parameters import Parameters
from localwhisk.wire import Document, json_object, json_response


async def put(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    body = await json_object(call.request, limits.ENTITY_BYTES)
    before = common.current(host, call, reference, "triggers")
    document = {
        **common.fields(body, reference, before),
        "parameters": common.bound_parameters(body, before),
        "limits": {},
        "rules": before["rules"] if before else {},
    }
    if before is None:
        _check_feed(document["annotations"])
    host.entities.save(common.entity(reference, "triggers", document))
    return json_response(_view(document))


async def get(host: Host, call: Call) -> Response:
    document = resolve.document(host.entities, call.own_reference(), "triggers")
    return json_response(_view(document))


async def delete(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    document = resolve.document(host.entities, reference, "triggers")
    host.entities.delete(reference.id)
    return json_response(_view(document))


async def list_all(host: Host, call: Call) -> Response:
    documents = host.entities.within("triggers", call.own_namespace())
    return listing(call, "triggers", documents, common.summary)


def _check_feed(annotations: Parameters) -> None:
    if not parameters.has(annotations, "feed"):
        return
    feed = parameters.value(annotations, "feed")
    parts = feed.removeprefix("/").split("/") if isinstance(feed, str) else [""]
    if not all(is_name(part) for part in parts):
        raise ApiError(400, messages.FEED_NAME)


def _view(document: Document) -> Document:
    if document["rules"]:
        return document
    return {field: value for field, value in document.items() if field != "rules"}
