"""`make bench ONLY=soak`: a mix at half of its peak rate for SOAK_MINUTES; does anything grow?

What is watched is sampled evenly; the first third, in which caches and the kept activations fill
up, is left out. A straight line is fitted to the highest reading of each tenth of the rest. From
its beginning to its end, memory and state may rise by 5 % of their mean: 2 MB of the host's 40.
Counts may rise by 10 %: the host has room for eight workers, which the warm-up fills, so that only
what is lost with each run or deployment adds to them (a folder lost with each was 60 % more files
in a minute).
"""

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import linear_regression, mean, median, quantiles

from bench import _servers
from bench._load import Connection
from bench._mix import Mix
from bench._report import Figures, at_most, context, publish
from bench._servers import Host

_MINUTES = float(os.environ.get("SOAK_MINUTES", "1"))
_CLIENTS = 16
_PEAK_SECONDS = 5.0
_WARM_UP = 1 / 3
_SAMPLES = 240
_LEAST_INTERVAL_S = 0.25
_PARTS = 10
_MOST_GROWTH = 5.0
_MOST_GROWTH_OF_COUNTS = 10.0
_KEEP = 2_000  # few, so that activations expire in most of the run
_POOL_MB = 8 * 256


@dataclass(frozen=True)
class Sample:
    host_rss_mb: float
    host_private_mb: float
    worker_private_mb: float
    descriptors: float
    threads: float
    processes: float
    state_mb: float
    files: float


class Load:
    def __init__(self, mix: Mix, connections: list[Connection]) -> None:
        self._mix = mix
        self._connections = connections
        self.steps = 0
        self.invokes: list[float] = []
        """Milliseconds that each warm blocking invoke took."""

    async def run(self, seconds: float, rate: float | None = None) -> float:
        """Steps a second that were done, of `rate` if there is one, else as many as go."""
        before, started = self.steps, time.perf_counter()
        apart = 1 / rate if rate else 0.0
        interval = apart * len(self._connections)
        clients = [  # one after the other, or each turn would be a burst
            self._client(connection, started + number * apart, started + seconds, interval)
            for number, connection in enumerate(self._connections)
        ]
        await asyncio.gather(*clients)
        return (self.steps - before) / (time.perf_counter() - started)

    async def _client(
        self, connection: Connection, due: float, end: float, interval: float
    ) -> None:
        while due < end and time.perf_counter() < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            name, milliseconds = await self._mix.step(connection)
            self.steps += 1
            if name == "invoke":
                self.invokes.append(milliseconds)
            due += interval


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Host(Path(folder), "--keep-activations", str(_KEEP), "--memory", str(_POOL_MB)) as host,
    ):
        publish("soak", asyncio.run(_figures(host)))


async def _figures(host: Host) -> Figures:
    mix = Mix(host)
    await mix.prepare()
    load = Load(mix, [await Connection.open(host.url) for _ in range(_CLIENTS)])
    await load.run(_PEAK_SECONDS / 2)
    peak = await load.run(_PEAK_SECONDS)
    load.invokes.clear()
    running = asyncio.create_task(load.run(_MINUTES * 60, peak / 2))
    samples = [sample async for sample in _samples(host, running)]
    done = await running
    return {
        "minutes": context(_MINUTES, "min"),
        "peak": context(peak, "/s"),
        "load": context(done, "/s"),
        "activations_kept": context(await mix.stored(), ""),
        **_latencies(load.invokes),
        **_growth(samples[int(len(samples) * _WARM_UP) :]),
    }


async def _samples(host: Host, running: asyncio.Task[float]) -> AsyncIterator[Sample]:
    interval = max(_LEAST_INTERVAL_S, _MINUTES * 60 / _SAMPLES)
    while not running.done():
        yield _sample(host)
        await asyncio.wait({running}, timeout=interval)


def _sample(host: Host) -> Sample:
    process = Path(f"/proc/{host.pid}")
    state = host.data.glob("whisk.sqlite*")
    return Sample(
        host_rss_mb=_servers.resident_mb(host.pid),
        host_private_mb=_servers.private_mb(host.pid),
        worker_private_mb=mean(_servers.of_children(host.pid, _servers.private_mb) or [0.0]),
        descriptors=len(list((process / "fd").iterdir())),
        threads=len(list((process / "task").iterdir())),
        processes=len(_servers.children(host.pid)),
        state_mb=sum(file.stat().st_size for file in state) / 1024**2,
        files=sum(len(names) + len(files) for _, names, files in os.walk(host.data)),
    )


def _latencies(invokes: list[float]) -> Figures:
    tenth = len(invokes) // 10
    parts = {"start": invokes[:tenth], "end": invokes[-tenth:]}
    found: Figures = {}
    for part, taken in parts.items():
        found[f"invoke_p50_at_{part}"] = context(median(taken), "ms")
        found[f"invoke_p99_at_{part}"] = context(quantiles(taken, n=100)[-1], "ms")
    return found


def _growth(samples: list[Sample]) -> Figures:
    """Each reading's mean peak, and how much of it the line through the peaks rises."""
    found: Figures = {}
    for name in asdict(samples[0]):
        bar = _MOST_GROWTH if name.endswith("_mb") else _MOST_GROWTH_OF_COUNTS
        readings = [asdict(sample)[name] for sample in samples]
        peaks = [max(part) for part in _parts(readings)]
        rise = linear_regression(range(_PARTS), peaks).slope * _PARTS
        found[name] = context(mean(peaks), "peak")
        found[f"{name}_growth"] = at_most(bar, 100 * rise / mean(peaks), "%")
    return found


def _parts(readings: list[float]) -> list[list[float]]:
    edges = [len(readings) * number // _PARTS for number in range(_PARTS + 1)]
    return [readings[start:end] for start, end in pairwise(edges)]


if __name__ == "__main__":
    main()
