"""whisk.system/apimgmt, which `wsk api` and wskdeploy's `apis:` call, as a part of the host.

An API is a Swagger document with the gateway's extensions; its tenant is the uuid of a key.
"""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

from starlette.requests import Request
from starlette.responses import Response

from localwhisk import gateway, messages, web
from localwhisk.auth import Identity
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.store import Entities, Entity
from localwhisk.wire import Document, json_response, parse, read_body

METHODS = ["GET", "POST", "PUT", "DELETE"]

_VERBS = {method.lower() for method in web.METHODS}
_UNUSED = "Not Used"
_ENDPOINT = itemgetter("namespace", "gatewayBasePath", "gatewayPath", "gatewayMethod", "action")
_ACTION = itemgetter("backendMethod", "backendUrl", "authkey", "namespace", "name")


@dataclass(frozen=True)
class Call:
    entities: Entities
    caller: Identity
    origin: str
    arguments: Document

    def text(self, name: str) -> str:
        return str(self.arguments.get(name) or "")

    def apis(self, wanted: str) -> list[Document]:
        """The caller's APIs of a base path or a name; all of them for neither."""
        apis = self.entities.within(gateway.COLLECTION, self.caller.uuid)
        if wanted.startswith("/"):
            return [api for api in apis if _base(api["basePath"]) == _base(wanted)]
        return [api for api in apis if wanted in ("", api["info"]["title"])]

    def keep(self, api: Document) -> None:
        """Save an API, or remove one that is left without paths."""
        # No entity's name has an empty segment.
        name = f"{self.caller.uuid}//{_base(api['basePath'])}"
        if api["paths"]:
            self.entities.save(Entity(name, gateway.COLLECTION, api))
        else:
            self.entities.delete(name)

    def shown(self, api: Document) -> Document:
        url = f"{self.origin}/api/{self.caller.uuid}/{_base(api['basePath'])}".rstrip("/")
        fixed = {"namespace": _UNUSED, "tenantId": _UNUSED, "gwApiActivated": True}
        return {**fixed, "gwApiUrl": url, "apidoc": api}


def _base(path: str) -> str:
    return "/".join(gateway.segments(path))


async def serve(host: Host, request: Request) -> Response:
    name = request.path_params["operation"].removesuffix(".http")
    if name not in _OPERATIONS:
        raise messages.does_not_exist()
    noun, operation = _OPERATIONS[name]
    body = await read_body(request, host.limits.payload_size)
    sent = parse(body) if body else {}
    arguments = {**request.query_params, **(sent if isinstance(sent, dict) else {})}
    try:
        if (caller := host.keys.recognise(request.headers.get("authorization"))) is None:
            raise ValueError("A valid auth key is required.")
        call = Call(host.entities, caller, gateway.origin(request), arguments)
        return json_response(operation(call))
    except (ApiError, ValueError) as error:
        text = str(error)
    except (AttributeError, KeyError, TypeError) as error:
        # What clients send is not checked first: reading it finds what is amiss.
        text = f"a field is missing or of the wrong type ({error})"
    # Like the error of an action: without a code.
    return json_response({"error": f"API {noun} failure: {text}"}, 502)


def get(call: Call) -> Document:
    apis = call.apis(call.text("basepath"))
    skip, limit = int(call.text("skip") or 0), int(call.text("limit") or len(apis))
    page = apis[max(skip, 0) :][: max(limit, 0)]
    return {"apis": [{"id": _UNUSED, "key": _UNUSED, "value": call.shown(api)} for api in page]}


def create(call: Call) -> Document:
    """Put an operation into an API, which is made when there is none, or put a whole API."""
    apidoc = call.arguments["apidoc"]
    api = apidoc.get("swagger") or _extended(call, apidoc)
    if isinstance(api, str):
        api = parse(api.encode())
    _check(api)
    call.keep(api)
    return call.shown(api)


def delete(call: Call) -> Document:
    base, path, verb = call.text("basepath"), call.text("relpath"), call.text("operation").lower()
    found = call.apis(base) if base else []
    if not found:
        raise ValueError(f"API '{base}' does not exist.")
    if verb and not path:
        raise ValueError("When specifying an operation, the path is required.")
    api = copy.deepcopy(found[0]) if path else {**found[0], "paths": {}}
    if path:
        _remove(api, path, verb)
    call.keep(api)
    return {}


