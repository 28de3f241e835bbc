"""Threads that do what blocks: boto3 and the firing of triggers."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Workers:
    """A fixed number of threads. They are daemons, unlike those of `concurrent.futures`: a listing
    that hangs holds up no exit, as its work is handed back before."""

    def __init__(self, name: str, size: int) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._lock = threading.Lock()
        self.free = size
        for number in range(size):
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True).start()

    def submit(self, call: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        self._count(-1)
        self._calls.put((future, call))
        return future

    def _serve(self) -> None:
        while True:
            future, call = self._calls.get()
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001 - whoever waits for the result gets it
                self._count(1)
                future.set_exception(error)
            else:
                self._count(1)
                future.set_result(result)
            del future, call

    def _count(self, change: int) -> None:
        with self._lock:
            self.free += change
