"""In front of the platform: remembers every event that it accepted, and may not tell of it."""

import json
import threading
from typing import Any

from tests.feeds.faults.forwarder import Answer, Request, ask
from tests.feeds.faults.lies import Liar


class Recorder:
    def __init__(self, upstream: str, liar: Liar) -> None:
        self._upstream = upstream
        self._liar = liar
        self._lock = threading.Lock()
        self._accepted: dict[str, list[dict[str, Any]]] = {}

    def __call__(self, request: Request) -> Answer | None:
        answer = ask(self._upstream, request)
        fired = request.method == "POST" and "/triggers/" in request.target
        if answer and fired and 200 <= answer.status < 300:
            trigger = request.target.rpartition("/")[2].partition("?")[0]
            with self._lock:
                self._accepted.setdefault(trigger, []).append(json.loads(request.body))
        return self._liar.single(answer) if answer else None

    def accepted(self, trigger: str) -> list[dict[str, Any]]:
        """Bodies in the order in which the platform took them."""
        with self._lock:
            return list(self._accepted.get(trigger, []))
