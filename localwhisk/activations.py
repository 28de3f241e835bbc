"""Activation records over REST."""

import re

from starlette.responses import Response

from localwhisk import messages
from localwhisk.call import Call
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import is_name
from localwhisk.records import Query
from localwhisk.wire import Document, json_response, loads, raw_json

_ID_LENGTH = 32
_HEXADECIMAL = re.compile(r"[0-9a-f]{32}")


async def list_all(host: Host, call: Call) -> Response:
    query, docs = _query(call), call.flag("docs")
    if not call.flag("count"):
        found = host.activations.find(query, docs=docs)
        return raw_json(b"[" + b",".join(found) + b"]")
    if docs:
        raise ApiError(400, messages.DOCS_WITH_COUNT)
    return json_response({"activations": host.activations.count(query)})


async def get(host: Host, call: Call) -> Response:
    return raw_json(_record(host, call))


async def logs(host: Host, call: Call) -> Response:
    document: Document = loads(_record(host, call))
    return json_response({"logs": document["logs"]})


async def result(host: Host, call: Call) -> Response:
    document: Document = loads(_record(host, call))
    return json_response(document["response"])


def _query(call: Call) -> Query:
    limit, skip = call.page("activations")
    parameters = call.request.query_params
    name = parameters.get("name") or None
    if name and (name.count("/") > 1 or not all(is_name(part) for part in name.split("/"))):
        text = f"Parameter may be a 'simple' name or 'package-name/simple' name: {name}"
        raise messages.query_malformed("name", text)
    window = {key: _epoch(key, parameters[key]) for key in ("since", "upto") if key in parameters}
    return Query(call.own_namespace(), limit, skip, name, **window)


def _epoch(name: str, text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        detail = f"Parameter is not a valid value for epoch seconds: {text}"
        raise messages.query_malformed(name, detail)
    return int(text)


def _record(host: Host, call: Call) -> bytes:
    wanted = call.request.path_params["id"]
    if len(wanted) != _ID_LENGTH:
        raise ApiError(400, f"Activation id length is {len(wanted)} but must be {_ID_LENGTH}.")
    if not _HEXADECIMAL.fullmatch(wanted):
        raise ApiError(400, "The activation id is not valid.")
    record = host.activations.get(call.own_namespace(), wanted)
    if record is None:
        raise messages.does_not_exist()
    return record
