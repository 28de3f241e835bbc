"""The issuer's HTTP edge: what comes in as parameters, and what a refusal looks like."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from local.issuer.errors import OAuthError
from local.issuer.parameters import read_once

NO_STORE = {"Cache-Control": "no-store"}
Endpoint = Callable[[Request], Awaitable[Response]]


async def parameters_of(request: Request) -> dict[str, str]:
    """Those of a form or of the address; raises OAuthError."""
    if request.method == "POST":
        return await form(request)
    return read_once(request.query_params.multi_items())


async def form(request: Request) -> dict[str, str]:
    """Raises OAuthError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "send application/x-www-form-urlencoded")
    return read_once((await request.form()).multi_items())


def told(endpoint: Endpoint) -> Endpoint:
    """A refusal as the page's script reads it (RFC 6749, 5.2)."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except OAuthError as error:
            body = {"error": error.code, "error_description": error.description}
            return JSONResponse(body, error.status, NO_STORE)

    return answer


def shown(endpoint: Endpoint) -> Endpoint:
    """A refusal for a person's eyes: nobody is sent on (RFC 6749, 4.1.2.1)."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except OAuthError as error:
            return PlainTextResponse(str(error), error.status, NO_STORE)

    return answer
