"""Rules over REST. A rule's state is kept in its trigger, where firing finds it."""

from typing import Any

from starlette.responses import PlainTextResponse, Response

from localwhisk import limits, messages, names, resolve
from localwhisk.call import Call, listing
from localwhisk.entities import common
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import Reference
from localwhisk.store import Entities, Entity
from localwhisk.wire import Document, json_object, json_response


async def put(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    body = await json_object(call.request, limits.ENTITY_BYTES)
    before = common.current(host, call, reference, "rules")
    links = {field: _link(body, field, before, call) for field in ("trigger", "action")}
    _check_exist(host.entities, links, call.caller.namespace)
    document = {**common.fields(body, reference, before), **links}
    status = _status(host.entities, before) if before else "active"
    changed = [common.entity(reference, "rules", document)]
    if before and before["trigger"] != links["trigger"]:
        changed += _unlinked(host.entities, before)
    changed.append(_linked(host.entities, document, status))
    host.entities.save(*changed)
    return json_response({**document, "status": status})


async def get(host: Host, call: Call) -> Response:
    document = resolve.document(host.entities, call.own_reference(), "rules")
    return json_response({**document, "status": _status(host.entities, document)})


async def set_state(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    body = await json_object(call.request, limits.PAYLOAD_BYTES)
    wanted = body.get("status")
    if wanted not in ("active", "inactive"):
        raise messages.malformed(f"{wanted} is not a recognized rule state")
    document = resolve.document(host.entities, reference, "rules")
    if wanted != _status(host.entities, document):
        if _trigger(host.entities, document) is None:
            raise ApiError(404, messages.RULE_WITHOUT_TRIGGER)
        host.entities.save(_linked(host.entities, document, wanted))
    return PlainTextResponse("OK")


async def delete(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    document = resolve.document(host.entities, reference, "rules")
    host.entities.delete(reference.id, saving=tuple(_unlinked(host.entities, document)))
    return json_response({**document, "status": "inactive"})


async def list_all(host: Host, call: Call) -> Response:
    documents = host.entities.within("rules", call.own_namespace())
    return listing(call, "rules", documents, lambda document: document)


def _link(body: Document, field: str, before: Document | None, call: Call) -> Any:
    if body.get(field) is not None:
        return names.parse(body[field], call.caller.namespace).link
    if before is None:
        raise ApiError(400, messages.RULE_INCOMPLETE)
    return before[field]


def _check_exist(entities: Entities, links: dict[str, Document], caller: str) -> None:
    trigger, action = names.linked(links["trigger"]), names.linked(links["action"])
    if trigger.namespace != caller:
        raise messages.not_authorized(trigger.id)
    try:
        missing = f"trigger /{trigger.id}"
        resolve.document(entities, trigger, "triggers")
        missing = f"action /{action.id}"
        resolve.action(entities, action, caller)
    except ApiError as error:
        if error.status == 404:
            raise ApiError(400, f"{missing} does not exist") from error
        raise


def _trigger(entities: Entities, rule: Document) -> Entity | None:
    entity = entities.get(names.linked(rule["trigger"]).id)
    return entity if entity and entity.collection == "triggers" else None


def _status(entities: Entities, rule: Document) -> str:
    trigger = _trigger(entities, rule)
    link = trigger.document["rules"].get(_name(rule)) if trigger else None
    return link["status"] if link else "inactive"


def _linked(entities: Entities, rule: Document, status: str) -> Entity:
    """The rule's trigger, knowing the rule in that state."""
    reference = names.linked(rule["trigger"])
    document = resolve.document(entities, reference, "triggers")
    rules = {**document["rules"], _name(rule): {"action": rule["action"], "status": status}}
    return common.entity(reference, "triggers", {**document, "rules": rules})


def _unlinked(entities: Entities, rule: Document) -> list[Entity]:
    """The rule's trigger without it; nothing when the trigger is gone."""
    trigger = _trigger(entities, rule)
    if trigger is None:
        return []
    rules = {key: link for key, link in trigger.document["rules"].items() if key != _name(rule)}
    return [Entity(trigger.id, "triggers", {**trigger.document, "rules": rules})]


def _name(rule: Document) -> str:
    return Reference(rule["namespace"], rule["name"]).id
