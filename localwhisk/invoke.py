"""Running an action or a sequence to its record, and POST's blocking and non-blocking answers."""

import logging
from typing import Any

from starlette.responses import Response

from localwhisk import limits, messages, parameters, resolve, sequences
from localwhisk.activation import Activation
from localwhisk.call import Call, finished_within
from localwhisk.executables import ImageUnknownError, RuntimeUnknownError
from localwhisk.host import Host
from localwhisk.records import STATUS, Record, now
from localwhisk.resolve import Target
from localwhisk.runtime import Outcome
from localwhisk.wire import ACTIVATION_HEADER, json_object, json_response

log = logging.getLogger("localwhisk.activation")

_HTTP_STATUS = (200, 502, 502, 500)


async def post(host: Host, call: Call) -> Response:
    payload = await json_object(call.request, limits.PAYLOAD_BYTES)
    wait = _wait(call) if call.flag("blocking") else None
    result_only = call.flag("result")
    target = resolve.action(host.entities, call.reference, call.caller.namespace)
    target.refuse_overrides(payload)
    activation = Activation(call.caller, call.transaction, call.received)
    task = host.background.start(run(host, target, payload, activation))
    record = await finished_within(task, wait) if wait else None
    headers = {ACTIVATION_HEADER: activation.id}
    if record is None:
        return json_response({"activationId": activation.id}, 202, headers)
    body = record.result
    if not result_only and not isinstance(body, list):
        # The platform attaches logs later, so clients fetch the record for them.
        body = {**record.document, "logs": []}
    return json_response(body, _HTTP_STATUS[record.code or 0], headers)


def _wait(call: Call) -> int:
    given = call.request.query_params.get("timeout")
    if given is None:
        return limits.BLOCKING_WAIT_MS
    # Its length first: Python refuses to convert thousands of digits.
    if not (given.isdecimal() and len(given) < 9 and 0 < int(given) <= limits.BLOCKING_WAIT_MS):
        text = f"Timeout must be number of milliseconds up to {limits.BLOCKING_WAIT_MS}."
        raise messages.query_malformed("timeout", text)
    return int(given)


async def run(host: Host, target: Target, payload: Any, activation: Activation) -> Record:
    """Run to the end; the record is stored before it is returned."""
    if target.is_sequence:
        record = await sequences.run(host, target, payload, activation, run)
    else:
        record = await _run_action(host, target, payload, activation)
    host.activations.store(record)
    _log(record, activation)
    return record


async def _run_action(host: Host, target: Target, payload: Any, activation: Activation) -> Record:
    outcome = await _outcome(host, target, payload, activation)
    annotations: dict[str, Any] = {"timeout": outcome.timed_out}
    if outcome.init_ms is not None:
        annotations["initTime"] = outcome.init_ms
    return activation.record(
        target,
        span=(outcome.start, outcome.end),
        duration=outcome.end - outcome.start,
        answer=(outcome.status, outcome.result, outcome.size),
        logs=outcome.logs,
        annotations=annotations,
    )


async def _outcome(host: Host, target: Target, payload: Any, activation: Activation) -> Outcome:
    try:
        executable = host.executables.of(target, activation.caller)
    except ImageUnknownError:
        image = target.document["exec"]["image"]
        return _failed(2, f"Failed to pull container image '{image}'.")
    except RuntimeUnknownError:
        return _failed(3, messages.NO_RESOURCES)
    arguments = payload
    if isinstance(payload, dict):
        arguments = {**parameters.arguments(target.parameters), **payload}
    variables = {
        # Again, though known at init: a shared package's worker serves several namespaces.
        "__OW_NAMESPACE": activation.caller.namespace,
        "__OW_ACTIVATION_ID": activation.id,
        "__OW_TRANSACTION_ID": activation.transaction,
    }
    # A missing annotation counts as true: only records from before it existed lack it.
    if parameters.is_truthy(target.document["annotations"], "provide-api-key", absent=True):
        variables["__OW_API_KEY"] = activation.caller.credentials
    return await host.pool.run(executable, arguments, variables)


def _failed(status: int, error: str) -> Outcome:
    moment = now()
    return Outcome(status, {"error": error}, [], moment, moment, None, 0, timed_out=False)


def _log(record: Record, activation: Activation) -> None:
    log.info(
        "%s %s %s %d ms [%s]",
        record.id,
        record.annotation("path"),
        STATUS[record.code or 0],
        record.document["duration"],
        activation.transaction,
    )