def _remove(api: Document, path: str, verb: str) -> None:
    operations = api["paths"].pop(path, {})
    if not operations or verb not in ("", *operations):
        which = f"path '{path}'" + (f" with operation '{verb}'" if verb else "")
        raise ValueError(f"{which} does not exist in the API")
    for each in [verb] if verb else [*operations]:
        _replace_case(api, operations.pop(each).get("operationId"))
    if operations:
        api["paths"][path] = operations


def _extended(call: Call, apidoc: Document) -> Document:
    _, base, path, method, action = _ENDPOINT(apidoc)
    *_, namespace, name = _ACTION(action)
    found, verb = call.apis(base), method.lower()
    api = copy.deepcopy(found[0]) if found else _empty(base, apidoc.get("apiName") or base)
    namespace = call.caller.namespace if namespace == "_" else namespace
    package, name = ("", *name.split("/"))[-2:]
    response = call.text("responsetype") or "json"
    url = f"{call.origin}/api/v1/web/{namespace}/{package or 'default'}/{name}.{response}"
    words = re.findall(r"[\w-]+", path, re.ASCII)
    operation_id = verb + "".join(word.capitalize() for word in words)
    api["paths"].setdefault(path, {})[verb] = {
        "operationId": operation_id,
        "parameters": apidoc.get("pathParameters", []),
        "x-openwhisk": {"url": url, "namespace": namespace, "package": package, "action": name},
        "responses": {"default": {"description": "Default response"}},
    }
    target = url + gateway.WHOLE_PATH if response == "http" else url
    steps: list[Document] = [{"invoke": {"target-url": target, "verb": "keep"}}]
    if secret := action.get("secureKey"):
        variable = {"set": "message.headers.X-Require-Whisk-Auth", "value": secret}
        steps.append({"set-variable": {"actions": [variable]}})
    _replace_case(api, operation_id, {"operations": [operation_id], "execute": steps})
    return api


def _empty(base: str, title: str) -> Document:
    configuration = {"assembly": {"execute": []}, "cors": {"enabled": True}}
    head = {"swagger": "2.0", "info": {"title": title, "version": "1.0.0"}, "basePath": base}
    return {**head, "paths": {}, "x-ibm-configuration": configuration}


def _replace_case(api: Document, operation_id: str, *cases: Document) -> None:
    assembly = api["x-ibm-configuration"]["assembly"]
    others = [case for case in gateway.cases(api) if case["operations"] != [operation_id]]
    steps = [step for step in assembly["execute"] if "operation-switch" not in step]
    assembly["execute"] = [{"operation-switch": {"case": [*others, *cases]}}, *steps]


def _check(api: Document) -> None:
    """Refuse what cannot be served, with the gateway's own texts where clients may know them."""
    if "/{" in api["basePath"]:
        text = f"The base path ({api['basePath']}) cannot have parameters."
        raise ValueError(f"{text} Only the relative path supports path parameters.")
    if not (api["paths"] and api["info"]["title"].strip()):
        raise ValueError("an API needs a title and paths.")
    for path, operations in api["paths"].items():
        if not path.startswith("/"):
            raise ValueError("Resource path must begin with '/'.")
        for verb, operation in operations.items():
            if verb not in _VERBS:
                raise ValueError(f"Resource verb '{verb}' not supported.")
            if operation.get("x-openwhisk"):
                _check_path(path, operation, gateway.backend(api, operation)[0])


def _check_path(path: str, operation: Document, address: str) -> None:
    names = re.findall(r"(?<=/){([^/]+)}(?=/|$)", path)
    declared = [parameter["name"] for parameter in operation.get("parameters", [])]
    purpose = "receive the path parameters."
    if names and not operation["x-openwhisk"]["url"].endswith(".http"):
        needed = "The action must use a response type of '.http' in order to"
        raise ValueError(f"{needed} {purpose}")
    if names and not address.endswith(gateway.WHOLE_PATH):
        needed = f"The target-url for operationId '{operation['operationId']}' must end in"
        raise ValueError(f"{needed} '{gateway.WHOLE_PATH}' in order for actions to {purpose}")
    for name in set(names).difference(declared):
        unknown = f"The parameter '{name}' defined in path '{path}' does not match any of the"
        raise ValueError(f"{unknown} parameters defined for the path in the swagger file.")


_OPERATIONS: dict[str, tuple[str, Callable[[Call], Document]]] = {
    "createApi": ("creation", create),
    "getApi": ("lookup", get),
    "deleteApi": ("deletion", delete),
}
