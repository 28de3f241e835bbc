"""The API gateway's traffic: /api/<tenant><base path><path>, led to web actions in this process."""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from localwhisk import web
from localwhisk.host import Host
from localwhisk.wire import Document, json_response

COLLECTION = "apis"
WHOLE_PATH = "$(request.path)"

_TYPE = re.compile(rf"\.\w+({re.escape(WHOLE_PATH)})?$", re.ASCII)
_CORS = {
    "access-control-allow-methods": "GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS",
    "access-control-allow-credentials": "true",
}


async def serve(host: Host, request: Request) -> Response:
    # "", "api", tenant, path
    parts = [*request.scope["raw_path"].decode("latin-1").split("/", 3), "", ""]
    apis = host.entities.within(COLLECTION, unquote(parts[2]))
    found = _resource(apis, segments(unquote(parts[3])))
    if found is None:
        return _refusal("Not found.")
    api, operations = found
    operation = operations.get(request.method.lower(), {})
    cors = api["x-ibm-configuration"].get("cors") == {"enabled": True}
    if cors and request.method == "OPTIONS":
        asked = request.headers.get("access-control-request-headers")
        response = Response(headers={"access-control-allow-headers": asked} if asked else None)
    elif operation.get("x-openwhisk"):
        response = await web.serve(host, _redirected(request, api, operation, parts[3]))
    else:
        response = _refusal("Whoops. Verb not supported.")
    if cors:
        sender = request.headers.get("origin", "*")
        response.headers.update({"access-control-allow-origin": sender, **_CORS})
    return response


def _resource(apis: Iterable[Document], path: list[str]) -> tuple[Document, Document] | None:
    """The API and the operations of a path or, as the gateway has it, of the nearest one above."""
    found = [
        (len(template), -relative.count("{"), api, operations)
        for api in apis
        for relative, operations in api["paths"].items()
        if _covers(template := segments(f"{api['basePath']}/{relative}"), path)
    ]
    return max(found, key=lambda one: one[:2])[2:] if found else None


def segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _covers(template: list[str], path: list[str]) -> bool:
    pairs = zip(template, path, strict=False)
    same = [part == given or part[0] + part[-1] == "{}" for part, given in pairs]
    return all(same) and len(same) == len(template)


def cases(api: Document) -> list[Document]:
    steps = api["x-ibm-configuration"]["assembly"]["execute"]
    return [case for step in steps for case in step.get("operation-switch", {}).get("case", [])]


def backend(api: Document, operation: Document) -> tuple[str, dict[bytes, bytes]]:
    """The web action that an operation leads to, and the headers that are added on the way.

    Of the address that is configured only the response type counts: its host is not trusted.
    """
    steps = list(api["x-ibm-configuration"]["assembly"]["execute"])
    for case in cases(api):
        if operation["operationId"] in case["operations"]:
            steps += case["execute"]
    action = operation["x-openwhisk"]
    targets = [step["invoke"]["target-url"] for step in steps if "invoke" in step]
    found = _TYPE.search([action["url"], *targets][-1])
    parts = (action["namespace"], action.get("package") or "default", action["action"])
    address = "/".join(quote(part, safe="") for part in parts)
    headers = {}
    for step in steps:
        for variable in step.get("set-variable", {}).get("actions", []):
            name = variable["set"].removeprefix("message.headers.").lower()
            headers[name.encode("latin-1")] = str(variable["value"]).encode("latin-1")
    return f"/api/v1/web/{address}{found[0] if found else '.http'}", headers


def _redirected(request: Request, api: Document, operation: Document, path: str) -> Request:
    address, added = backend(api, operation)
    sent = request.scope["raw_path"] + b"?" + request.scope["query_string"]
    added[b"x-forwarded-url"] = origin(request).encode("latin-1") + sent.removesuffix(b"?")
    kept = [(name, text) for name, text in request.headers.raw if name not in added]
    raw_path = address.replace(WHOLE_PATH, f"/{path}").encode("latin-1")
    changed = {"raw_path": raw_path, "headers": [*kept, *added.items()]}
    return Request({**request.scope, **changed}, request.receive)


def origin(request: Request) -> str:
    """The scheme, name and port by which the client reached this host."""
    return f"{request.scope['scheme']}://{request.headers.get('host', 'localhost')}"


def _refusal(message: str) -> Response:
    return json_response({"status": 404, "message": f"Error: {message}"}, 404)
