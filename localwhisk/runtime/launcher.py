"""Serves one action inside its worker process.

Started by path with the action's own interpreter. It may import only the standard library, and
little of that, because every module costs the cold start: pathlib, typing and traceback wait.
A request is a line of JSON on the channel; a response is its length, a newline and that many bytes.
"""
# ruff: noqa: PTH100, PTH109, PTH110

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
NOT_STARTED = "Cannot start action. Check logs for details."
SOURCE = "main__.py"


class Channel:
    def __init__(self, descriptor: int) -> None:
        # Processes that the action starts must not keep the host's end from closing.
        os.set_inheritable(descriptor, False)
        self.requests = os.fdopen(descriptor, "rb")
        self._responses = os.fdopen(descriptor, "wb", closefd=False)

    def respond(self, response: bytes) -> None:
        self._responses.write(b"%d\n%b" % (len(response), response))
        self._responses.flush()


class Markers:
    """Ends each run's part of the logs, wherever the action has pointed fd 1 and 2 since."""

    def __init__(self) -> None:
        self._outputs = os.dup(1), os.dup(2)

    def write(self, marker: str) -> None:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
        for output in self._outputs:
            os.write(output, f"\n{marker}\n".encode())


def load(main: str, environment: dict[str, str]) -> Callable[[object], object]:
    os.environ.clear()  # the interpreter adds LC_CTYPE where there is no locale
    os.environ.update(environment)
    sys.path.insert(0, os.getcwd())
    import main__  # type: ignore[import-not-found]

    function: Callable[[object], object] = getattr(main__, main)
    return function


def refusal(error: Exception) -> str:
    """What OpenWhisk's image answers: its build step reads main__.py alone, the rest is a start."""
    if not os.path.exists(SOURCE):
        print("Zip file does not include main__", file=sys.stderr)
        return NO_BINARY
    report(error)
    unreadable = isinstance(error, SyntaxError) and error.filename == os.path.abspath(SOURCE)
    return NO_BINARY if unreadable else NOT_STARTED


def report(error: Exception) -> None:
    import traceback

    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next  # the logs show the action's code, not ours
    traceback.print_exception(type(error), error, trace)


def call(function: Callable[[object], object], args: object) -> bytes:
    try:
        result = function(args)
    except Exception as error:  # noqa: BLE001 the edge: whatever an action raises is its answer
        report(error)
        result = {"error": str(error)}
    return json.dumps(result, ensure_ascii=False).encode()


def start(channel: Channel) -> Callable[[object], object]:
    request = channel.requests.readline()
    if not request:  # the host is gone
        sys.exit(0)
    init = json.loads(request)
    try:
        function = load(init["main"], init["environment"])
    except Exception as error:  # noqa: BLE001 the edge: an action that cannot be loaded
        channel.respond(json.dumps({"error": refusal(error)}).encode())
        sys.exit(1)
    channel.respond(b"{}")
    return function


def serve(descriptor: int) -> None:
    channel, markers = Channel(descriptor), Markers()
    # A line reaches the host, and gets its timestamp, when it is printed.
    sys.stdout.reconfigure(encoding="utf-8", errors="strict", line_buffering=True)  # type: ignore[union-attr]
    function = start(channel)
    for line in channel.requests:
        request = json.loads(line)
        os.environ.update(request["environment"])
        response = call(function, request["args"])
        markers.write(request["marker"])
        channel.respond(response)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
