"""Firing a trigger: the event is accepted, and its rules run the actions afterwards."""

from starlette.responses import Response

from localwhisk import names, parameters, resolve, running
from localwhisk.call import Call
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.records import Activation
from localwhisk.wire import Document, accepted, dumps, forwarded_headers, json_object


async def post(host: Host, call: Call) -> Response:
    host.fires.charge(call.caller.namespace)
    reference = call.own_reference()
    event = await json_object(call.request, host.limits.payload_size)
    trigger = resolve.document(host.entities, reference, "triggers")
    if not any(link["status"] == "active" for link in trigger.get("rules", {}).values()):
        return Response(status_code=204)
    activation = call.activation()
    headers = {"__ow_headers": forwarded_headers(call.request)}
    payload = {**parameters.arguments(trigger["parameters"]), **headers, **event}
    host.background.start(_run_rules(host, trigger, event, payload, activation))
    return accepted(activation.id)


async def _run_rules(
    host: Host, trigger: Document, event: Document, payload: Document, activation: Activation
) -> None:
    logs = []
    for rule, link in trigger["rules"].items():
        action = names.linked(link["action"]).id
        try:
            if link["status"] != "active":
                text = f"Rule '{rule}' is inactive, action '{action}' was not activated."
                raise ApiError(400, text)
            started = _start(host, link["action"], payload, activation)
            said: Document = {"statusCode": 0, "success": True, "activationId": started}
        except ApiError as error:
            said = {"statusCode": 1, "success": False, "error": error.message}
        logs.append(dumps({**said, "rule": rule, "action": action}).decode())
    host.activations.store(activation.fired(trigger, event, logs))


def _start(host: Host, link: dict[str, str], payload: Document, fired: Activation) -> str:
    """Start a rule's action. It is no component of anything, so it has no cause."""
    namespace = fired.caller.namespace
    host.admit(namespace)
    target = resolve.action(host.entities, names.linked(link), namespace)
    target.refuse_overrides(payload)
    activation = Activation(fired.caller, fired.transaction)
    running.start(host, target, payload, activation)
    return activation.id
