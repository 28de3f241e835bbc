"""Clients that go on while their host is killed, and remember what they were promised."""

import random
import time
from dataclasses import dataclass, field
from typing import Any

import urllib3

from tests.conformance.client import Answer, Client, code, components, fresh, unpaired

# Prints around its work, so that a record shows whether its logs are whole.
STEP = """
import sys, time
def main(args):
    print("begin", args["n"])
    time.sleep(args["seconds"])
    print("middle", args["n"], file=sys.stderr)
    print("end", args["n"])
    return args
"""
DEADLINE_S = 10
# What an action ends as when its worker was killed: running it, loading it, or just started.
KILLED = {
    "command exited": 502,
    "Cannot start action. Check logs for details.": 502,
    "Failed to provision resources to run the action.": 500,
}


class CutOffError(Exception):
    """The host died before it answered: whatever was asked for was done or was not."""


@dataclass
class Patient:
    """One client: an answer in time, or a connection that broke cleanly."""

    client: Client
    answered: int = 0
    cut_off: int = 0

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        started = time.monotonic()
        try:
            answer = self.client.api(method, path, body)
        except urllib3.exceptions.ReadTimeoutError:
            raise AssertionError(f"{method} {path} hangs") from None
        except urllib3.exceptions.HTTPError as error:
            self.cut_off += 1
            raise CutOffError from error
        finally:
            taken = time.monotonic() - started
            assert taken < DEADLINE_S, f"{method} {path} took {taken:.1f} s"
        self.answered += 1
        return answer

    def insist(self, method: str, path: str, body: Any = None) -> Answer:
        """Ask again until a host answers."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            try:
                return self.ask(method, path, body)
            except CutOffError:
                assert time.monotonic() < deadline, "no host came back"
                time.sleep(0.02)


@dataclass
class Deployer:
    """Puts and deletes entities that nobody else touches.

    Each has a mark, a number of its own: `acknowledged` maps a path to the mark that it must
    have, None for one that must be absent.
    """

    patient: Patient
    chance: random.Random
    trigger: str
    action: str
    acknowledged: dict[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bodies: dict[str, Any] = {
            "actions": {"exec": code(STEP)},
            "packages": {},
            "triggers": {},
            "rules": {"trigger": f"/_/{self.trigger}", "action": f"/_/{self.action}"},
        }
        self._bodies = {
            f"{collection}/{fresh()}": body for collection, body in bodies.items() for _ in range(3)
        }
        self.acknowledged = dict.fromkeys(self._bodies)

    def step(self) -> None:
        path = self.chance.choice(list(self._bodies))
        before = self.acknowledged[path]
        mark = self.chance.choice([self.chance.randrange(2**31), None])
        try:
            self._change(path, before, mark)
            self.acknowledged[path] = mark
        except CutOffError:
            self.acknowledged[path] = found = self._mark(path)
            assert found in (before, mark), f"{path} is {found}, not {before} nor {mark}"
            self.check()

    def _change(self, path: str, before: int | None, mark: int | None) -> None:
        if mark is None:
            answer = self.patient.ask("DELETE", path)
            assert answer.status == (404 if before is None else 200), (path, answer)
        else:
            body = {**self._bodies[path], "annotations": [{"key": "mark", "value": mark}]}
            answer = self.patient.ask("PUT", f"{path}?overwrite=true", body)
            assert answer.status == 200, (path, answer)

    def _mark(self, path: str) -> int | None:
        answer = self.patient.insist("GET", path)
        if answer.status == 404:
            return None
        assert answer.status == 200, (path, answer)
        mark: int = unpaired(answer.json["annotations"])["mark"]
        return mark

    def check(self) -> None:
        """Nothing that was acknowledged is lost, and nothing that was deleted is back."""
        found = {path: self._mark(path) for path in self.acknowledged}
        assert found == self.acknowledged


@dataclass
class Caller:
    """Runs actions; `promised` are ids of records that were complete when they were answered."""

    patient: Patient
    chance: random.Random
    trigger: str
    action: str
    sequence: str
    promised: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)
    failed: int = 0

    def step(self) -> None:
        event = {"n": self.chance.randrange(2**31), "seconds": self.chance.uniform(0, 0.03)}
        kind = self.chance.choice([self._invoke, self._chain, self._start, self._fire])
        try:
            kind(event)
        except CutOffError:
            time.sleep(0.02)  # as a client would, until the host is back

    def _invoke(self, event: dict[str, Any]) -> None:
        self._blocking(self.action, event)

    def _chain(self, event: dict[str, Any]) -> None:
        self._blocking(self.sequence, event)

    def _blocking(self, name: str, event: dict[str, Any]) -> None:
        answer = self.patient.ask("POST", f"actions/{name}?blocking=true", event)
        record = answer.json
        if answer.status == 200:
            assert record["response"]["result"] == event
        else:
            error = record["response"]["result"]["error"]
            assert KILLED.get(error) == answer.status, answer
            self.failed += 1
        self.promised.add(record["activationId"])

    def _start(self, event: dict[str, Any]) -> None:
        self._accepted(self.patient.ask("POST", f"actions/{self.action}", event))

    def _fire(self, event: dict[str, Any]) -> None:
        self._accepted(self.patient.ask("POST", f"triggers/{self.trigger}", event))

    def _accepted(self, answer: Answer) -> None:
        assert answer.status == 202, answer
        self.accepted.add(answer.json["activationId"])


def prepare(client: Client) -> tuple[str, str, str]:
    """A trigger, the action that its rule runs, and a sequence of that action twice."""
    action, trigger = client.action(STEP), client.make("triggers")
    client.rule(trigger, action)
    reference = f"/_/{action}"
    sequence = client.make("actions", {"exec": components(reference, reference)})
    return trigger, action, sequence
