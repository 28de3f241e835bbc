"""The programs that serve actions, and those that this machine has."""

import contextlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_NAMES = ("node", *(f"python3.{minor}" for minor in range(9, 15)))
_VERSION = re.compile(r"Python (?P<python>\d+\.\d+)|v(?P<nodejs>\d+)")
_PATIENCE_S = 1


class Program(NamedTuple):
    """An interpreter with its language's launcher, whose last argument is the channel."""

    argv: tuple[str, ...]
    not_started: str  # the error of an action that ends while it is loaded
    exited: str  # and while it runs


def program(interpreter: str, *, isolated: bool, stock: Path | None = None) -> Program:
    """`isolated` leaves Python no packages but those in `stock`."""
    if Path(interpreter).name.startswith("node"):
        # An action's folder holds links: what __dirname says must be the folder all the same.
        return Program(
            (interpreter, "--preserve-symlinks", str(_HERE / "launcher.js")),
            "The action did not initialize and exited unexpectedly.",
            "The action did not produce a valid response and exited unexpectedly.",
        )
    flags = ("-I", "-S") if isolated else ("-I",)
    libraries = (str(stock),) if stock else ()
    return Program(
        (interpreter, *flags, str(_HERE / "launcher.py"), *libraries),
        "Cannot start action. Check logs for details.",
        "command exited",
    )


def discover() -> dict[str, str]:
    """Kinds and their interpreters: the host's own first, then those found on PATH."""
    files = [Path(folder, name) for folder in os.get_exec_path() for name in _NAMES]
    found = [str(file) for file in files if _is_binary(file)]
    kinds = {"python:{}.{}".format(*sys.version_info): sys.executable}
    with ThreadPoolExecutor() as asking:
        for interpreter, kind in zip(found, asking.map(_kind, found), strict=True):
            kinds.setdefault(kind, interpreter)
    kinds.pop("", None)
    return kinds


def _is_binary(file: Path) -> bool:
    """Not a version manager's shim: it would cost each cold start a shell, and may be dead."""
    if not os.access(file, os.X_OK) or file.is_dir():
        return False
    with file.open("rb") as program:
        return program.read(2) != b"#!"


def _kind(interpreter: str) -> str:
    """Empty if it does not say."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        asked = [interpreter, "--version"]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=_PATIENCE_S).stdout
        if version := _VERSION.match(said):
            return ":".join(next(pair for pair in version.groupdict().items() if pair[1]))
    return ""
