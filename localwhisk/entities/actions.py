"""Actions over REST: PUT, GET, DELETE and lists. Running them is `invoke`'s."""

from starlette.responses import Response

from localwhisk import limits, messages, names, parameters, resolve
from localwhisk.call import Call, listing
from localwhisk.entities import common, execs
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import Reference
from localwhisk.parameters import Parameters
from localwhisk.store import Entities
from localwhisk.wire import Document, json_object, json_response


async def put(host: Host, call: Call) -> Response:
    body = await json_object(call.request, limits.ENTITY_BYTES)
    reference = _writable(host, call)
    before = common.current(host, call, reference, "actions")
    document, code = _build(host, call, reference, body, before)
    host.entities.save(common.entity(reference, "actions", document), code=code)
    if before:
        await host.pool.drop(reference.id)
    return json_response(_with_code(host.entities, reference, document))


async def get(host: Host, call: Call) -> Response:
    target = resolve.action(host.entities, call.reference, call.caller.namespace)
    document = {**target.document, "parameters": target.parameters}
    if call.flag("code", default=True):
        document = _with_code(host.entities, target.reference, document)
    return json_response(document)


async def delete(host: Host, call: Call) -> Response:
    reference = _writable(host, call)
    document = resolve.document(host.entities, reference, "actions")
    host.entities.delete(reference.id)
    await host.pool.drop(reference.id)
    return json_response(document)


async def list_all(host: Host, call: Call) -> Response:
    documents = host.entities.within("actions", call.own_namespace())
    return listing(call, "actions", documents, _summary)


async def list_package(host: Host, call: Call) -> Response:
    named = Reference(call.namespace, names.checked(call.request.path_params["package"]))
    home = resolve.package(host.entities, named, call.caller.namespace)
    documents = host.entities.within("actions", home.base.id)
    return listing(call, "actions", documents, _summary)


def _writable(host: Host, call: Call) -> Reference:
    reference = call.own_reference()
    if reference.package:
        home = Reference(reference.namespace, reference.package)
        if resolve.document(host.entities, home, "packages", named=True)["binding"]:
            raise ApiError(400, messages.NOT_ON_BINDING)
    return reference


def _build(
    host: Host, call: Call, reference: Reference, body: Document, before: Document | None
) -> tuple[Document, str | None]:
    caller = call.caller.namespace
    exec_, code = before["exec"] if before else None, None
    if body.get("exec") is not None:
        exec_, code = execs.read(body["exec"], host.config, caller)
        code = code or ""  # replaces what an exec of another kind has left
        if exec_["kind"] == "sequence":
            _check_components(host.entities, reference, exec_["components"], caller)
    if exec_ is None:
        raise ApiError(400, "exec undefined")
    document = {
        **common.fields(body, reference, before),
        "exec": exec_,
        "parameters": _parameters(body, exec_, before),
        "limits": limits.action_limits(body.get("limits"), before["limits"] if before else None),
    }
    document["annotations"] = _annotations(document["annotations"], body, exec_, before)
    return document, code


def _parameters(body: Document, exec_: Document, before: Document | None) -> Parameters:
    if exec_["kind"] == "sequence":
        return [{"key": "_actions", "value": exec_["components"]}]
    was_sequence = before is not None and before["exec"]["kind"] == "sequence"
    return common.bound_parameters(body, None if was_sequence else before)


def _annotations(
    given: Parameters, body: Document, exec_: Document, before: Document | None
) -> Parameters:
    dropped = body.get("delAnnotations") or []
    if exec_["kind"] == "sequence":
        dropped = []  # the platform's omission
    if not isinstance(dropped, list):
        raise messages.malformed("delAnnotations malformed")
    kept = [item for item in before["annotations"] if item["key"] not in dropped] if before else []
    # Withheld from new actions unless they ask; an update leaves their owner's choice alone.
    withheld = [] if before else [{"key": "provide-api-key", "value": False}]
    kind = {"key": "exec", "value": exec_["kind"]}
    return parameters.merge(withheld, kept, given if body.get("annotations") else [], [kind])


def _check_components(
    entities: Entities, reference: Reference, components: list[str], caller: str
) -> None:
    if not components:
        raise ApiError(400, messages.SEQUENCE_EMPTY)
    if _atoms(entities, reference, components, caller) > limits.SEQUENCE_LENGTH:
        raise ApiError(400, messages.SEQUENCE_TOO_LONG)


def _atoms(entities: Entities, outer: Reference, components: list[str], caller: str) -> int:
    """How many actions that are not sequences a run would take."""
    total = 0
    for name in components:
        reference = names.parse(name, caller)
        if reference == outer:
            raise ApiError(400, messages.SEQUENCE_CYCLIC)
        target = _component(entities, reference, caller)
        if target.reference == outer:
            raise ApiError(400, messages.SEQUENCE_CYCLIC)
        inner = target.document["exec"].get("components")
        total += _atoms(entities, outer, inner, caller) if inner else 1
    return total


def _component(entities: Entities, reference: Reference, caller: str) -> resolve.Target:
    if reference.package:
        resolve.package(entities, Reference(reference.namespace, reference.package), caller)
    try:
        return resolve.action(entities, reference, caller)
    except ApiError as error:
        if error.status == 404:
            raise ApiError(400, messages.SEQUENCE_COMPONENT) from error
        raise


def _with_code(entities: Entities, reference: Reference, document: Document) -> Document:
    code = entities.code(reference.id)
    if document["exec"]["kind"] == "sequence" or not code:
        return document
    return {**document, "exec": {**document["exec"], "code": code}}


def _summary(document: Document) -> Document:
    binary = document["exec"].get("binary", False)
    return {
        **common.summary(document),
        "limits": document["limits"],
        "exec": {"binary": binary},
    }
