"""Web actions: exported actions served to anyone, under /api/v1/web."""

import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from localwhisk import messages, parameters, resolve, running, web_request
from localwhisk.auth import Identity
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import Reference, is_name
from localwhisk.records import Activation, Record
from localwhisk.resolve import Target
from localwhisk.web_response import TRANSCODERS
from localwhisk.wire import ACTIVATION_HEADER, envelope, pretty, read_body

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

_CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH",
}
_CORS_HEADERS = "Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent"


@dataclass(frozen=True)
class Address:
    action: Reference
    extension: str
    rest: str
    """What follows the action's name, as it was sent."""


async def serve(host: Host, request: Request) -> Response:
    added: dict[str, str] = {}
    try:
        response = await _serve(host, request, added)
    except ApiError as error:
        body = pretty(envelope(error.message, request.scope["transaction"]))
        response = Response(body, error.status, media_type="application/json")
    # Beside, not instead of, headers of the same name that the action has set.
    response.raw_headers += [(key.encode(), text.encode("latin-1")) for key, text in added.items()]
    return response


async def _serve(host: Host, request: Request, added: dict[str, str]) -> Response:
    """Answer, noting in `added` the headers that every answer from here on carries."""
    address = _address(request)
    owner, target = _exported(host, address.action)
    host.admit(owner.namespace)
    annotations = target.document["annotations"]
    delegated = parameters.is_true(annotations, "web-custom-options")
    if not delegated:
        asked = request.headers.get("access-control-request-headers", _CORS_HEADERS)
        added.update(_CORS, **{"access-control-allow-headers": asked})
        if request.method == "OPTIONS":
            return Response()
    user = host.keys.recognise(request.headers.get("authorization"))
    if request.method != "OPTIONS" and not _authorized(target, request, user):
        text = "Authentication is possible but has failed or not yet been provided."
        raise ApiError(401, text)
    namespace = user.namespace if user else None
    body = await read_body(request, host.limits.payload_size)
    arguments = web_request.arguments(request, body, target, address.rest, namespace)
    activation = Activation(owner, request.scope["transaction"])
    added[ACTIVATION_HEADER] = activation.id
    task = running.start(host, target, arguments, activation)
    record = await running.finished_within(task, host.limits.blocking_wait)
    if record is None:
        raise ApiError(202, "Response not yet ready.")
    return TRANSCODERS[address.extension](_shown(record))


def _address(request: Request) -> Address:
    parts = request.scope["raw_path"].decode("latin-1").split("/", 7)
    # "", "api", "v1", "web", namespace, package, name, rest
    if len(parts) < 7:
        raise ApiError(404, messages.NO_SUCH_PATH)
    namespace, package, name = (unquote(part) for part in parts[4:7])
    stem, _, extension = name.rpartition(".")
    if extension not in TRANSCODERS:
        stem, extension = name, "http"
    if not all(is_name(part) for part in (namespace, package, stem)):
        raise ApiError(404, messages.NO_SUCH_PATH)
    rest = f"/{parts[7]}" if len(parts) == 8 else ""
    action = Reference(namespace, stem, None if package == "default" else package)
    return Address(action, extension, rest)


def _exported(host: Host, reference: Reference) -> tuple[Identity, Target]:
    owner = host.keys.of(reference.namespace)
    if owner is None:
        raise messages.does_not_exist()
    try:
        target = resolve.action(host.entities, reference, owner.namespace)
    except ApiError as error:
        raise messages.does_not_exist() from error
    if not parameters.is_true(target.document["annotations"], "web-export"):
        raise messages.does_not_exist()
    return owner, target


def _authorized(target: Target, request: Request, user: Identity | None) -> bool:
    wanted = parameters.value(target.document["annotations"], "require-whisk-auth", absent=False)
    if isinstance(wanted, bool):
        return user is not None or not wanted
    if not isinstance(wanted, str | int | float):
        return False
    given = request.headers.get("x-require-whisk-auth")
    return given is not None and hmac.compare_digest(str(wanted).encode(), given.encode())


def _shown(record: Record) -> Any:
    """The part of the result that the response is made of."""
    if isinstance(record.result, list):
        raise ApiError(500, messages.INTERNAL)
    if record.code == 0:
        return record.result
    if record.code == 1:
        return record.result["error"]
    raise ApiError(400, "There was an error processing your request.")
