"""One authenticated API request: who calls, on what, with which query parameters."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from localwhisk import messages, names
from localwhisk.auth import Identity
from localwhisk.host import Host
from localwhisk.limits import Limits
from localwhisk.messages import RejectionError
from localwhisk.names import Reference
from localwhisk.records import Activation
from localwhisk.wire import Document, json_response

_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")


@dataclass(frozen=True)
class Call:
    request: Request
    caller: Identity
    limits: Limits

    def activation(self) -> Activation:
        return Activation(self.caller, self.request.scope["transaction"])

    @property
    def namespace(self) -> str:
        given: str = self.request.path_params["namespace"]
        if not names.is_name(given):
            raise RejectionError(400, "The namespace contains illegal characters.")
        return self.caller.namespace if given == "_" else given

    @property
    def reference(self) -> Reference:
        parts = self.request.path_params
        package = parts.get("package")
        name = names.checked(parts["name"])
        return Reference(self.namespace, name, names.checked(package) if package else None)

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
        if not given:
            return default
        if given.lower() not in _TRUE + _FALSE:
            raise messages.query_malformed(name, f"'{given}' is not a valid Boolean value")
        return given.lower() in _TRUE

    def page(self, collection: str) -> tuple[int, int]:
        """`limit` and `skip`; a limit of 0 asks for as many as there may be."""
        limit = self._integer("limit", self.limits.list_default, collection)
        if not 0 <= limit <= self.limits.list_max:
            text = f"The value '{limit}' is not in the range of 0 to {self.limits.list_max}"
            raise messages.query_malformed("limit", f"{text} for {collection}.")
        skip = self._integer("skip", 0, collection)
        if skip < 0:
            text = f"The value '{skip}' is not greater than or equal to 0 for {collection}."
            raise messages.query_malformed("skip", text)
        return limit or self.limits.list_max, skip

    def _integer(self, name: str, default: int, collection: str) -> int:
        given = self.request.query_params.get(name, str(default))
        # The platform reads a 32-bit integer.
        if not given.removeprefix("-").isdecimal() or len(given) > 10:
            text = f"The value '{given}' is not an integer for {collection}."
            raise messages.query_malformed(name, text)
        return int(given)


Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Host, Call], Awaitable[Any]]


def endpoint(host: Host, handler: Handler) -> Endpoint:
    """Let `handler` see only calls with valid credentials; it answers a Response or JSON."""

    async def authenticated(request: Request) -> Response:
        caller = host.keys.authenticate(request.headers.get("authorization"))
        answer = await handler(host, Call(request, caller, host.limits))
        return answer if isinstance(answer, Response) else json_response(answer)

    return authenticated


def listing(
    call: Call,
    collection: str,
    documents: Iterable[Document],
    summary: Callable[[Document], Document],
) -> Any:
    """A page of a collection, newest first, or its count."""
    limit, skip = call.page(collection)
    found = sorted(documents, key=lambda document: document["updated"], reverse=True)[skip:]
    if call.flag("count"):
        return {collection: len(found)}
    return [summary(document) for document in found[:limit]]
