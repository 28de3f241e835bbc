"""POST of an action: its blocking and non-blocking answers."""

from starlette.responses import Response

from localwhisk import messages, resolve, running
from localwhisk.call import Call
from localwhisk.host import Host
from localwhisk.wire import ACTIVATION_HEADER, accepted, json_object, json_response

_HTTP_STATUS = (200, 502, 502, 500)


async def post(host: Host, call: Call) -> Response:
    host.admit(call.caller.namespace)
    payload = await json_object(call.request, host.limits.payload_size)
    wait, blocking, result_only = _wait(call), call.flag("blocking"), call.flag("result")
    target = resolve.action(host.entities, call.reference, call.caller.namespace)
    target.refuse_overrides(payload)
    activation = call.activation()
    task = running.start(host, target, payload, activation)
    record = await running.finished_within(task, wait) if blocking else None
    if record is None:
        return accepted(activation.id)
    body = record.result
    if not result_only and not isinstance(body, list):
        # The platform attaches an action's logs later, so clients fetch the record for them.
        composed = record.annotation("kind") == "sequence"
        body = record.document if composed else {**record.document, "logs": []}
    headers = {ACTIVATION_HEADER: activation.id}
    return json_response(body, _HTTP_STATUS[record.code or 0], headers)


def _wait(call: Call) -> int:
    longest = call.limits.blocking_wait
    given = call.request.query_params.get("timeout", str(longest))
    # Its length first: Python refuses to convert thousands of digits.
    if not (given.isdecimal() and len(given) < 9 and 0 < int(given) <= longest):
        text = f"Timeout must be number of milliseconds up to {longest}."
        raise messages.query_malformed("timeout", text)
    return int(given)
