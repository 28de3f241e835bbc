"""The first component of every public route: verify the caller, then hand the request over.

Whatever is sent, the caller gets one of the answers in docs/errors.md, and what the next component
gets is ours alone: `request`, and the `origin` of the page where it may call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import redis

from findme import api_keys, cors, rates, tokens
from findme.bearer import Caller, UnauthorizedError, bearer_token
from findme.errors import RequestError
from findme.handover import Handover, VerifiedRequest
from findme.keysets import KeySet
from findme.raw_request import RawRequest
from findme.settings import GuardSettings


@dataclass(frozen=True)
class Guard:
    settings: GuardSettings
    store: redis.Redis
    keys: KeySet
    clock: Callable[[], float]

    def admit(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """What the next component gets; raises RequestError for who may not pass."""
        raw = RawRequest.of(args)
        origin = str(args.get("origin") or "")
        if raw.method == "options":
            return cors.preflight(origin)
        windows = self._address_windows(raw)
        try:
            caller = self._caller(raw)
            request = _verified(caller, raw)
        except RequestError:
            self._count(windows)
            raise
        windows.append(rates.subject_window(caller.subject, self.settings.subject_per_minute))
        passed = {"request": self._hand_over(request, windows)}
        return passed | ({"origin": origin} if origin else {})

    def _caller(self, raw: RawRequest) -> Caller:
        token = bearer_token(raw.headers)
        if api_keys.is_api_key(token):
            caller = api_keys.ApiKeys(self.store, self.clock).caller(token)
        else:
            caller = tokens.caller_of(token, self.keys, self.settings.audience)
        if caller is None:
            raise UnauthorizedError("the API key is unknown, expired or revoked")
        caller.must_have(self.settings.scopes)
        return caller

    def _address_windows(self, raw: RawRequest) -> list[rates.Window]:
        address = raw.address(self.settings.trusted_proxies)
        return [rates.address_window(address, self.settings.address_per_minute)] if address else []

    def _count(self, windows: list[rates.Window]) -> None:
        """Count what was refused: who guesses tokens is told to wait in place of the reason."""
        if windows:
            with self.store.pipeline(transaction=False) as pipeline:
                for window in windows:
                    rates.count(pipeline, window, self.clock())
                rates.refuse_where(pipeline.execute())

    def _hand_over(
        self, request: VerifiedRequest, windows: list[rates.Window]
    ) -> str | dict[str, Any]:
        """Counted and parked in one round trip, and taken back where the count refuses it."""
        if self.settings.inline:
            self._count(windows)
            return request.inline()
        with self.store.pipeline(transaction=False) as pipeline:
            for window in windows:
                rates.count(pipeline, window, self.clock())
            ticket = Handover(pipeline).park(request)
            *waits, _ = pipeline.execute()
        try:
            rates.refuse_where(waits)
        except RequestError:
            Handover(self.store).take(ticket)
            raise
        return ticket


def _verified(caller: Caller, raw: RawRequest) -> VerifiedRequest:
    return VerifiedRequest(
        subject=caller.subject,
        scopes=caller.scopes,
        method=raw.method,
        path=raw.path,
        query=raw.query,
        content_type=raw.content_type,
        body=raw.body(),
    )
