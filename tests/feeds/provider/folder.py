"""A source of the tests' own: the files of a folder, each a key and its text the value."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from feeds.provider.source import Event, OptionError, Options, PausedError, State, Step


class Folder:
    secrets = frozenset({"password"})
    place = ("folder",)

    def validate(self, options: Options) -> dict[str, Any]:
        if "folder" not in options:
            raise OptionError("folder", "name the folder to watch")
        return {"seconds": 3600, "step": 1, "linger": 0, **options}

    def poll(self, options: Options, state: State, _now: float) -> Iterator[Step]:
        folder = Path(options["folder"])
        if not folder.exists():
            raise PausedError("folder_gone", f"make {folder.name} again, and UNPAUSE")
        now = {file.name: file.read_text() for file in sorted(folder.iterdir())}
        new = [_event(name, text) for name, text in now.items() if state.get(name) != text.encode()]
        for first in range(0, len(new), options["step"]):
            events = new[first : first + options["step"]]
            yield Step(events, put={event.key: now[event.key].encode() for event in events})
            time.sleep(options["linger"])

    def next_poll(self, options: Options, _cursor: Mapping[str, Any], now: float) -> float | None:
        return now + float(options["seconds"])


def _event(name: str, text: str) -> Event:
    identity = hashlib.sha256(f"{name} {text}".encode()).hexdigest()[:32]
    return Event(identity, name, "written", {"file": name, "text": text})
