"""Rules over REST. A rule's state is kept in its trigger, where firing finds it."""

from typing import Any

from starlette.responses import PlainTextResponse, Response

from localwhisk import messages, names, resolve
from localwhisk.call import Call, listing
from localwhisk.entities import common
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.store import Entities, Entity
from localwhisk.wire import Document, json_object


async def put(host: Host, call: Call) -> Document:
    reference = call.own_reference()
    body, before = await common.read(host, call, reference, "rules")
    links = {field: _link(body, field, before, call) for field in ("trigger", "action")}
    _check_exist(host.entities, links, call.caller.namespace)
    document = {**common.fields(reference, body, before), **links}
    status = _status(host.entities, before) if before else "active"
    moved = before and before["trigger"] != links["trigger"]
    left = _unlinked(host.entities, before) if before and moved else []
    rule = common.entity("rules", document)
    host.entities.save(rule, *left, _linked(host.entities, document, status))
    return {**document, "status": status}


async def get(host: Host, call: Call) -> Document:
    document = resolve.document(host.entities, call.own_reference(), "rules")
    return {**document, "status": _status(host.entities, document)}


async def set_state(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    body = await json_object(call.request, host.limits.payload_size)
    if "status" not in body:
        raise messages.malformed("key not found: status")
    if (wanted := body["status"]) not in ("active", "inactive"):
        text = f"requirement failed: {wanted} is not a recognized rule state"
        raise messages.malformed(text)
    document = resolve.document(host.entities, reference, "rules")
    if wanted != _status(host.entities, document):
        if _trigger(host.entities, document) is None:
            raise ApiError(404, "Only rules with existing triggers can be activated")
        host.entities.save(_linked(host.entities, document, wanted))
    return PlainTextResponse("OK")


async def delete(host: Host, call: Call) -> Document:
    document = resolve.document(host.entities, call.own_reference(), "rules")
    left = _unlinked(host.entities, document)
    host.entities.delete(call.reference.id, saving=tuple(left))
    return {**document, "status": "inactive"}


async def list_all(host: Host, call: Call) -> Any:
    documents = host.entities.within("rules", call.own_namespace())
    return listing(call, "rules", documents, lambda document: document)


def _link(body: Document, field: str, before: Document | None, call: Call) -> Any:
    if body.get(field) is not None:
        return names.parse(body[field], call.caller.namespace).link
    if before is None:
        raise ApiError(400, "rule requires a valid trigger and a valid action")
    return before[field]


def _check_exist(entities: Entities, links: dict[str, Document], caller: str) -> None:
    trigger, action = names.linked(links["trigger"]), names.linked(links["action"])
    if trigger.namespace != caller:
        raise messages.not_authorized(trigger.id)
    resolve.check_entitled(entities, action, caller)
    try:
        missing = f"trigger /{trigger.id}"
        resolve.document(entities, trigger, "triggers")
        missing = f"action /{action.id}"
        resolve.action(entities, action, caller)
    except ApiError as error:
        if error.status == 404:
            raise ApiError(400, f"{missing} does not exist") from error
        raise


def _trigger(entities: Entities, rule: Document) -> Document | None:
    entity = entities.get(names.linked(rule["trigger"]).id)
    return entity.document if entity and entity.collection == "triggers" else None


def _status(entities: Entities, rule: Document) -> str:
    trigger = _trigger(entities, rule)
    link = trigger.get("rules", {}).get(_name(rule)) if trigger else None
    return link["status"] if link else "inactive"


def _linked(entities: Entities, rule: Document, status: str) -> Entity:
    """The rule's trigger, knowing the rule in that state."""
    trigger = resolve.document(entities, names.linked(rule["trigger"]), "triggers")
    rules = {**trigger.get("rules", {}), _name(rule): {"action": rule["action"], "status": status}}
    return common.entity("triggers", {**trigger, "rules": rules})


def _unlinked(entities: Entities, rule: Document) -> list[Entity]:
    """The rule's trigger without it; nothing when the trigger is gone."""
    trigger = _trigger(entities, rule)
    if trigger is None:
        return []
    rules = {key: link for key, link in trigger.get("rules", {}).items() if key != _name(rule)}
    return [common.entity("triggers", {**trigger, "rules": rules})]


def _name(rule: Document) -> str:
    return f"{rule['namespace']}/{rule['name']}"
