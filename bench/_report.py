"""A benchmark's figures: a table, a file, and how far they drifted since the first run."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from local.data import ROOT

_FOLDER = ROOT / ".run" / "bench"


@dataclass(frozen=True)
class Figure:
    value: float
    unit: str
    bar: float | None
    ok: bool


def at_most(bar: float, value: float, unit: str) -> Figure:
    return Figure(round(value, 3), unit, bar, value <= bar)


def at_least(bar: float, value: float, unit: str) -> Figure:
    return Figure(round(value, 3), unit, bar, value >= bar)


def context(value: float, unit: str) -> Figure:
    """A figure that no bar judges."""
    return Figure(round(value, 3), unit, None, ok=True)


Figures = dict[str, Figure]


def publish(name: str, figures: Figures) -> None:
    """Print the table and write `.run/bench/<name>.json`; the first one ever is kept beside it."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps({key: asdict(figure) for key, figure in figures.items()}, indent=1)
    first = _FOLDER / f"{name}.first.json"
    if not first.exists():
        first.write_text(text)
    (_FOLDER / f"{name}.json").write_text(text)
    _print(figures, json.loads(first.read_text()))


def _print(figures: Figures, first: dict[str, Any]) -> None:
    print(f"{'':<34}{'value':>10} {'':<6}{'bar':>8}   {'':<7}{'÷ first':>8}")
    for name, figure in figures.items():
        bar = "" if figure.bar is None else f"{figure.bar:g}"
        verdict = "" if figure.bar is None else ("ok" if figure.ok else "MISSED")
        before = first.get(name, {}).get("value")
        drift = f"{figure.value / before:.2f}" if before else ""
        label = name.replace("_", " ")
        value = f"{figure.value:>10.4g} {figure.unit:<6}"
        print(f"{label:<34}{value}{bar:>8}   {verdict:<7}{drift:>8}")
