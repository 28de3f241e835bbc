"""What a store may answer instead of the truth, and how often it does."""

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from tests.feeds.faults.forwarder import Answer

STALL_S = 3.0
_REMEMBERED, _REQUESTS_REMEMBERED = 10, 30
_SINGLES_A_PAGE = 10  # about: HEADs and firings get their share of the lies, and no more


@dataclass(frozen=True)
class Truth:
    """The answer to a request for a page, and the answers to the same request before."""

    answer: Answer
    earlier: Sequence[Answer]
    chance: random.Random


Lie = Callable[[Truth], Answer | None]


def _error(status: int, code: str) -> Answer:
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>no</Message></Error>'
    return Answer(status, body.encode(), {"Content-Type": "application/xml"})


def _reset(_: Truth) -> None:
    """The connection breaks before a byte of the answer."""


def _stall(_: Truth) -> None:
    time.sleep(STALL_S)


def _cut(truth: Truth) -> Answer:
    """The connection breaks in the middle of the body."""
    return replace(truth.answer, cut=truth.chance.randrange(len(truth.answer.body)))


def _garbled(truth: Truth) -> Answer:
    """Less than the whole document, with a length that says that this is all."""
    end = truth.chance.randrange(len(truth.answer.body) - 1)
    return replace(truth.answer, body=truth.answer.body[:end])


def _stale(truth: Truth) -> Answer:
    return truth.chance.choice([truth.answer, *truth.earlier])


def _short(truth: Truth) -> Answer:
    """This page says that it is the last one."""
    body = truth.answer.body.replace(b"<IsTruncated>true<", b"<IsTruncated>false<")
    return replace(truth.answer, body=body)


LIES: dict[str, Lie] = {
    "500": lambda _: _error(500, "InternalError"),
    "503": lambda _: _error(503, "SlowDown"),
    "reset": _reset,
    "stall": _stall,
    "drip": lambda truth: replace(truth.answer, drip_s=1),
    "cut": _cut,
    "garbled": _garbled,
    # S3 may find its error only after it has sent the head of the answer.
    "error in a 200": lambda _: _error(200, "InternalError"),
    "proxy page": lambda _: Answer(200, b"<html><body>Log in</body></html>"),
    "stale": _stale,
    "short": _short,
}


class Liar:
    """Tells the truth until it is told to lie; its seed repeats its choices."""

    def __init__(self) -> None:
        self._share = 0.0
        self._chance = random.Random()
        self._earlier: dict[Hashable, deque[Answer]] = {}
        self.told: Counter[str] = Counter()

    def begin(self, seed: str, share: float) -> None:
        """From now on lie about this share of the answers."""
        self._chance = random.Random(seed)
        self._share = share

    def end(self) -> None:
        self._share = 0

    def page(self, request: Hashable, answer: Answer) -> Answer | None:
        """What to answer to that request; `answer` is the truth."""
        earlier = self._earlier.setdefault(request, deque(maxlen=_REMEMBERED))
        truth = Truth(answer, list(earlier), self._chance)
        earlier.append(answer)
        if len(self._earlier) > _REQUESTS_REMEMBERED:
            del self._earlier[next(iter(self._earlier))]
        name = self._choice(list(LIES), self._share)
        return LIES[name](truth) if name else answer

    def single(self, answer: Answer) -> Answer | None:
        """What to answer where no listing was asked for: the truth, late or not at all."""
        name = self._choice(["reset", "stall", "503"], self._share / _SINGLES_A_PAGE)
        if not name:
            return answer
        return Answer(503) if name == "503" else LIES[name](Truth(answer, [], self._chance))

    def _choice(self, names: list[str], share: float) -> str | None:
        if self._chance.random() >= share:
            return None
        name = self._chance.choice(names)
        self.told[name] += 1
        return name
