"""The web edge: what a handler behind the guard gets, and how it answers.

The guard leaves one name, `request`, and with it the allowed `origin` of the page that calls: no
field of a caller ever meets a bound parameter. `request` is the ticket of findme.handover, or the
request itself as an object, which an operator gives who invokes a handler with the namespace's key.
"""

import base64
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, wraps
from typing import Any
from urllib.parse import parse_qsl

import redis

from findme.cors import answer_headers
from findme.errors import RequestError, SettingError, unavailable
from findme.faults import log
from findme.handover import Handover, VerifiedRequest

Answer = dict[str, Any]

_HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}
_INTERNAL = RequestError(500, "internal", "this is our fault, and it is logged")

# Out of reach, or in no state to write: full, or a replica after a fail-over.
_STORE_ERRORS = (
    redis.ConnectionError,
    redis.TimeoutError,
    redis.OutOfMemoryError,
    redis.ReadOnlyError,
)


@dataclass(frozen=True)
class Request:
    """A verified request and the fields in it."""

    verified: VerifiedRequest

    @classmethod
    def of(cls, args: Mapping[str, Any], store: redis.Redis) -> "Request":
        """The request that the guard handed over; raises RequestError when it has gone."""
        given = args.get("request")
        if isinstance(given, dict):
            return cls(_inline(given))
        if not isinstance(given, str):
            message = "request is missing: this action stands behind check_auth in a sequence"
            raise RequestError(400, "missing_field", message, "request")
        verified = Handover(store).take(given)
        if verified is None:
            # A repeated delivery, two minutes of waiting, or forget_me in between.
            raise RequestError(409, "request_gone", "the request was read already; send it again")
        return cls(verified)

    @property
    def subject(self) -> str:
        return self.verified.subject

    @property
    def scopes(self) -> tuple[str, ...]:
        return self.verified.scopes

    @property
    def epoch(self) -> str | None:
        return self.verified.epoch

    @property
    def method(self) -> str:
        return self.verified.method

    @property
    def path(self) -> str:
        """The rest of the route, without slashes around it."""
        return self.verified.path.strip("/")

    @property
    def content_type(self) -> str:
        return self.verified.content_type

    @property
    def is_multipart(self) -> bool:
        return self.content_type.lower().startswith("multipart/")

    @property
    def body(self) -> bytes:
        return self.verified.body

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The query's fields and, over them, those of a JSON object in the body."""
        fields: dict[str, Any] = dict(parse_qsl(self.verified.query))
        if self.is_multipart or not self.body:
            return fields
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise RequestError(400, "bad_body", "the body must be a JSON object", "body")
        return fields | content

    def only(self, *methods: str) -> None:
        """Refuse another method than the route's."""
        if self.method and self.method not in methods:
            allowed = ", ".join(methods).upper()
            message = f"use {allowed} on this route"
            raise RequestError(405, "bad_method", message, headers={"Allow": allowed})

    def text(self, name: str) -> str:
        """A required field that is a non-empty string."""
        value = self.fields.get(name)
        if value is None or value == "":
            raise RequestError(400, "missing_field", f"{name} is missing", name)
        if not isinstance(value, str) or not _is_unicode(value):
            raise RequestError(400, "bad_field", f"{name} must be a string", name)
        return value

    def number(self, name: str, default: int, most: int) -> int:
        """An optional field that is a whole number from 0 to `most`."""
        value = self.fields.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            number = -1
        if not 0 <= number <= most:
            message = f"{name} must be a whole number from 0 to {most}"
            raise RequestError(400, "bad_field", message, name)
        return number


def answer(body: Mapping[str, Any], status: int = 200) -> Answer:
    """A JSON answer that no cache keeps."""
    return {"statusCode": status, "headers": dict(_HEADERS), "body": dict(body)}


def refuse(error: RequestError) -> Answer:
    """The error-wrapped answer that ends a sequence and becomes the HTTP response."""
    body = {"error": error.code, "message": error.message}
    if error.field:
        body["field"] = error.field
    wrapped = answer(body, error.status)
    wrapped["headers"] |= error.headers
    return {"error": wrapped}


def web_action(main: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    """The edge of a web action: whatever happens inside, the caller gets a proper answer.

    `origin` among the arguments is the page's, where the guard allowed it.
    """

    @wraps(main)
    def edge(args: dict[str, Any]) -> Answer:
        return _readable_from(str(args.get("origin") or ""), _answer_of(main, args))

    return edge


def _answer_of(main: Callable[[dict[str, Any]], Answer], args: dict[str, Any]) -> Answer:
    try:
        return main(args)
    except RequestError as error:
        return refuse(error)
    except _STORE_ERRORS as error:
        log(error)
        return refuse(unavailable("store_unavailable", "try again in a moment"))
    except SettingError as error:
        # Names the parameter and never its value.
        print(f"not configured: {error}", file=sys.stderr)
        return refuse(_INTERNAL)
    except Exception as error:  # noqa: BLE001 - the edge
        log(error)
        return refuse(_INTERNAL)


def _readable_from(origin: str, result: Answer) -> Answer:
    wrapped = result.get("error", result)
    if origin and "statusCode" in wrapped:
        wrapped["headers"] = wrapped.get("headers", {}) | answer_headers(origin)
    return result


def iso(seconds: float) -> str:
    """A time as people and browsers read it, in UTC to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def decode_base64(text: object, field: str) -> bytes:
    """Bytes from standard base64; an address of the kind `data:image/jpeg;base64,…` is read too."""
    try:
        return base64.b64decode(str(text).rpartition(",")[2], validate=True)
    except ValueError:  # binascii.Error among them
        raise RequestError(400, "bad_field", f"{field} must be base64", field) from None


def _inline(given: Mapping[str, Any]) -> VerifiedRequest:
    try:
        return VerifiedRequest.of(given, base64.b64decode(str(given.get("body", ""))))
    except (ValueError, TypeError) as error:
        message = "request must be an object with a subject, and its body base64"
        raise RequestError(400, "bad_field", message, "request") from error


def _is_unicode(value: str) -> bool:
    """JSON can escape half a character, which no encoding carries further."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
