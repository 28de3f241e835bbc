"""Changes of a CouchDB database, by its _changes feed from the sequence that was reached."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from feeds.provider.source import Event, OptionError, Options, SourceError, State, Step
from feeds.provider.sources import options as read
from feeds.provider.sources.refusals import RefusedError, patient

_NAMES = (
    *("url", "host", "protocol", "port", "dbname", "username", "password", "filter"),
    *("query_params", "since", "interval_seconds", "batch", "maxTriggers"),
)
# Parameters of _changes that would change what an answer means.
_OWN = {"since", "limit", "feed", "filter", "descending", "heartbeat", "timeout"}
_REFUSALS = (400, 401, 403, 404)


class CouchDB:
    """The cursor has the sequence, and how many events have `fired`."""

    secrets = frozenset({"password"})
    place = ("dbname", "url")

    def __init__(self, page: int = 1000) -> None:
        self._page = page
        # A filter function runs over every document in between, so that an answer may take long.
        timeout = urllib3.Timeout(connect=5, read=60)
        self._http = urllib3.PoolManager(num_pools=64, maxsize=8, timeout=timeout, retries=False)

    def validate(self, options: Options) -> dict[str, Any]:
        read.known(options, _NAMES)
        texts = [name for name in ("username", "password", "filter") if name in options]
        if ("username" in options) != ("password" in options):
            raise OptionError("password", "username and password go together")
        return {
            "dbname": read.text(options, "dbname"),
            "url": _url(options),
            **{name: read.text(options, name) for name in texts},
            "query_params": _parameters(options),
            "since": read.text({"since": str(options.get("since", "now"))}, "since"),
            "interval_seconds": read.number(options, "interval_seconds", 10, 1),
            "batch": read.whole(options, "batch", 1, 1, 1000),
            "maxTriggers": read.whole(options, "maxTriggers", -1, -1),
        }

    def poll(self, options: Options, state: State, now: float) -> Iterator[Step]:
        return patient(self._steps(options, state), state, now)

    def next_poll(self, options: Options, cursor: Mapping[str, Any], now: float) -> float | None:
        return None if _left(options, cursor) == 0 else now + float(options["interval_seconds"])

    def _steps(self, options: Options, state: State) -> Iterator[Step]:
        cursor = {"since": options["since"], "fired": 0, **state.cursor}
        while limit := min(self._page, _left(options, cursor)):
            answer = self._changes(options, cursor["since"], limit)
            rows, before = answer["results"], cursor
            fired = cursor["fired"] + len(rows)
            cursor = {**cursor, "since": answer["last_seq"], "fired": fired}
            if rows or _height(cursor) != _height(before):
                yield Step([_event(options, row) for row in rows], cursor=cursor)
            if len(rows) < limit:
                return

    def _changes(self, options: Options, since: Any, limit: float) -> Any:
        query = {**options["query_params"], "since": since, "limit": limit}
        if "filter" in options:
            query["filter"] = options["filter"]
        address = f"{options['url']}/{quote(options['dbname'], safe='')}/_changes?{_encoded(query)}"
        try:
            response = self._http.request("GET", address, headers=_headers(options))
            answer = json.loads(response.data)
        except urllib3.exceptions.HTTPError as error:
            name = type(error).__name__
            raise SourceError(name, f"{options['url']} cannot be asked: {name}") from None
        except ValueError:
            answer = None
        return _checked(response.status, answer)


def _checked(status: int, answer: Any) -> Any:
    told = answer if isinstance(answer, dict) else {}
    if status != 200:
        kind = RefusedError if status in _REFUSALS else SourceError
        raise kind(str(told.get("error", status)), str(told.get("reason", "no reason is given")))
    if not isinstance(told.get("results"), list) or "last_seq" not in told:
        raise SourceError("AnswerGarbled", "the answer is not one of _changes")
    return told


def _event(options: Options, row: Mapping[str, Any]) -> Event:
    kind = "deleted" if row.get("deleted") else "changed"
    identity = ["couchdb", options["url"], options["dbname"], row["id"], row["changes"], kind]
    event_id = hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]
    return Event(event_id, row["id"], kind, {**row, "dbname": options["dbname"]})


def _headers(options: Options) -> dict[str, str]:
    if "username" not in options:
        return {}
    pair = f"{options['username']}:{options['password']}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def _encoded(query: Mapping[str, Any]) -> str:
    return urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in query.items()})


def _left(options: Options, cursor: Mapping[str, Any]) -> float:
    most: int = options["maxTriggers"]
    return max(0, most - cursor.get("fired", 0)) if most > 0 else inf


def _height(cursor: Mapping[str, Any]) -> str:
    """The part of a sequence that tells how far it is; the rest may differ from call to call."""
    return str(cursor["since"]).partition("-")[0]


def _url(options: Options) -> str:
    """As given, or as a package for Cloudant binds it: host, protocol and port."""
    url = read.text(options, "url", "")
    if "host" in options or not url:
        protocol = read.choice(options, "protocol", ("https", "http"), "https")
        port = f":{read.whole(options, 'port', None, 1, 65535)}" if "port" in options else ""
        url = f"{protocol}://{read.text(options, 'host')}{port}"
    return read.address({"url": url}, "url")


def _parameters(options: Options) -> dict[str, Any]:
    parameters = options.get("query_params", {})
    try:
        parameters = json.loads(parameters) if isinstance(parameters, str) else parameters
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict) or parameters.keys() & _OWN:
        names = ", ".join(sorted(_OWN))
        raise OptionError("query_params", f"give an object, without {names}")
    if parameters and "filter" not in options:
        raise OptionError("query_params", "give a filter, too: they are for its function")
    return parameters
