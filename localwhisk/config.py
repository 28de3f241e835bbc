"""Options of the host: each beside its environment variable, read once."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from localwhisk.limits import Limits


class Option(NamedTuple):
    flag: str
    variable: str
    default: str
    convert: Callable[[str], Any]
    help: str


_OPTIONS = (
    Option("--host", "LOCALWHISK_HOST", "127.0.0.1", str, "address to listen on"),
    Option("--port", "PORT", "3233", int, "port; 0 picks a free one"),
    Option("--data", "LOCALWHISK_DATA", ".localwhisk", Path, "folder for keys and state"),
    Option("--keep-days", "LOCALWHISK_KEEP_DAYS", "7", int, "age at which activations expire"),
    Option("--keep-activations", "LOCALWHISK_KEEP_ACTIVATIONS", "100000", int, "how many to keep"),
)
# Name=interpreter pairs: repeatable on the command line, comma-separated in the environment.
_RUNTIME = ("--runtime", "LOCALWHISK_RUNTIMES", "a kind; it sees the standard library only")
_LIMIT = ("--limit", "LOCALWHISK_LIMITS", "a limit; an unknown name lists all")
_IMAGE = ("--image", "LOCALWHISK_IMAGES", "an image; it sees its interpreter's own packages")


@dataclass(frozen=True)
class Config:
    host: str
    port: int
    data: Path
    keep_days: int
    keep_activations: int
    runtimes: Mapping[str, str]
    """Kind to interpreter; the first kind of a family is its default."""
    images: Mapping[str, str]
    limits: Limits

    @property
    def loopback(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def read(arguments: Sequence[str], environment: Mapping[str, str]) -> Config:
    """Options given on the command line win over the environment's."""
    parser = _parser(environment)
    values = parser.parse_args(arguments)
    own = {f"python:{sys.version_info.major}.{sys.version_info.minor}": sys.executable}
    return Config(
        host=values.host,
        port=values.port,
        data=values.data.absolute(),
        keep_days=values.keep_days,
        keep_activations=values.keep_activations,
        runtimes=_interpreters(parser, _RUNTIME, values.runtime, environment) or own,
        limits=_limits(parser, values.limit, environment),
        images=_interpreters(parser, _IMAGE, values.image, environment),
    )


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m localwhisk", description="Apache OpenWhisk's API on one machine."
    )
    for option in _OPTIONS:
        # argparse converts a default that is a string, and reports a bad one by its flag.
        value = environment.get(option.variable, option.default)
        text = f"{option.help} [{option.variable}, default {option.default}]"
        parser.add_argument(option.flag, default=value, type=option.convert, help=text)
    for flag, variable, meaning in (_RUNTIME, _IMAGE, _LIMIT):
        text = f"{meaning}; repeatable [{variable}, comma-separated]"
        parser.add_argument(flag, action="append", metavar="NAME=VALUE", help=text)
    return parser


def _interpreters(
    parser: argparse.ArgumentParser,
    option: tuple[str, str, str],
    given: list[str] | None,
    environment: Mapping[str, str],
) -> dict[str, str]:
    flag, variable, _ = option
    pairs = given or [pair for pair in environment.get(variable, "").split(",") if pair]
    found = {}
    for pair in pairs:
        name, _, interpreter = pair.partition("=")
        if not name or not os.access(interpreter, os.X_OK):
            parser.error(f"{flag} or {variable}: '{pair}' must name an executable: NAME=PYTHON")
        found[name] = interpreter
    return found


def _limits(
    parser: argparse.ArgumentParser, given: list[str] | None, environment: Mapping[str, str]
) -> Limits:
    flag, variable, _ = _LIMIT
    try:
        return Limits.read(given or filter(None, environment.get(variable, "").split(",")))
    except ValueError as error:
        parser.error(f"{flag} or {variable}: {error}")
