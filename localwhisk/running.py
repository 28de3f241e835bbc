"""Running an action, a sequence or a conductor to its record, which is stored when it is whole."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

from localwhisk import messages, names, parameters, resolve
from localwhisk.executables import ImageUnknownError, RuntimeUnknownError
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import Reference
from localwhisk.records import (
    APPLICATION_ERROR,
    DEVELOPER_ERROR,
    STATUS,
    WHISK_ERROR,
    Activation,
    Record,
    now,
    outcome,
)
from localwhisk.resolve import Target
from localwhisk.runtime import Outcome
from localwhisk.wire import Document, dumps

log = logging.getLogger("localwhisk.activation")

_COMPONENT_GRACE_MS = 60_000
_TOO_LONG = {"error": "Too many actions in the composition."}


@dataclass
class Budget:
    """What a composition has used, together with those that are its components."""

    components: int = 0
    conductors: int = 0


def start(host: Host, target: Target, payload: Any, activation: Activation) -> asyncio.Task[Record]:
    """Raises ApiError when a sequence leads to where its caller has no right any more."""
    caller = activation.caller.namespace
    for name in target.document["exec"].get("components", []):
        resolve.check_entitled(host.entities, names.parse(name, caller), caller)
    # At once, for others that start in this moment: of a run, one action is in flight at a time.
    host.running[caller] += 1
    task = host.background.start(_run(host, target, payload, activation, Budget()))
    task.add_done_callback(lambda _: host.running.subtract([caller]))
    return task


async def finished_within(task: asyncio.Task[Record], ms: int) -> Record | None:
    """The record of a run, or None when it is not there in time; the run goes on."""
    done, _ = await asyncio.wait({task}, timeout=ms / 1000)
    return task.result() if done else None


async def _run(
    host: Host, target: Target, payload: Any, activation: Activation, budget: Budget
) -> Record:
    if not _is_composed(target):
        return await _run_action(host, target, payload, activation)
    composition = _Composition(host, target, activation, budget)
    run = composition.sequence if target.kind == "sequence" else composition.conduct
    return _stored(host, await run(payload), activation)


def _is_composed(target: Target) -> bool:
    return target.kind == "sequence" or _is_conductor(target)


def _is_conductor(target: Target) -> bool:
    return parameters.is_truthy(target.document["annotations"], "conductor")


async def _run_action(host: Host, target: Target, payload: Any, activation: Activation) -> Record:
    ended = await _outcome(host, target, payload, activation)
    annotations: Document = {"timeout": ended.timed_out}
    if ended.init_ms is not None:
        annotations["initTime"] = ended.init_ms
    record = activation.record(target, ended, ended.end - ended.start, **annotations)
    return _stored(host, record, activation)


def _stored(host: Host, record: Record, activation: Activation) -> Record:
    host.activations.store(record)
    status, ms = STATUS[record.code or 0], record.document["duration"]
    path = record.annotation("path")
    log.info("%s %s %s %d ms [%s]", record.id, path, status, ms, activation.transaction)
    return record


async def _outcome(host: Host, target: Target, payload: Any, activation: Activation) -> Outcome:
    try:
        executable = host.executables.of(target, activation.caller)
    except ImageUnknownError:
        image = target.document["exec"]["image"]
        error = {"error": f"Failed to pull container image '{image}'."}
        return outcome(error, now(), status=DEVELOPER_ERROR)
    except RuntimeUnknownError:
        error = {"error": "Failed to provision resources to run the action."}
        return outcome(error, now(), status=WHISK_ERROR)
    environment = parameters.environment(target.parameters)
    if not isinstance(payload, list):
        given = {key: value for key, value in payload.items() if key not in environment}
        payload = {**parameters.arguments(target.parameters), **given}
    variables = {
        # Again, though known at init: a shared package's worker serves several namespaces.
        "__OW_NAMESPACE": activation.caller.namespace,
        "__OW_ACTIVATION_ID": activation.id,
        "__OW_TRANSACTION_ID": activation.transaction,
    }
    # A missing annotation counts as true: only records from before it existed lack it.
    if parameters.is_truthy(target.document["annotations"], "provide-api-key", absent=True):
        variables["__OW_API_KEY"] = activation.caller.credentials
    return await host.pool.run(executable, payload, variables)


class _TimedOutError(Exception):
    """A component's record was not there when its time was over."""


