"""A client for OpenWhisk's REST API.

Inside an action it is made from the `__OW_*` variables (the action needs the annotation
`provide-api-key: true`), outside from a `.wskprops` file.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import urllib3


class OpenWhiskError(Exception):
    """What the platform answered, or that it did not: `status` is 0 when it was out of reach.

    `retry_after` is how many seconds it asked to wait.
    """

    def __init__(self, status: int, message: str, retry_after: float = 0) -> None:
        super().__init__(f"OpenWhisk answered {status}: {message}" if status else message)
        self.status = status
        self.message = message
        self.retry_after = retry_after


class OpenWhisk:
    """One namespace of one host; keeps its connections, and may be shared by threads.

    `auth` is the namespace's `uuid:key`. `timeout_s` bounds each wait for the socket, and is
    longer than the 60 s that the platform holds a blocking invocation. With a `pool`, many clients
    share its connections and time-outs.
    """

    def __init__(
        self,
        api_host: str,
        auth: str,
        namespace: str = "_",
        *,
        timeout_s: float = 70,
        pool: urllib3.PoolManager | None = None,
    ) -> None:
        self.api_host = api_host if "://" in api_host else f"https://{api_host}"
        self._namespaces = f"{self.api_host.rstrip('/')}/api/v1/namespaces"
        self._root = f"{self._namespaces}/{quote(namespace, safe='')}/"
        self._headers = urllib3.util.make_headers(basic_auth=auth)
        self._pool = pool or urllib3.PoolManager(
            maxsize=8, timeout=urllib3.Timeout(connect=5, read=timeout_s), retries=False
        )

    @classmethod
    def from_action(cls, environment: Mapping[str, str] = os.environ) -> "OpenWhisk":
        """The caller's own namespace, from inside an action."""
        try:
            return cls(environment["__OW_API_HOST"], environment["__OW_API_KEY"])
        except KeyError as missing:
            raise OpenWhiskError(
                0, f"{missing.args[0]} is not set: annotate the action with provide-api-key: true"
            ) from None

    @classmethod
    def from_wskprops(cls, file: Path) -> "OpenWhisk":
        """The host and key that `wsk` uses, from its properties file."""
        properties = read_properties(file)
        try:
            return cls(properties["APIHOST"], properties["AUTH"], properties.get("NAMESPACE", "_"))
        except KeyError as missing:
            raise OpenWhiskError(0, f"{file} has no line {missing.args[0]}=…") from None

    def fire(self, trigger: str, event: Mapping[str, Any]) -> str | None:
        """Fire a trigger; answers the activation id, or None where no active rule listens."""
        answer = self.request("POST", f"triggers/{quote(trigger)}", event)
        return answer["activationId"] if answer else None

    def invoke(self, action: str, params: Mapping[str, Any]) -> Any:
        """Invoke an action and wait for its result; an action's own error raises with status 502.

        A run past 60 s raises with status 202 and the activation id in the message.
        """
        path = f"actions/{quote(action)}"
        return self.request("POST", path, params, {"blocking": "true", "result": "true"})

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """One REST call, `path` below the namespace; the decoded answer, None where it is empty."""
        return self._call(method, self._root + path, body, query)

    def namespaces(self) -> list[str]:
        """The names of the namespaces that the key opens: on a stock OpenWhisk, one."""
        return [str(name) for name in self._call("GET", self._namespaces)]

    def _call(
        self,
        method: str,
        address: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        address += f"?{urlencode(query)}" if query else ""
        content = None if body is None else json.dumps(body)
        headers = {**self._headers, "Content-Type": "application/json"}
        try:
            response = self._pool.request(method, address, body=content, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise OpenWhiskError(0, f"no answer from {self.api_host}: {error}") from error
        answer = _decoded(response)
        waited = (query or {}).get("blocking") == "true"
        if response.status >= 300 or (waited and response.status == 202):
            raise OpenWhiskError(response.status, _message(answer), _retry_after(response))
        return answer


def read_properties(file: Path) -> dict[str, str]:
    """The lines `KEY=value` of the file that `wsk` keeps its settings in."""
    lines = (line.partition("=") for line in file.read_text().splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}


def _decoded(response: urllib3.BaseHTTPResponse) -> Any:
    text = response.data.decode("utf-8", "replace")
    if "json" in response.headers.get("content-type", ""):
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise OpenWhiskError(0, "the platform's answer is no JSON") from None
    return text or None


def _retry_after(response: urllib3.BaseHTTPResponse) -> float:
    # It may be a date as well, which OpenWhisk does not send.
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 0


def _message(answer: Any) -> str:
    if isinstance(answer, dict):
        error = answer.get("error", answer)
        return error if isinstance(error, str) else json.dumps(error)
    return str(answer)
