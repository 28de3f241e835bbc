"""One authenticated API request: who calls, on what, with which query parameters."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from localwhisk import limits, messages, names, records
from localwhisk.auth import Identity
from localwhisk.host import Host
from localwhisk.names import Reference
from localwhisk.wire import Document, json_response

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0", "")


@dataclass(frozen=True)
class Call:
    request: Request
    caller: Identity
    received: int
    """Milliseconds since the epoch."""

    @property
    def transaction(self) -> str:
        transaction: str = self.request.scope["transaction"]
        return transaction

    @property
    def namespace(self) -> str:
        given: str = self.request.path_params["namespace"]
        return self.caller.namespace if given == "_" else given

    @property
    def reference(self) -> Reference:
        parts = self.request.path_params
        package = parts.get("package")
        return Reference(
            self.namespace,
            names.checked(parts["name"]),
            names.checked(package) if package else None,
        )

    def own_namespace(self) -> str:
        """The namespace addressed; refused when it is not the caller's."""
        if self.namespace != self.caller.namespace:
            raise messages.not_authorized(self.namespace)
        return self.namespace

    def own_reference(self) -> Reference:
        if self.namespace != self.caller.namespace:
            raise messages.not_authorized(self.reference.id)
        return self.reference

    def flag(self, name: str, *, default: bool = False) -> bool:
        given = self.request.query_params.get(name)
        if given is None:
            return default
        if given.lower() not in _TRUE + _FALSE:
            raise messages.query_malformed(name, f"'{given}' is not a valid Boolean value")
        return given.lower() in _TRUE

    def page(self, collection: str) -> tuple[int, int]:
        """`limit` and `skip`; a limit of 0 asks for as many as there may be."""
        limit = self._integer("limit", limits.LIST_DEFAULT, collection)
        if not 0 <= limit <= limits.LIST_MAXIMUM:
            bounds = f"0 to {limits.LIST_MAXIMUM} for {collection}."
            raise messages.query_malformed(
                "limit", f"The value '{limit}' is not in the range of {bounds}"
            )
        skip = self._integer("skip", 0, collection)
        if skip < 0:
            text = f"The value '{skip}' is not greater than or equal to 0 for {collection}."
            raise messages.query_malformed("skip", text)
        return limit or limits.LIST_MAXIMUM, skip

    def _integer(self, name: str, default: int, collection: str) -> int:
        given = self.request.query_params.get(name)
        if given is None:
            return default
        # The platform reads a 32-bit integer.
        if not given.removeprefix("-").isdecimal() or len(given) > 10:
            text = f"The value '{given}' is not an integer for {collection}."
            raise messages.query_malformed(name, text)
        return int(given)


Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Host, Call], Awaitable[Response]]


def endpoint(host: Host, handler: Handler) -> Endpoint:
    """Let `handler` see only requests with valid credentials."""

    async def authenticated(request: Request) -> Response:
        caller = host.keys.authenticate(request.headers.get("authorization"))
        return await handler(host, Call(request, caller, records.now()))

    return authenticated


def listing(
    call: Call,
    collection: str,
    documents: Iterable[Document],
    summary: Callable[[Document], Document],
) -> Response:
    """A page of a collection, newest first, or its count."""
    limit, skip = call.page(collection)
    found = sorted(documents, key=lambda document: document["updated"], reverse=True)[skip:]
    if call.flag("count"):
        return json_response({collection: len(found)})
    return json_response([summary(document) for document in found[:limit]])


async def finished_within(task: "asyncio.Task[records.Record]", ms: int) -> records.Record | None:
    """The record of a run, or None when it is not there in time; the run goes on."""
    done, _ = await asyncio.wait({task}, timeout=ms / 1000)
    return task.result() if done else None
