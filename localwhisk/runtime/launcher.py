"""Serves one Python action inside its worker process, as OpenWhisk's image does.

Started by path with the action's own interpreter, 3.9 or newer. It may import only the standard
library, and little of that, because every module costs the cold start: pathlib, typing and
traceback wait. A request is a line of JSON on the channel; a response is a line with a status, as
of HTTP, and the whole response's length, then its first bytes, as many as the host keeps.
"""
# ruff: noqa: PTH100, PTH104, PTH109, PTH110, PTH112, PTH123

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable

KEPT = 1024 * 1024
SOURCE = "main__.py"
SYNTAX_ONLY = 0x0400  # ast.PyCF_ONLY_AST

NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
NOT_STARTED = "Cannot start action. Check logs for details."


class Channel:
    def __init__(self, descriptor: int) -> None:
        # Processes that the action starts must not keep the host's end from closing.
        os.set_inheritable(descriptor, False)
        self.requests = os.fdopen(descriptor, "rb")
        self._responses = os.fdopen(descriptor, "wb", closefd=False)
        self._outputs = os.dup(1), os.dup(2)

    def end_logs(self, marker: str) -> None:
        """Ends a run's part of the logs, wherever the action has pointed fd 1 and 2 since."""
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
        for output in self._outputs:
            os.write(output, marker.encode())

    def respond(self, status: int, result: object) -> None:
        body = json.dumps(result, ensure_ascii=False).encode()
        self._responses.write(b"%d %d\n%b" % (status, len(body), body[:KEPT]))
        self._responses.flush()


def build() -> None:
    """What OpenWhisk's build step does: it reads main__.py alone, and refuses whatever warns."""
    for name in ("__main__.py", "exec"):
        if os.path.exists(name):
            os.rename(name, SOURCE)
    if os.path.isdir("virtualenv"):
        activate(os.path.abspath("virtualenv/bin/activate_this.py"))
    if not os.path.exists(SOURCE):
        print("Zip file does not include main__", file=sys.stderr)
    with open(SOURCE, "rb") as source, warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)
        compile(source.read(), os.path.abspath(SOURCE), "exec", SYNTAX_ONLY)


def activate(script: str) -> None:
    if not os.path.exists(script):
        print("Invalid virtualenv. Zip file does not include 'activate_this.py'.", file=sys.stderr)
    with open(script, "rb") as source:
        exec(compile(source.read(), script, "exec"), {"__file__": script})  # noqa: S102 as its code is


def load(main: str) -> Callable[[object], object]:
    import main__  # type: ignore[import-not-found]

    function: Callable[[object], object] = getattr(main__, main)
    return function


def report(error: Exception) -> None:
    import traceback

    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next  # the logs show the action's code, not ours
    traceback.print_exception(type(error), error, trace)


def start(channel: Channel) -> Callable[[object], object]:
    request = channel.requests.readline()
    if not request:  # the host is gone
        sys.exit(0)
    init = json.loads(request)
    os.environ.clear()  # the interpreter adds LC_CTYPE where there is no locale
    os.environ.update(init["environment"])
    sys.path[:] = [os.getcwd(), *sys.path, *sys.argv[1:-1]]
    refusal = NO_BINARY
    try:
        build()
        refusal = NOT_STARTED
        function = load(init["main"])
    except Exception as error:  # noqa: BLE001 the edge: an action that cannot be loaded
        report(error)
        channel.respond(502, {"error": refusal})
        sys.exit(1)
    channel.respond(200, {})
    return function


def call(function: Callable[[object], object], args: object) -> object:
    try:
        return function(args)
    except Exception as error:  # noqa: BLE001 the edge: whatever an action raises is its answer
        report(error)
        return {"error": str(error)}


def serve(descriptor: int) -> None:
    channel = Channel(descriptor)
    # A line reaches the host, and gets its timestamp, when it is printed.
    sys.stdout.reconfigure(encoding="utf-8", errors="strict", line_buffering=True)  # type: ignore[union-attr]
    function = start(channel)
    for line in channel.requests:
        request = json.loads(line)
        os.environ.update(request["environment"])
        result = call(function, request["args"])
        channel.end_logs(request["marker"])
        channel.respond(200, result)


if __name__ == "__main__":
    serve(int(sys.argv[-1]))
