"""How often one may ask: guards with limits of their own, through deployed sequences."""

from dataclasses import replace

import pytest

from tests.e2e.hostile.guards import Guards
from tests.e2e.hostile.request import INVALID, Refusal, Send, ask, judge
from tests.e2e.hostile.tokens import Forge
from tests.localwhisk.hostile.wire import Answer

LIMITED = Refusal(429, "too_many_requests")


def judge_limited(answer: Answer) -> None:
    judge(answer, LIMITED)
    assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_one_person_may_ask_so_often(guards: Guards, forge: Forge, send: Send) -> None:
    route = guards.put("subject", subject_per_minute="3")
    busy, other = (replace(forge, subject=name).token() for name in ("busy", "other"))
    assert [ask(send, route, busy).status for _ in range(4)] == [200, 200, 200, 429]
    judge_limited(ask(send, route, busy))
    again = replace(forge, subject="busy")
    judge_limited(ask(send, route, again.token(claims=again.claims(jti="another token"))))
    assert ask(send, route, other).status == 200


def test_one_address_may_ask_so_often(guards: Guards, forge: Forge, send: Send) -> None:
    route = guards.put("address", address_per_minute="3", trusted_proxies="1")
    people = (replace(forge, subject=f"person-{n}").token() for n in range(20))

    def status(*forwarded: str) -> int:
        return ask(send, route, next(people), *forwarded).status

    assert [status("192.0.2.1") for _ in range(4)] == [200, 200, 200, 429]
    judge_limited(ask(send, route, next(people), "192.0.2.1"))
    # Whatever a caller puts there itself stands before what the proxy saw.
    assert status("198.51.100.7, 192.0.2.1") == 429
    assert status("198.51.100.8,198.51.100.9 , 192.0.2.1 ") == 429
    assert status("198.51.100.10", "192.0.2.1") == 429
    assert status("192.0.2.1, 192.0.2.2") == 200


@pytest.mark.parametrize(
    ("forms", "another"),
    [
        (("192.0.2.20", "192.0.2.20:4711", " 192.0.2.20:4712"), "192.0.2.21"),
        (("192.0.2.22", "::ffff:192.0.2.22", "[::ffff:192.0.2.22]:443"), "::ffff:192.0.2.23"),
        (("2001:db8:0:1::1", "2001:DB8:0:1:ffff::2", "[2001:db8:0:1::3]:443"), "2001:db8:0:2::1"),
    ],
    ids=["with a port", "IPv4 in IPv6", "one customer's IPv6"],
)
def test_an_address_is_the_same_in_every_form(
    forms: tuple[str, ...], another: str, guards: Guards, forge: Forge, send: Send
) -> None:
    route = guards.put("forms", address_per_minute="2", trusted_proxies="1")
    people = [replace(forge, subject=f"form-{n}").token() for n in range(4)]
    statuses = [
        ask(send, route, person, address).status
        for person, address in zip(people, (*forms, another), strict=True)
    ]
    assert statuses == [200, 200, 429, 200]


def test_an_address_that_guesses_tokens_is_told_to_wait(
    guards: Guards, forge: Forge, send: Send
) -> None:
    route = guards.put("guessing", address_per_minute="3", trusted_proxies="1")
    answers = [ask(send, route, forge.stolen(), "192.0.2.3") for _ in range(4)]
    for answer in answers[:3]:
        judge(answer, INVALID)
    judge_limited(answers[3])
    judge_limited(ask(send, route, forge.token(), "192.0.2.3"))
    assert ask(send, route, forge.token(), "192.0.2.4").status == 200


@pytest.mark.parametrize(
    "forwarded",
    ["", ",", ", ,", "unknown", "_hidden", "[2001:db8::1]:443", "1.2.3.4:55", "\xe9", "x" * 7000,
     "999.1.1.1", "fe80::1%eth0", "'; FLUSHALL"],
)  # fmt: skip
def test_an_odd_address_hurts_nobody(
    forwarded: str, guards: Guards, forge: Forge, send: Send
) -> None:
    route = guards.put("odd", trusted_proxies="1")
    assert ask(send, route, forge.token(), forwarded).status == 200
    judge(ask(send, route, "x", forwarded), INVALID)
