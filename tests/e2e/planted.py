"""Secrets that are looked for, and the addresses that were asked for."""

import base64
from dataclasses import dataclass, field
from typing import Any

import urllib3

from tests import traces


class Addresses(urllib3.PoolManager):
    """Notes every address that is asked for."""

    def __init__(self) -> None:
        super().__init__(timeout=70, retries=False)
        self.asked: list[str] = []

    def urlopen(self, method: str, url: str, *given: Any, **options: Any) -> Any:
        self.asked.append(url)
        return super().urlopen(method, url, *given, **options)


@dataclass
class Planted:
    """Each secret with its name."""

    values: dict[str, str] = field(default_factory=dict)

    def __setitem__(self, name: str, value: str) -> None:
        assert len(value) >= 16, f"{name} is too short to be told from chance"
        self.values[name] = value

    def found(self, contents: list[tuple[str, bytes]]) -> dict[str, list[str]]:
        places = {
            name: traces.found(_written(value), contents) for name, value in self.values.items()
        }
        return {name: where for name, where in places.items() if where}


def _written(value: str) -> list[bytes]:
    raw = value.encode()
    return [raw, base64.b64encode(raw).rstrip(b"=")[:-1], raw.hex().encode()]
