"""What an action's answer, or the lack of one, means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NoReturn

SUCCESS, APPLICATION_ERROR, DEVELOPER_ERROR, WHISK_ERROR = range(4)

RESPONSE_LIMIT = 1024 * 1024  # bytes, OpenWhisk's activation payload limit

NO_CODE = "Missing main/no code to execute."
NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
NOT_STARTED = "Cannot start action. Check logs for details."
EXITED = "command exited"
EXHAUSTED = "The action exhausted its memory and was aborted."
NOT_A_DICTIONARY = "The action did not return a dictionary or array."
NOT_JSON = "The action did not produce a valid JSON or JSON Array response: {}"
NOT_PROVISIONED = "Failed to provision resources to run the action."
TOO_LONG = (
    "The action produced a response that exceeded the allowed length: {} > {} bytes. "
    "The truncated response was: {}"
)


class ActionError(Exception):
    """The action failed as a process: the activation is a developer error."""


class ActionTimeoutError(ActionError):
    def __init__(self, limit_ms: int, *, initializing: bool) -> None:
        suffix = " during initialization." if initializing else "."
        super().__init__(f"The action exceeded its time limits of {limit_ms} milliseconds{suffix}")


@dataclass(frozen=True)
class Response:
    body: bytes  # at most RESPONSE_LIMIT bytes of what the action wrote
    length: int  # bytes it wrote


def classify(response: Response) -> tuple[int, object]:
    """The status code and the result that the activation keeps."""
    if response.length > RESPONSE_LIMIT:
        text = response.body.decode(errors="replace")
        return APPLICATION_ERROR, failure(TOO_LONG.format(response.length, RESPONSE_LIMIT, text))
    try:
        result = json.loads(response.body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return DEVELOPER_ERROR, failure(NOT_A_DICTIONARY)
    if result is None:  # OpenWhisk's proxy lets it through, its invoker does not
        return DEVELOPER_ERROR, failure(NOT_JSON.format("null"))
    if not isinstance(result, dict | list):
        return DEVELOPER_ERROR, failure(NOT_A_DICTIONARY)
    if isinstance(result, dict) and "error" in result:
        return APPLICATION_ERROR, failure(result["error"])
    return SUCCESS, result


def failure(error: object) -> dict[str, object]:
    return {"error": error}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
