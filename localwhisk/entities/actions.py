"""Actions over REST: PUT, GET, DELETE and lists. Running them is `invoke`'s."""

from typing import Any

from localwhisk import messages, names, parameters, resolve
from localwhisk.call import Call, listing
from localwhisk.entities import common, execs
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import Reference
from localwhisk.parameters import Parameters
from localwhisk.wire import Document, dumps


async def put(host: Host, call: Call) -> Document:
    reference = _writable(host, call)
    body, before = await common.read(host, call, reference, "actions")
    document, code = _build(host, call, reference, body, before)
    host.entities.save(common.entity("actions", document), code=code)
    if before:
        await host.pool.drop(reference.id)
    return _with_code(host, document)


async def get(host: Host, call: Call) -> Document:
    target = resolve.action(host.entities, call.reference, call.caller.namespace)
    document = {**target.document, "parameters": target.parameters}
    return _with_code(host, document) if call.flag("code", default=True) else document


async def delete(host: Host, call: Call) -> Document:
    reference = _writable(host, call)
    document = _with_code(host, resolve.document(host.entities, reference, "actions"))
    host.entities.delete(reference.id)
    await host.pool.drop(reference.id)
    return document


async def list_all(host: Host, call: Call) -> Any:
    documents = host.entities.within("actions", call.own_namespace())
    return listing(call, "actions", documents, _summary)


async def list_package(host: Host, call: Call) -> Any:
    named = Reference(call.namespace, names.checked(call.request.path_params["package"]))
    home = resolve.package(host.entities, named, call.caller.namespace)
    return listing(call, "actions", host.entities.within("actions", home.base.id), _summary)


def _writable(host: Host, call: Call) -> Reference:
    reference = call.own_reference()
    home = reference.home
    if home and resolve.document(host.entities, home, "packages")["binding"]:
        raise ApiError(400, "Operation not permitted on package binding.")
    return reference


def _build(
    host: Host, call: Call, reference: Reference, body: Document, before: Document | None
) -> tuple[Document, str | None]:
    """The document, and its code when that is to change."""
    exec_, code = before["exec"] if before else None, None
    if "exec" in body:
        exec_, code = execs.read(body["exec"], host.config, call.caller.namespace)
        if exec_["kind"] == "sequence":
            _check_components(host, call, reference, exec_["components"])
    if exec_ is None:
        raise ApiError(400, "exec undefined")
    document = {
        **common.fields(reference, body, before),
        "exec": exec_,
        "parameters": _parameters(body, exec_, before),
        "limits": host.limits.of_action(body.get("limits"), before["limits"] if before else None),
    }
    document["annotations"] = _annotations(document["annotations"], body, exec_, before)
    return document, code


def _parameters(body: Document, exec_: Document, before: Document | None) -> Parameters:
    if exec_["kind"] == "sequence":
        return [{"key": "_actions", "value": exec_["components"]}]
    of_code = before is not None and before["exec"]["kind"] != "sequence"
    kept: Parameters = before["parameters"] if before and of_code else []
    given: Parameters = body.get("parameters", kept)
    return given


def _annotations(
    given: Parameters, body: Document, exec_: Document, before: Document | None
) -> Parameters:
    dropped = body.get("delAnnotations", [])
    if not isinstance(dropped, list):
        text = f"Expected Array as JsArray, but got {dumps(dropped).decode()}"
        raise messages.malformed(text)
    if "exec" in body and exec_["kind"] == "sequence":
        dropped = []  # the platform's omission
    # Withheld from new actions unless they ask; an update leaves their owner's choice alone.
    kept = before["annotations"] if before else [{"key": "provide-api-key", "value": False}]
    kind = {"key": "exec", "value": exec_["kind"]}
    added = given if "annotations" in body else []
    return parameters.merge(parameters.without(kept, dropped), added, [kind])


def _check_components(host: Host, call: Call, outer: Reference, components: list[str]) -> None:
    if not components:
        raise ApiError(400, "No component specified for the sequence.")
    if _atoms(host, call, outer, components) > host.limits.sequence_length:
        raise ApiError(400, "Too many actions in the sequence.")


def _atoms(host: Host, call: Call, outer: Reference, components: list[str]) -> int:
    """How many actions that are not sequences a run would take."""
    total = 0
    for name in components:
        reference = names.parse(name, call.caller.namespace)
        if reference == outer or (target := _component(host, call, reference)).reference == outer:
            raise ApiError(400, "Sequence may not refer to itself.")
        inner = target.document["exec"].get("components")
        total += _atoms(host, call, outer, inner) if inner else 1
    return total


def _component(host: Host, call: Call, reference: Reference) -> resolve.Target:
    caller = call.caller.namespace
    if reference.home:
        resolve.package(host.entities, reference.home, caller)
    try:
        return resolve.action(host.entities, reference, caller)
    except ApiError as error:
        if error.status == 404:
            raise ApiError(400, "Sequence component does not exist.") from error
        raise


def _with_code(host: Host, document: Document) -> Document:
    code = host.entities.code(common.entity("actions", document).id)
    if not code and document["exec"]["kind"] in ("sequence", "blackbox"):
        return document
    return {**document, "exec": {**document["exec"], "code": code}}


def _summary(document: Document) -> Document:
    binary = document["exec"].get("binary", False)
    summary = common.summary(document)
    return {**summary, "limits": document["limits"], "exec": {"binary": binary}}
