"""The web edge: what a handler behind the guard gets, and how it answers.

The guard nests the caller's request, so that no field of a caller ever meets a bound parameter:
`{"subject", "method", "path", "query", "content_type", "body" | "upload"}`. An operator who invokes
a handler directly with the namespace's key gives `subject` and the fields as plain parameters.
"""

import base64
import binascii
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, wraps
from typing import Any
from urllib.parse import parse_qsl

import redis

from findme.errors import RequestError

Answer = dict[str, Any]

_HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}


@dataclass(frozen=True)
class Request:
    """A verified request. `take_upload` fetches a body that the guard put aside."""

    args: Mapping[str, Any]
    take_upload: Callable[[str, str], bytes | None]

    @property
    def subject(self) -> str:
        subject = self.args.get("subject")
        if not isinstance(subject, str) or not subject:
            raise RequestError(400, "missing_field", "subject is missing", "subject")
        return subject

    @property
    def path(self) -> str:
        """The rest of the route, without slashes around it."""
        return str(self.args.get("path", "")).strip("/")

    @property
    def content_type(self) -> str:
        return str(self.args.get("content_type", ""))

    @property
    def is_multipart(self) -> bool:
        return self.content_type.lower().startswith("multipart/")

    @cached_property
    def body(self) -> bytes:
        """Raises RequestError when an upload has gone, which a repeated delivery can cause."""
        if "upload" in self.args:
            body = self.take_upload(self.subject, str(self.args["upload"]))
            if body is None:
                raise RequestError(409, "upload_gone", "the upload was read already; send it again")
            return body
        return base64.b64decode(str(self.args.get("body", "")))

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The query's fields and, over them, those of a JSON object in the body."""
        if "method" not in self.args:
            return self.args
        fields: dict[str, Any] = dict(parse_qsl(str(self.args.get("query", ""))))
        if self.is_multipart or not self.body:
            return fields
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise RequestError(400, "bad_body", "the body must be a JSON object", "body")
        return fields | content

    def only(self, method: str) -> None:
        """Refuse another method than the route's."""
        if self.args.get("method", method) != method:
            raise RequestError(405, "bad_method", f"use {method.upper()} on this route")

    def text(self, name: str) -> str:
        """A required field that is a non-empty string."""
        value = self.fields.get(name)
        if value is None or value == "":
            raise RequestError(400, "missing_field", f"{name} is missing", name)
        if not isinstance(value, str):
            raise RequestError(400, "bad_field", f"{name} must be a string", name)
        return value

    def number(self, name: str, default: int, most: int) -> int:
        """An optional field that is a whole number from 0 to `most`."""
        value = self.fields.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError):
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
    """The edge of a web action: whatever happens inside, the caller gets a proper answer."""

    @wraps(main)
    def edge(args: dict[str, Any]) -> Answer:
        try:
            return main(args)
        except RequestError as error:
            return refuse(error)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            print(f"the store failed: {type(error).__name__}", file=sys.stderr)
            return refuse(RequestError(503, "store_unavailable", "try again in a moment"))
        except Exception:  # noqa: BLE001 - the edge
            traceback.print_exc()
            return refuse(RequestError(500, "internal", "this is our fault, and it is logged"))

    return edge


def iso(seconds: float) -> str:
    """A time as people and browsers read it, in UTC to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def decode_base64(text: object, field: str) -> bytes:
    """Bytes from standard base64; an address of the kind `data:image/jpeg;base64,…` is read too."""
    try:
        return base64.b64decode(str(text).rpartition(",")[2], validate=True)
    except binascii.Error:
        raise RequestError(400, "bad_field", f"{field} must be base64", field) from None