@dataclass
class _Composition:
    """Actions run one after the other, and the one record that accounts for them."""

    host: Host
    target: Target
    activation: Activation
    budget: Budget
    steps: list[Record] = field(default_factory=list)
    began: int = field(default_factory=now)

    async def sequence(self, payload: Any) -> Record:
        """Each component gets the result of the one before, until one fails."""
        result, status = payload, 0
        for name in self.target.document["exec"]["components"]:
            try:
                component = self._resolved(names.parse(name, self._caller))
            except ApiError:
                return self._failed("Sequence component does not exist.", APPLICATION_ERROR)
            try:
                step = await self._step(component, result)
            except _TimedOutError as error:
                return self._failed(f"{error} for sequence component.", WHISK_ERROR)
            except ApiError:
                return self._failed("Sequence failed.", WHISK_ERROR)
            result, status = step.result, step.code or 0
            if "error" in step.fields:
                break
        size = self.steps[-1].document["response"].get("size")
        return self._record(result, status, self._memory(), size)

    def _failed(self, error: str, status: int) -> Record:
        return self._record({"error": error}, status, self._memory())

    async def conduct(self, payload: Any) -> Record:
        """The conductor names each next action, and then gets its result with its own state."""
        result, status = await self._conducted(payload)
        memory = max(self._memory(), self.target.document["limits"]["memory"])
        return self._record(result, status, memory, conductor=True)

    def _memory(self) -> int:
        return max((step.annotation("limits")["memory"] for step in self.steps), default=0)

    async def _conducted(self, payload: Any) -> tuple[Any, int]:
        state: Document = {}
        payload = payload if isinstance(payload, dict) else {}
        try:
            while self.budget.conductors <= 2 * self.host.limits.sequence_length:
                self.budget.conductors += 1
                said = await self._step(self.target, {**payload, **state}, conductor=True)
                if isinstance(said.result, list):
                    raise ApiError(500, messages.INTERNAL)  # the platform takes no array here
                params = _boxed(said.fields, "params", "value")
                if "action" not in said.fields:
                    return (said.result if params is None else params), said.code or 0
                state = _boxed(said.fields, "state", "state") or {}
                payload = await self._component(said.fields["action"], params or {})
        except _TimedOutError as error:
            return {"error": f"{error} during composition."}, WHISK_ERROR
        return _TOO_LONG, APPLICATION_ERROR

    async def _component(self, name: Any, payload: Document) -> Document:
        """The result of the action that a conductor named, or why there is none."""
        try:
            reference = names.relative(name, self._caller)
        except ApiError:
            text = f"Failed to parse action name from json value {dumps(name).decode()}"
            return {"error": f"{text} during composition."}
        if self.budget.components >= self.host.limits.sequence_length:
            return _TOO_LONG
        failed = "Failed entitlement check for"
        try:
            resolve.check_entitled(self.host.entities, reference, self._caller)
            failed = "Failed to resolve"
            component = self._resolved(reference)
        except ApiError:
            return {"error": f"{failed} action with name '{reference.id}' during composition."}
        if component.kind == "sequence" or not _is_conductor(component):
            self.budget.components += 1
        return (await self._step(component, payload)).fields

    def _resolved(self, reference: Reference) -> Target:
        return resolve.action(self.host.entities, reference, self._caller)

    @property
    def _caller(self) -> str:
        return self.activation.caller.namespace

    async def _step(self, target: Target, payload: Any, *, conductor: bool = False) -> Record:
        activation = self.activation.step()
        if _is_composed(target) and not conductor:
            record = await _run(self.host, target, payload, activation, self.budget)
        else:
            work = _run_action(self.host, target, payload, activation)
            allowed = target.document["limits"]["timeout"] + _COMPONENT_GRACE_MS
            ended = await finished_within(self.host.background.start(work), allowed)
            if ended is None:
                raise _TimedOutError(f"Timeout reached when retrieving activation {activation.id}")
            record = ended
        self.steps.append(record)
        return record

    def _record(
        self, result: Any, status: int, memory: int, size: int | None = None, **annotations: Any
    ) -> Record:
        ids = [step.id for step in self.steps]
        ended = outcome(result, self.began, ids, status=status, size=size)
        limits = {**self.target.document["limits"], "memory": memory}
        topmost = self.activation.cause is None
        duration = sum(step.document["duration"] for step in self.steps)
        return self.activation.record(
            self.target,
            ended,
            duration,
            **{"kind": "sequence", "limits": limits, "topmost": topmost, **annotations},
        )


def _boxed(fields: Document, name: str, box: str) -> Document | None:
    """A field of a conductor's result; what is not an object is put into one."""
    if name not in fields:
        return None
    return fields[name] if isinstance(fields[name], dict) else {box: fields[name]}
