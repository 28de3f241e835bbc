"""Every route of the host, in one table."""

from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from localwhisk import activations, fire, info, invoke, web
from localwhisk.call import Endpoint, Handler, endpoint
from localwhisk.entities import actions, packages, rules, triggers
from localwhisk.host import Host
from localwhisk.wire import json_response

API = "/api/v1"
WEB = f"{API}/web/"

# Below a namespace. A trailing slash lists a package's actions, or is ignored after a collection.
_COLLECTIONS: dict[str, Handler] = {
    "actions": actions.list_all,
    "packages": packages.list_all,
    "triggers": triggers.list_all,
    "rules": rules.list_all,
    "activations": activations.list_all,
}
_ACTION: dict[str, Handler] = {
    "PUT": actions.put,
    "GET": actions.get,
    "POST": invoke.post,
    "DELETE": actions.delete,
}
_ENTITIES: dict[str, dict[str, Handler]] = {
    "limits": {"GET": info.namespace_limits},
    "actions/{name}": _ACTION,
    "actions/{package}/": {"GET": actions.list_package},
    "actions/{package}/{name}": _ACTION,
    "packages/{name}": {"PUT": packages.put, "GET": packages.get, "DELETE": packages.delete},
    "triggers/{name}": {
        "PUT": triggers.put,
        "GET": triggers.get,
        "POST": fire.post,
        "DELETE": triggers.delete,
    },
    "rules/{name}": {
        "PUT": rules.put,
        "GET": rules.get,
        "POST": rules.set_state,
        "DELETE": rules.delete,
    },
    "activations/{id}": {"GET": activations.get},
    "activations/{id}/logs": {"GET": activations.logs},
    "activations/{id}/result": {"GET": activations.result},
}


def create(host: Host) -> Router:
    routes = [
        Route(WEB + "{path:path}", _web(host), methods=web.METHODS),
        Route("/", _fixed(json_response, info.platform(host.config))),
        Route("/ping", _fixed(PlainTextResponse, "pong")),
        Route(f"{API}/docs", _fixed(RedirectResponse, info.DOCUMENTATION)),
        Route(f"{API}/api-docs", _fixed(RedirectResponse, info.DOCUMENTATION)),
    ]
    namespaces = f"{API}/namespaces"
    for slash in ("", "/"):
        routes.append(Route(API + slash, _fixed(json_response, info.VERSION)))
        routes.append(Route(namespaces + slash, endpoint(host, info.namespaces)))
        for name, listing in _COLLECTIONS.items():
            path = f"{namespaces}/{{namespace}}/{name}{slash}"
            routes.append(Route(path, endpoint(host, listing), methods=["GET"]))
    for name, methods in _ENTITIES.items():
        path = f"{namespaces}/{{namespace}}/{name}"
        for method, handler in methods.items():
            routes.append(Route(path, endpoint(host, handler), methods=[method]))
    return Router(routes, redirect_slashes=False, default=_unmatched(host))


def _fixed(response: Callable[[Any], Response], content: Any) -> Endpoint:
    async def fixed(_: Request) -> Response:
        return response(content)

    return fixed


def _web(host: Host) -> Endpoint:
    async def serve(request: Request) -> Response:
        return await web.serve(host, request)

    return serve


def _unmatched(host: Host) -> ASGIApp:
    async def unmatched(scope: Scope, _receive: Receive, _send: Send) -> None:
        if scope["path"].startswith(API):
            # Strangers are not told which paths exist.
            host.keys.authenticate(Headers(scope=scope).get("authorization"))
        raise HTTPException(404)

    return unmatched
