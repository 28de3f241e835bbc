"""The outermost layer: request ids, the one error envelope, REST's CORS, the access log."""

import logging
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from localwhisk import messages
from localwhisk.app import API, WEB
from localwhisk.messages import ApiError, RejectionError
from localwhisk.wire import envelope, json_response

log = logging.getLogger("localwhisk.access")

_CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "Authorization, Origin, X-Requested-With, Content-Type,"
    " Accept, User-Agent",
    "access-control-allow-methods": "GET, DELETE, POST, PUT, HEAD",
}
_CHALLENGE = {"www-authenticate": 'Basic realm="OpenWhisk secure realm",charset=UTF-8'}


class Edge:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 0
        transaction = _transaction(Headers(scope=scope))
        # With an "app" in scope the router raises its refusals instead of answering them.
        scope.update(transaction=transaction, app=self, rejected=False)

        async def reply(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(raw=message["headers"])
                headers["x-request-id"] = transaction
                if _is_rest(scope["path"]) and not scope["rejected"]:
                    headers.update(_CORS)
            await send(message)

        try:
            await self._serve(scope, receive, reply)
        except ClientDisconnect:
            status = 499  # as nginx logs it
        except Exception:
            log.exception("[%s] failed", transaction)
            if status == 0:
                await _refuse(ApiError(500, messages.INTERNAL), scope, receive, reply)
        ms = (time.perf_counter() - started) * 1000
        # The path as it was sent: decoded, it could forge a line.
        path = scope["raw_path"].decode("latin-1")
        log.info('"%s %s" %d %.1f ms [%s]', scope["method"], path, status, ms, transaction)

    async def _serve(self, scope: Scope, receive: Receive, reply: Send) -> None:
        if scope["method"] == "OPTIONS" and _is_rest(scope["path"]):
            await PlainTextResponse("OK")(scope, receive, reply)
            return
        try:
            await self._app(scope, receive, reply)
        except ApiError as error:
            await _refuse(error, scope, receive, reply)
        except RecursionError:
            # Parsed just within the interpreter's limit, and past it with what is put around it.
            await _refuse(messages.malformed("nested too deeply"), scope, receive, reply)
        except HTTPException:
            await _refuse(RejectionError(404, messages.NO_SUCH_PATH), scope, receive, reply)


def _is_rest(path: str) -> bool:
    return path.startswith(API) and not path.startswith(WEB)


def _transaction(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    # "sid_" marks the platform's own transactions.
    return given if given and not given.startswith("sid_") else secrets.token_hex(16)


async def _refuse(error: ApiError, scope: Scope, receive: Receive, reply: Send) -> None:
    scope["rejected"] = isinstance(error, RejectionError)
    body = envelope(error.message, scope["transaction"])
    headers = _CHALLENGE if error.status == 401 else None
    await json_response(body, error.status, headers)(scope, receive, reply)
