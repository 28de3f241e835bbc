"""Firing a trigger: the event is accepted, and its rules run the actions afterwards."""

import json

from starlette.requests import Request
from starlette.responses import Response

from localwhisk import invoke, limits, messages, names, parameters, resolve
from localwhisk.activation import Activation
from localwhisk.call import Call
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.records import Record, now, response
from localwhisk.wire import ACTIVATION_HEADER, Document, dumps, json_object, json_response


async def post(host: Host, call: Call) -> Response:
    reference = call.own_reference()
    event = await json_object(call.request, limits.PAYLOAD_BYTES)
    trigger = resolve.document(host.entities, reference, "triggers")
    if not any(link["status"] == "active" for link in trigger["rules"].values()):
        return Response(status_code=204)
    activation = Activation(call.caller, call.transaction, call.received)
    headers = {"__ow_headers": forwarded_headers(call.request)}
    payload = {**parameters.arguments(trigger["parameters"]), **headers, **event}
    host.background.start(_run_rules(host, trigger, event, payload, activation))
    header = {ACTIVATION_HEADER: activation.id}
    return json_response({"activationId": activation.id}, 202, header)


def forwarded_headers(request: Request) -> dict[str, str]:
    """Headers as actions see them: those that describe the body stay behind."""
    entity = ("content-type", "content-length", "transfer-encoding")
    return {name: text for name, text in request.headers.items() if name not in entity}


async def _run_rules(
    host: Host, trigger: Document, event: Document, payload: Document, activation: Activation
) -> None:
    logs = []
    for rule, link in trigger["rules"].items():
        entry = {"rule": rule, "action": names.linked(link["action"]).id}
        if link["status"] != "active":
            text = messages.inactive_rule(entry["rule"], entry["action"])
            entry |= {"statusCode": 1, "success": False, "error": text}
        else:
            entry |= _start(host, link["action"], payload, activation)
        logs.append(json.dumps(entry, separators=(",", ":")))
    document = {
        **activation.envelope(trigger),
        "start": activation.received,
        "response": response(0, event, len(dumps(event))),
        "logs": logs,
        "annotations": [],
    }
    host.activations.store(Record(document, code=None))


def _start(host: Host, link: dict[str, str], payload: Document, fired: Activation) -> Document:
    """Start a rule's action. It is no component of anything, so it has no cause."""
    try:
        target = resolve.action(host.entities, names.linked(link), fired.caller.namespace)
        target.refuse_overrides(payload)
    except ApiError as error:
        return {"statusCode": 1, "success": False, "error": error.message}
    activation = Activation(fired.caller, fired.transaction, now())
    host.background.start(invoke.run(host, target, payload, activation))
    return {"statusCode": 0, "success": True, "activationId": activation.id}
