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

# A trailing slash lists a package's actions, or is ignored after a collection.
_AUTHENTICATED: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "", info.namespaces),
    ("GET", "/{namespace}/limits", info.namespace_limits),
    ("GET", "/{namespace}/actions", actions.list_all),
    ("GET", "/{namespace}/actions/{package}/", actions.list_package),
    *(
        (method, path, handler)
        for path in ("/{namespace}/actions/{name}", "/{namespace}/actions/{package}/{name}")
        for method, handler in (
            ("PUT", actions.put),
            ("GET", actions.get),
            ("POST", invoke.post),
            ("DELETE", actions.delete),
        )
    ),
    ("GET", "/{namespace}/packages", packages.list_all),
    ("PUT", "/{namespace}/packages/{name}", packages.put),
    ("GET", "/{namespace}/packages/{name}", packages.get),
    ("DELETE", "/{namespace}/packages/{name}", packages.delete),
    ("GET", "/{namespace}/triggers", triggers.list_all),
    ("PUT", "/{namespace}/triggers/{name}", triggers.put),
    ("GET", "/{namespace}/triggers/{name}", triggers.get),
    ("POST", "/{namespace}/triggers/{name}", fire.post),
    ("DELETE", "/{namespace}/triggers/{name}", triggers.delete),
    ("GET", "/{namespace}/rules", rules.list_all),
    ("PUT", "/{namespace}/rules/{name}", rules.put),
    ("GET", "/{namespace}/rules/{name}", rules.get),
    ("POST", "/{namespace}/rules/{name}", rules.set_state),
    ("DELETE", "/{namespace}/rules/{name}", rules.delete),
    ("GET", "/{namespace}/activations", activations.list_all),
    ("GET", "/{namespace}/activations/{id}", activations.get),
    ("GET", "/{namespace}/activations/{id}/logs", activations.logs),
    ("GET", "/{namespace}/activations/{id}/result", activations.result),
)
_COLLECTIONS = ("", "actions", "packages", "triggers", "rules", "activations")


def create(host: Host) -> Router:
    routes = [
        Route(WEB + "{path:path}", _web(host), methods=web.METHODS),
        Route("/", _fixed(json_response, info.platform(host.config))),
        Route("/ping", _fixed(PlainTextResponse, "pong")),
        Route(f"{API}/docs", _fixed(RedirectResponse, info.DOCUMENTATION)),
        Route(f"{API}/api-docs", _fixed(RedirectResponse, info.DOCUMENTATION)),
    ]
    routes += [Route(path, _fixed(json_response, info.VERSION)) for path in (API, f"{API}/")]
    for method, path, handler in _AUTHENTICATED:
        address = f"{API}/namespaces{path}"
        routes.append(Route(address, endpoint(host, handler), methods=[method]))
        if path.rpartition("/")[2] in _COLLECTIONS and not path.endswith("/"):
            routes.append(Route(f"{address}/", endpoint(host, handler), methods=[method]))
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
