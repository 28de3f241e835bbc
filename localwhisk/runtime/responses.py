"""What an action's answer, or the lack of one, means."""

import json
from typing import NamedTuple, NoReturn

SUCCESS, APPLICATION_ERROR, DEVELOPER_ERROR, WHISK_ERROR = range(4)

RESPONSE_LIMIT = 1024 * 1024  # bytes, OpenWhisk's activation payload limit

NO_CODE = "Missing main/no code to execute."
EXHAUSTED = "The action exhausted its memory and was aborted."
TIMED_OUT = "The action exceeded its time limits of {} milliseconds{}."
NOT_A_DICTIONARY = "The action did not return a dictionary or array."
NOT_JSON = "The action did not produce a valid JSON or JSON Array response: {}"
NOT_PROVISIONED = "Failed to provision resources to run the action."
TOO_LONG = (
    "The action produced a response that exceeded the allowed length: {} > {} bytes. "
    "The truncated response was: {}"
)


class Response(NamedTuple):
    ok: bool  # what OpenWhisk's runtimes tell by the HTTP status
    text: str  # at most RESPONSE_LIMIT bytes of what the action wrote
    length: int  # bytes it wrote, with the line's end that OpenWhisk's proxy adds

    @property
    def size(self) -> int:
        """The length as the platform counts it: in UTF-16 units."""
        return self.length - len(self.text.encode()) + len(self.text.encode("utf-16-le")) // 2


class ActionError(Exception):
    """A developer error: its argument is the activation's `error`."""


def classify(response: Response) -> tuple[int, object]:
    """The status code and the result that the activation keeps, unless it is an ActionError."""
    if response.length > RESPONSE_LIMIT:
        error = TOO_LONG.format(response.length, RESPONSE_LIMIT, response.text)
        return APPLICATION_ERROR, {"error": error}
    try:
        result = json.loads(response.text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ActionError(NOT_A_DICTIONARY) from error
    if result is None:  # OpenWhisk's proxy lets it through, its invoker does not
        raise ActionError(NOT_JSON.format("null\n"))
    if not isinstance(result, dict | list):
        raise ActionError(NOT_A_DICTIONARY)
    if isinstance(result, list) or "error" not in result:
        return SUCCESS, result
    if not response.ok:
        raise ActionError(result["error"])
    return APPLICATION_ERROR, {"error": result["error"]}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
