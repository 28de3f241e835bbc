"""Activation records over REST."""

import re
from typing import Any

from starlette.responses import Response

from localwhisk import messages
from localwhisk.call import Call
from localwhisk.host import Host
from localwhisk.messages import ApiError
from localwhisk.names import is_name
from localwhisk.store import Query
from localwhisk.wire import loads, raw_json

_ID_LENGTH = 32
_HEXADECIMAL = re.compile(r"[0-9a-f]{32}")


async def list_all(host: Host, call: Call) -> Any:
    query, docs = _query(call), call.flag("docs")
    if not call.flag("count"):
        return raw_json(b"[" + b",".join(host.activations.find(query, docs=docs)) + b"]")
    if docs:
        raise ApiError(400, "The parameter 'docs' is not permitted with 'count'.")
    return {"activations": host.activations.count(query)}


async def get(host: Host, call: Call) -> Response:
    return raw_json(_record(host, call))


async def logs(host: Host, call: Call) -> Any:
    return {"logs": loads(_record(host, call))["logs"]}


async def result(host: Host, call: Call) -> Any:
    return loads(_record(host, call))["response"]


def _query(call: Call) -> Query:
    limit, skip = call.page("activations")
    given = call.request.query_params
    name = given.get("name") or None
    parts = name.split("/", 1) if name else []
    if not all(part == "" or is_name(part) for part in parts):
        text = f"Parameter may be a 'simple' name or 'package-name/simple' name: {name}"
        raise messages.query_malformed("name", text)
    window = {key: _epoch(key, given[key]) for key in ("since", "upto") if key in given}
    return Query(call.own_namespace(), limit, skip, name, **window)


def _epoch(name: str, text: str) -> int:
    if not text.removeprefix("-").isdecimal() or len(text) > 15:
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
