"""Whatever is sent, whoever may not pass is refused in one way, and no handler runs.

Through the deployed sequences, as bytes: most of it no client library would send.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import Any

import pytest
import redis

from local.suite import Suite
from tests.e2e.hostile import (
    algorithms,
    claims,
    fields,
    headers,
    injections,
    key_kinds,
    machine_keys,
)
from tests.e2e.hostile.guards import Guards
from tests.e2e.hostile.machine_keys import Machine
from tests.e2e.hostile.provider import Provider, every_kind
from tests.e2e.hostile.request import (
    ABSENT,
    HANDLERS,
    INVALID,
    ROUTES,
    SCOPE,
    Refusal,
    Request,
    Send,
    bearer,
    judge,
)
from tests.e2e.hostile.tokens import SCOPES, Forge

Runs = Callable[[str], int]
Refuse = Callable[[Request, Refusal], None]

TOKENS = {
    "algorithm": algorithms.NO_ALGORITHM,
    "confusion": algorithms.CONFUSION,
    "mismatch": algorithms.MISMATCH,
    "signature": algorithms.SIGNATURES,
    "key id": injections.KEY_IDS,
    "locator": injections.LOCATORS,
    "not JSON": injections.NOT_JSON,
    "time": claims.TIMES,
    "who": claims.WHO,
    "audience": claims.AUDIENCES,
}
REQUESTS = {
    "scheme": headers.SCHEMES,
    "size": headers.SIZES,
    "repeated": headers.REPEATED,
    "elsewhere": headers.ELSEWHERE,
    "spoofed": fields.SPOOFED,
    "override": fields.OVERRIDES,
    "body": fields.BODIES,
    "method": fields.METHODS,
}


def table(groups: Mapping[str, Mapping[str, Any]]) -> Any:
    """A case each, named by its group; tokens take the public routes in turn."""
    routes = cycle(ROUTES.items())
    return [
        pytest.param(next(routes), case, id=f"{group}: {name}")
        for group, cases in groups.items()
        for name, case in cases.items()
    ]


@pytest.fixture(scope="module")
def refuse(send: Send, runs: Runs) -> Refuse:
    """Send it, and see that it is refused and that its handler has not run."""

    def refuse(request: Request, refusal: Refusal) -> None:
        handler = HANDLERS.get(request.target.partition("/")[0].partition("?")[0], "my_data")
        before = runs(handler)
        judge(send(request), refusal, request.method)
        assert runs(handler) == before

    return refuse


@pytest.fixture(scope="module", autouse=True)
def handlers_at_rest(runs: Runs, send: Send, forge: Forge) -> Iterator[None]:
    """At the end once more: no run of a handler was recorded late."""
    yield
    quiet = set(HANDLERS.values()) - {"my_data"}
    before = {handler: runs(handler) for handler in quiet}
    served = runs("my_data")
    assert send(Request(headers=(bearer(forge.token()),))).status == 200
    deadline = time.monotonic() + 10
    while runs("my_data") == served and time.monotonic() < deadline:
        time.sleep(0.01)
    assert runs("my_data") == served + 1
    assert {handler: runs(handler) for handler in quiet} == before


@pytest.mark.parametrize(("route", "make"), table(TOKENS))
def test_a_token_that_is_not_good(
    route: tuple[str, str], make: algorithms.Make, forge: Forge, refuse: Refuse
) -> None:
    target, method = route
    refuse(Request(method, target, (bearer(make(forge)),)), INVALID)


@pytest.mark.parametrize(("route", "make"), table({"scope": claims.SCOPES}))
def test_a_token_that_is_not_good_for_this(
    route: object, make: algorithms.Make, forge: Forge, refuse: Refuse
) -> None:
    refuse(Request(headers=(bearer(make(forge)),)), SCOPE)


@pytest.mark.parametrize("target", ROUTES)
def test_each_route_asks_for_its_own_scope(target: str, forge: Forge, refuse: Refuse) -> None:
    own = {"consent": "enrol", "status/0": "search", "my_data": "data", "forget_me": "data"}
    scope = own.get(target, target.removeprefix("api_"))
    others = " ".join(each for each in SCOPES.split() if each != f"findme:{scope}")
    token = forge.token(claims=forge.claims(scope=others))
    refuse(Request(ROUTES[target], target, (bearer(token),)), SCOPE)


@pytest.mark.parametrize(("route", "case"), table(REQUESTS))
def test_a_request_that_is_not_good(
    route: object, case: headers.Case, forge: Forge, refuse: Refuse
) -> None:
    make, refusal = case
    refuse(make(forge), refusal)


@pytest.mark.parametrize("path", fields.DOORS.values(), ids=fields.DOORS)
def test_there_is_no_other_door(path: str, forge: Forge, refuse: Refuse) -> None:
    for method in ("GET", "POST"):
        refuse(Request(method, path, (bearer(forge.token()),)), ABSENT)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/guest/actions/findme/my_data?blocking=true",
        "/api/v1/namespaces/_/actions/scope-data/check_auth?blocking=true",
        "/api/v1/namespaces/_/actions/findme-api/my_data?blocking=true&result=true",
        "/api/v1/namespaces/_/rules/search_album",
        "/api/v1/namespaces/_/triggers/photos_found",
        "/api/v1/web/guest//findme-api/my_data",
    ],
)
def test_a_persons_token_opens_nothing_of_the_platform(
    path: str, forge: Forge, refuse: Refuse
) -> None:
    for method in ("GET", "POST"):
        refuse(Request(method, path, (bearer(forge.token()),)), Refusal(401))


# What OpenWhisk makes of an error-wrapped answer: only .http, its default, can say 401.
EXTENSIONS = {"": 401, ".http": 401, ".json": 200, ".text": 200, ".html": 400, ".svg": 400}


@pytest.mark.parametrize(("extension", "status"), EXTENSIONS.items())
@pytest.mark.parametrize("target", ROUTES)
def test_an_extension_opens_nothing(
    target: str, extension: str, status: int, send: Send, runs: Runs, forge: Forge
) -> None:
    name, slash, rest = target.partition("/")
    before = runs(HANDLERS[name])
    request = Request(ROUTES[target], f"{name}{extension}{slash}{rest}", (bearer(forge.stolen()),))
    answer = send(request)
    assert answer.status == status
    assert (b'"invalid_token"' in answer.body) == (status != 400)
    assert runs(HANDLERS[name]) == before


@pytest.mark.parametrize("make", claims.GOOD.values(), ids=claims.GOOD)
def test_beside_them_a_good_token_passes(
    make: algorithms.Make, forge: Forge, send: Send, runs: Runs
) -> None:
    before = runs("my_data")
    answer = send(Request(headers=(bearer(make(forge)),)))
    assert answer.status == 200, answer.body
    assert runs("my_data") == before + 1


@pytest.mark.parametrize("make", headers.GOOD.values(), ids=headers.GOOD)
def test_beside_them_a_good_request_passes(
    make: Callable[[Forge], Request], forge: Forge, send: Send
) -> None:
    answer = send(make(forge))
    assert answer.status == 200, answer.body


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with every_kind() as provider:
        yield provider


@pytest.fixture(scope="module")
def other_route(provider: Provider, guards: Guards) -> str:
    return guards.put("kinds", issuer=provider.url)


@pytest.mark.parametrize("make", key_kinds.GOOD.values(), ids=key_kinds.GOOD)
def test_keys_of_these_kinds_verify(
    make: key_kinds.Make, provider: Provider, other_route: str, send: Send
) -> None:
    answer = send(Request("GET", other_route, (bearer(make(provider)),)))
    assert answer.status == 200, answer.body


@pytest.mark.parametrize("make", key_kinds.BAD.values(), ids=key_kinds.BAD)
def test_a_key_verifies_with_its_own_algorithm_only(
    make: key_kinds.Make, provider: Provider, other_route: str, refuse: Refuse
) -> None:
    refuse(Request("GET", other_route, (bearer(make(provider)),)), INVALID)


@pytest.fixture(scope="module")
def machine(forge: Forge, send: Send, running: Suite) -> Machine:
    with redis.Redis.from_url(running.redis_url) as store:
        return Machine.prepare(forge, send, store)


@pytest.mark.parametrize("case", machine_keys.BAD.values(), ids=machine_keys.BAD)
def test_an_api_key_that_is_not_good(
    case: machine_keys.Case, machine: Machine, refuse: Refuse
) -> None:
    make, refusal = case
    refuse(make(machine), refusal)


@pytest.mark.parametrize("make", machine_keys.GOOD.values(), ids=machine_keys.GOOD)
def test_beside_them_a_good_api_key_passes(
    make: Callable[[Machine], Request], machine: Machine, send: Send
) -> None:
    answer = send(make(machine))
    assert answer.status == 200, answer.body


def test_nobody_asked_the_thief_for_keys(lair: Provider) -> None:
    """After all the tokens above that named the thief's key set."""
    assert lair.requests == []
