"""manifest.yaml as a tree whose nodes know their place in the file.

Only YAML that wskdeploy's parser and ours read alike is accepted: no duplicate or merged keys, no
second document, and no plain scalar (`y`, `0x1f`, `1_000`) that the two would take differently.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from local.deploy.interpolation import interpolate

_REMEDIES = {
    "apis": "export actions with 'web'",
    "code": "put the code in a file and name it in 'function'",
    "conductor": "chain actions with 'sequences' or rules",
    "exclude": "keep what must not be packed in another folder",
    "location": "write 'function'",
    "native": "name the image in 'docker'",
    "source": "write 'feed'",
    "web-export": "write 'web'",
}


class ManifestError(Exception):
    """The manifest cannot be deployed: says where in which file, why, and what to do."""


@dataclass(frozen=True)
class Node:
    file: Path
    path: str
    value: Any
    environment: Mapping[str, str]

    def refusal(self, reason: str) -> ManifestError:
        return ManifestError(f"{self.file}: {self.path or 'top level'}: {reason}")

    def at(self, key: str | int, value: Any) -> "Node":
        place = f"{self.path}[{key}]" if isinstance(key, int) else f"{self.path}.{key}".lstrip(".")
        return replace(self, path=place, value=value)

    def entries(self) -> dict[str, "Node"]:
        """A mapping with free keys; what is left empty has none."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.refusal("write a mapping here")
        return {key: self.at(key, value) for key, value in self.value.items()}

    def fields(self, *known: str) -> dict[str, "Node"]:
        """A mapping with these keys only; one that is not there has the value None."""
        entries = self.entries()
        for key in entries.keys() - set(known):
            remedy = _REMEDIES.get(key, f"known here: {', '.join(known)}")
            raise entries[key].refusal(f"this key is not understood; {remedy}")
        return {key: entries.get(key, self.at(key, None)) for key in known}

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            raise self.refusal("write a text here; quote it when it looks like a number")
        return self.value

    def expanded(self) -> str:
        """The text with `$VAR` and `${VAR}` replaced, as wskdeploy replaces them."""
        try:
            return interpolate(self.text(), self.environment)
        except KeyError as missing:
            name = missing.args[0]
            raise self.refusal(
                f"the environment variable {name!r} is not set; set it, or set it to nothing"
            ) from None


def load(file: Path, environment: Mapping[str, str]) -> Node:
    try:
        value = yaml.load(file.read_text(), Loader=_Loader)  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ManifestError(f"{file}: cannot be read: {error}") from error
    return Node(file, "", value, environment)


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys: set[str] = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:str" or key.value == "<<":
                raise _error(key, "is not a plain text key: quote it, and write merges out")
            if key.value in keys:
                raise _error(key, "stands here twice: keep one of the two")
            keys.add(key.value)
        return super().construct_mapping(node, deep)


def _error(node: yaml.ScalarNode, reason: str) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(
        problem=f"{node.value!r} {reason}", problem_mark=node.start_mark
    )


def _refuse_ambiguous(_: yaml.SafeLoader, node: yaml.ScalarNode) -> None:
    raise _error(node, "means different things to different YAML parsers: quote it")


# yaml.v2 of Go, which wskdeploy reads with, has neither dates nor numbers in base sixty.
_SCALARS = {
    "tag:yaml.org,2002:null": r"~|null|Null|NULL|",
    "tag:yaml.org,2002:bool": "|".join(
        f"{word}|{word.title()}|{word.upper()}"
        for word in ("true", "false", "yes", "no", "on", "off")
    ),
    "!ambiguous": r"[yYnN]|[-+]?0[0-9xXoObB_].*|[-+]?[0-9.]+_[0-9_.]*|[-+]?\.(?i:inf|nan)",
    "tag:yaml.org,2002:int": r"[-+]?[0-9]+",
    "tag:yaml.org,2002:float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
}
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern in _SCALARS.items():
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), None)
_Loader.add_constructor("!ambiguous", _refuse_ambiguous)
