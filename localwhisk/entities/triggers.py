"""Triggers over REST: PUT, GET, DELETE and lists. Firing them is `fire`'s."""

from typing import Any

from localwhisk import parameters, resolve
from localwhisk.call import Call, listing
from localwhisk.entities import common
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import is_name
from localwhisk.wire import Document


async def put(host: Host, call: Call) -> Document:
    reference = call.own_reference()
    body, before = await common.read(host, call, reference, "triggers")
    document = {
        **common.fields(reference, body, before),
        "parameters": body.get("parameters", before["parameters"] if before else []),
        "limits": {},
    }
    # A trigger that never had a rule shows none; one that lost its last shows that.
    if before and "rules" in before:
        document["rules"] = before["rules"]
    if before is None and parameters.has(document["annotations"], "feed"):
        _check_feed(parameters.value(document["annotations"], "feed"))
    host.entities.save(common.entity("triggers", document))
    return document


async def get(host: Host, call: Call) -> Document:
    return resolve.document(host.entities, call.own_reference(), "triggers")


async def delete(host: Host, call: Call) -> Document:
    document = await get(host, call)
    host.entities.delete(call.reference.id)
    return document


async def list_all(host: Host, call: Call) -> Any:
    documents = host.entities.within("triggers", call.own_namespace())
    return listing(call, "triggers", documents, common.summary)


def _check_feed(feed: Any) -> None:
    parts = feed.removeprefix("/").split("/") if isinstance(feed, str) else [""]
    if not all(is_name(part) for part in parts):
        raise ApiError(400, "Feed name is not valid")
