"""Options of the host: each beside its environment variable, read once."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from localwhisk.limits import Limits
from localwhisk.runtime import discover


def _program(text: str) -> tuple[str, str]:
    name, _, program = text.partition("=")
    if not name or not os.access(program, os.X_OK):
        raise argparse.ArgumentTypeError(f"'{text}' must name an executable: NAME=PROGRAM")
    return name, program


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"'{text}' is no folder")
    return Path(text).absolute()


# An option whose default is a list may be repeated; in the environment commas separate its values.
_OPTIONS: tuple[tuple[str, str, Any, Any, str], ...] = (
    ("--host", "LOCALWHISK_HOST", "127.0.0.1", str, "address to listen on"),
    ("--port", "PORT", 3233, int, "port; 0 picks a free one"),
    ("--data", "LOCALWHISK_DATA", Path(".localwhisk"), Path, "folder for keys and state"),
    ("--keep-days", "LOCALWHISK_KEEP_DAYS", 7, int, "age at which activations expire"),
    ("--keep-activations", "LOCALWHISK_KEEP_ACTIVATIONS", 100_000, int, "how many are kept"),
    ("--memory", "LOCALWHISK_MEMORY", 4096, int, "MB that all workers together may reserve"),
    ("--runtime", "LOCALWHISK_RUNTIMES", [], _program, "a kind and its interpreter"),
    ("--stock", "LOCALWHISK_STOCK", None, _folder, "libraries for python kinds, by version"),
    ("--image", "LOCALWHISK_IMAGES", [], _program, "an image and its interpreter"),
    ("--limit", "LOCALWHISK_LIMITS", [], str, "a limit; an unknown name lists them all"),
)


@dataclass(frozen=True)
class Config:
    host: str
    port: int
    data: Path
    keep_days: int
    keep_activations: int
    memory: int
    stock: Path | None
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
    """Options given on the command line win over the environment's; repeated ones add up."""
    parser = argparse.ArgumentParser(
        prog="python -m localwhisk", description="Apache OpenWhisk's API on one machine."
    )
    inherited = []
    for flag, variable, default, kind, meaning in _OPTIONS:
        repeated = isinstance(default, list)
        settings: Any = {"action": "append", "metavar": "NAME=VALUE"} if repeated else {}
        note = ", repeatable" if repeated else f", default {default}" if default else ""
        text = f"{meaning} [{variable}{note}]"
        parser.add_argument(flag, default=default, type=kind, help=text, **settings)
        given = environment.get(variable, "")
        values = given.split(",") if repeated else [given]
        inherited += [f"{flag}={value}" for value in values if value]
    options = vars(parser.parse_args([*inherited, *arguments]))
    named, images = dict(options.pop("runtime")), dict(options.pop("image"))
    runtimes = {**named, **discover(), **named}  # those given come first, and win
    try:
        limits = Limits.read(options.pop("limit"))
    except ValueError as error:
        parser.error(f"argument --limit: {error}")
    return Config(runtimes=runtimes, images=images, limits=limits, **options)
