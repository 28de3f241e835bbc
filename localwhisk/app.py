"""Every route of the host, in one table."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from localwhisk import activations, apimgmt, fire, gateway, info, invoke, web
from localwhisk.call import Endpoint, Handler, endpoint
from localwhisk.entities import actions, packages, rules, triggers
from localwhisk.host import Host
from localwhisk.wire import json_response

API = "/api/v1"
WEB = f"{API}/web/"

_COLLECTIONS: tuple[tuple[str, Handler], ...] = (
    ("actions", actions.list_all),
    ("packages", packages.list_all),
    ("triggers", triggers.list_all),
    ("rules", rules.list_all),
    ("activations", activations.list_all),
    ("limits", info.namespace_limits),
)
_ENTITIES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "actions/{package}/", actions.list_package),
    ("PUT", "actions/{name}", actions.put),
    ("GET", "actions/{name}", actions.get),
    ("POST", "actions/{name}", invoke.post),
    ("DELETE", "actions/{name}", actions.delete),
    ("PUT", "actions/{package}/{name}", actions.put),
    ("GET", "actions/{package}/{name}", actions.get),
    ("POST", "actions/{package}/{name}", invoke.post),
    ("DELETE", "actions/{package}/{name}", actions.delete),
    ("PUT", "packages/{name}", packages.put),
    ("GET", "packages/{name}", packages.get),
    ("DELETE", "packages/{name}", packages.delete),
    ("PUT", "triggers/{name}", triggers.put),
    ("GET", "triggers/{name}", triggers.get),
    ("POST", "triggers/{name}", fire.post),
    ("DELETE", "triggers/{name}", triggers.delete),
    ("PUT", "rules/{name}", rules.put),
    ("GET", "rules/{name}", rules.get),
    ("POST", "rules/{name}", rules.set_state),
    ("DELETE", "rules/{name}", rules.delete),
    ("GET", "activations/{id}", activations.get),
    ("GET", "activations/{id}/logs", activations.logs),
    ("GET", "activations/{id}/result", activations.result),
)


def create(host: Host) -> Router:
    management, action = "whisk.system/apimgmt/{operation}", "{namespace}/{package}/{rest:path}"
    # First, as most requests are for it.
    web_routes = [
        Route(WEB + management, _served(host, apimgmt.serve), methods=apimgmt.METHODS),
        Route(WEB + action, _served(host, web.serve), methods=web.METHODS),
    ]
    namespace = f"{API}/namespaces/{{namespace}}"
    routes = [Route(f"{API}/namespaces", endpoint(host, info.namespaces))]
    for name, handler in _COLLECTIONS:
        routes.append(Route(f"{namespace}/{name}", endpoint(host, handler), methods=["GET"]))
    # A trailing slash is ignored after a collection, and lists a package's actions.
    routes += [Route(f"{route.path}/", route.endpoint, methods=["GET"]) for route in routes]
    for method, name, handler in _ENTITIES:
        routes.append(Route(f"{namespace}/{name}", endpoint(host, handler), methods=[method]))
    routes += [
        Route("/", _fixed(json_response, info.platform(host.config))),
        Route("/ping", _fixed(PlainTextResponse, "pong")),
        Route(API, _fixed(json_response, info.VERSION)),
        Route(f"{API}/", _fixed(json_response, info.VERSION)),
        Route(f"{API}/docs", _fixed(RedirectResponse, info.DOCUMENTATION)),
        Route(f"{API}/api-docs", _fixed(json_response, info.swagger(API, _ENTITIES))),
    ]
    for route in routes:
        # Starlette adds it to GET; the platform's REST has none.
        (route.methods or set()).discard("HEAD")
    return Router(web_routes + routes, redirect_slashes=False, default=_unmatched(host))


def _fixed(response: Callable[[Any], Response], content: Any) -> Endpoint:
    async def fixed(_: Request) -> Response:
        return response(content)

    return fixed


def _served(host: Host, serve: Callable[[Host, Request], Awaitable[Response]]) -> Endpoint:
    async def served(request: Request) -> Response:
        return await serve(host, request)

    return served


def _unmatched(host: Host) -> ASGIApp:
    async def unmatched(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(API):
            # Strangers are not told which paths exist.
            host.keys.authenticate(Headers(scope=scope).get("authorization"))
        elif scope["path"].startswith("/api/"):
            response = await gateway.serve(host, Request(scope, receive))
            return await response(scope, receive, send)
        raise HTTPException(404)

    return unmatched
