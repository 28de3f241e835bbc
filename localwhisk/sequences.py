"""Sequences: each component gets the result of the one before, until one fails."""

from collections.abc import Awaitable, Callable
from typing import Any

from localwhisk import resolve
from localwhisk.activation import Activation
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.records import Record, now
from localwhisk.resolve import Target
from localwhisk.wire import dumps

Runner = Callable[[Host, Target, Any, Activation], Awaitable[Record]]


async def run(
    host: Host, target: Target, payload: Any, activation: Activation, runner: Runner
) -> Record:
    """Run the components through `runner` and account for them in one record."""
    start = now()
    steps, refusal = await _steps(host, target, payload, activation, runner)
    memory = [step.annotation("limits")["memory"] for step in steps]
    limits = {**target.document["limits"], "memory": max(memory, default=0)}
    return activation.record(
        target,
        span=(start, now()),
        duration=sum(step.document["duration"] for step in steps),
        answer=_refused(refusal) if refusal else _last(steps[-1]),
        logs=[step.id for step in steps],
        annotations={"limits": limits, "topmost": activation.cause is None},
    )


async def _steps(
    host: Host, target: Target, payload: Any, activation: Activation, runner: Runner
) -> tuple[list[Record], str | None]:
    """The components' records, and why the next one could not be run if it could not."""
    steps: list[Record] = []
    value, caller = payload, activation.caller.namespace
    for reference in resolve.components(target, caller):
        try:
            component = resolve.action(host.entities, reference, caller)
        except ApiError as error:
            return steps, error.message
        steps.append(await runner(host, component, value, activation.step(now())))
        value = steps[-1].result
        if isinstance(value, dict) and "error" in value:
            break
    return steps, None


def _refused(message: str) -> tuple[int, Any, int]:
    result = {"error": message}
    return 1, result, len(dumps(result))


def _last(step: Record) -> tuple[int, Any, int]:
    return step.code or 0, step.result, step.document["response"]["size"]
