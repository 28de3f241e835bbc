"""Workers: kept warm, kept apart, and gone when they should be."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from localwhisk.runtime import Outcome, program
from tests.localwhisk.runtime.support import (
    ECHO,
    appears,
    executable,
    fields,
    is_alive,
    open_pool,
    pid,
    run,
    wait_for,
    wait_for_end,
)

PID = "import os\ndef main(args): return {'pid': os.getpid()}"
FOREVER = """
import os, time, subprocess
def main(args):
    child = subprocess.Popen(["/bin/sleep", "1000"])
    with open(args["file"], "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    while True:
        pass
"""


def test_globals_cwd_and_process_persist_between_runs(tmp_path: Path) -> None:
    code = """
import os
runs = 0
def main(args):
    global runs
    runs += 1
    return {"runs": runs, "pid": os.getpid()}
"""
    first, second = run(tmp_path, executable(code), {}, {})
    assert [fields(first)["runs"], fields(second)["runs"]] == [1, 2]
    assert pid(first) == pid(second)
    assert first.init_ms is not None
    assert second.init_ms is None
    assert first.end - first.start >= first.init_ms


def test_application_error_keeps_the_worker_developer_error_does_not(tmp_path: Path) -> None:
    code = """
import os
def main(args):
    if "raise" in args: raise ValueError(os.getpid())
    return None if "none" in args else {"pid": os.getpid()}
"""
    first, raised, _, last = run(tmp_path, executable(code), {}, {"raise": 1}, {"none": 1}, {})
    assert raised.result == {"error": str(pid(first))}
    assert pid(last) != pid(first)
    assert last.init_ms is not None


def test_environment_is_only_the_platforms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "1")
    code = """
import os, subprocess, sys
at_init = dict(os.environ)
def main(args):
    child = subprocess.run(["/usr/bin/env"], capture_output=True, text=True).stdout.split()
    return {"init": at_init, "run": dict(os.environ), "child": child, "stdin": sys.stdin.read()}
"""
    action = executable(code, environment={"__OW_API_HOST": "http://host", "color": "blue"})
    before = time.time() * 1000
    (outcome,) = run(tmp_path, action, variables={"__OW_ACTIVATION_ID": "a1"})
    for seen in (fields(outcome)["init"], fields(outcome)["run"]):
        deadline = int(seen.pop("__OW_DEADLINE"))
        assert before + 9_000 < deadline < before + 15_000
        assert seen == {
            "__OW_API_HOST": "http://host",
            "color": "blue",
            "__OW_ACTIVATION_ID": "a1",
        }
    assert {line.partition("=")[0] for line in fields(outcome)["child"]} <= {
        "__OW_API_HOST",
        "__OW_ACTIVATION_ID",
        "__OW_DEADLINE",
        "color",
    }
    assert fields(outcome)["stdin"] == ""


def test_variables_are_refreshed_for_each_run(tmp_path: Path) -> None:
    action = executable("import os\ndef main(args): return {'id': os.environ['__OW_ID']}")

    async def scenario() -> list[Outcome]:
        async with open_pool(tmp_path) as pool:
            return [await pool.run(action, {}, {"__OW_ID": value}) for value in "ab"]

    assert [fields(outcome)["id"] for outcome in asyncio.run(scenario())] == ["a", "b"]


def test_kinds_see_the_standard_library_and_stock_alone(tmp_path: Path) -> None:
    """8.5"""
    code = "import {}\ndef main(args): return {{'file': {}.__file__}}"
    absent = executable(code.format("pytest", "pytest"))
    (outcome,) = run(tmp_path / "pool", absent)
    assert outcome.result == {"error": "Cannot start action. Check logs for details."}
    image = program(sys.executable, isolated=False)
    (outcome,) = run(tmp_path / "pool", replace(absent, program=image))
    assert outcome.status == 0
    stock = tmp_path / "stock"
    stock.mkdir()
    for name in ("stocked", "json"):
        (stock / f"{name}.py").touch()
    isolated = program(sys.executable, isolated=True, stock=stock)
    for name, place in (("stocked", stock), ("json", Path(json.__file__).parents[1])):
        (outcome,) = run(tmp_path / "pool", executable(code.format(name, name), program=isolated))
        assert place in Path(fields(outcome)["file"]).parents


def test_busy_actions_run_in_parallel_and_the_most_recent_worker_is_reused(tmp_path: Path) -> None:
    slow = executable("import os, time\ndef main(args): time.sleep(0.5); return {}")

    async def scenario() -> tuple[list[Outcome], float]:
        async with open_pool(tmp_path) as pool:
            start = time.monotonic()
            outcomes = await asyncio.gather(*(pool.run(slow, {}, {}) for _ in range(4)))
            return outcomes, time.monotonic() - start

    outcomes, seconds = asyncio.run(scenario())
    assert [outcome.status for outcome in outcomes] == [0] * 4
    assert seconds < 1.5


def test_init_environment_belongs_to_the_worker(tmp_path: Path) -> None:
    code = "import os\ndef main(args): return {'color': os.environ['color']}"

    async def scenario() -> list[Outcome]:
        async with open_pool(tmp_path) as pool:
            return [
                await pool.run(executable(code, environment={"color": color}), {}, {})
                for color in ("red", "blue")
            ]

    assert [fields(outcome)["color"] for outcome in asyncio.run(scenario())] == ["red", "blue"]


def test_time_limit_kills_the_children_too(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    (outcome,) = run(tmp_path / "pool", executable(FOREVER, timeout_ms=500), {"file": str(file)})
    assert outcome.timed_out
    for number in file.read_text().split():
        wait_for_end(int(number))


def test_killed_busy_worker_is_a_developer_error_and_harms_no_other(tmp_path: Path) -> None:
    file = tmp_path / "pids"

    async def scenario() -> tuple[Outcome, Outcome]:
        async with open_pool(tmp_path / "pool") as pool:
            doomed = asyncio.create_task(pool.run(executable(FOREVER), {"file": str(file)}, {}))
            worker, _ = (await appears(file)).split()
            other = await pool.run(executable(ECHO, name="guest/other"), {"a": 1}, {})
            os.kill(int(worker), signal.SIGKILL)
            return other, await doomed

    other, doomed = asyncio.run(scenario())
    assert other.result == {"a": 1}
    assert (doomed.status, doomed.result) == (2, {"error": "command exited"})
    assert not doomed.timed_out


def test_killed_idle_worker_is_replaced_silently(tmp_path: Path) -> None:
    async def scenario() -> tuple[Outcome, Outcome]:
        async with open_pool(tmp_path) as pool:
            first = await pool.run(executable(PID), {}, {})
            os.kill(pid(first), signal.SIGKILL)
            await asyncio.to_thread(wait_for_end, pid(first))
            return first, await pool.run(executable(PID), {}, {})

    first, second = asyncio.run(scenario())
    assert second.status == 0
    assert pid(second) != pid(first)


def test_worker_that_dies_while_its_forked_child_holds_the_pipes(tmp_path: Path) -> None:
    code = """
import os, time
def main(args):
    if os.fork() == 0:
        time.sleep(1000)
    os.kill(os.getpid(), 9)
"""
    start = time.monotonic()
    (outcome,) = run(tmp_path, executable(code))
    assert outcome.result == {"error": "command exited"}
    assert time.monotonic() - start < 5


def test_worker_that_dies_while_a_child_that_left_its_group_holds_the_channel(
    tmp_path: Path,
) -> None:
    code = """
import os, time
def main(args):
    if os.fork() == 0:
        os.setsid()
        with open(args["file"], "w") as file:
            file.write(str(os.getpid()))
        time.sleep(1000)
    while not os.path.exists(args["file"]):
        time.sleep(0.01)
    os.kill(os.getpid(), 9)
"""
    file = tmp_path / "pid"
    start = time.monotonic()
    (outcome,) = run(tmp_path / "pool", executable(code, timeout_ms=60_000), {"file": str(file)})
    os.kill(int(file.read_text()), signal.SIGKILL)
    assert outcome.result == {"error": "command exited"}
    assert time.monotonic() - start < 10


ABUSE = {
    "hung": "def main(args):\n while True: pass",
    "bloated": "def main(args):\n hoard = []\n while True: hoard.append(b'x' * 2**20)",
    "dead": "import os\ndef main(args): os.kill(os.getpid(), 9)",
    "loud": "def main(args):\n while True: print('x' * 1000)",
    "broken": "def main(args",
}


def test_what_others_do_affects_no_one(tmp_path: Path) -> None:
    """8.2: each fails for its own reason, while another action is served without a pause"""

    async def scenario() -> tuple[dict[str, Outcome], list[Outcome]]:
        async with open_pool(tmp_path) as pool:
            await pool.run(executable(ECHO), {}, {})
            abusers = [
                pool.run(executable(code, name=name, timeout_ms=1500, memory_mb=128), {}, {})
                for name, code in ABUSE.items()
            ]
            abused = asyncio.gather(*abusers)
            served = []
            while not abused.done():
                served.append(await pool.run(executable(ECHO), {}, {}))
                await asyncio.sleep(0.01)
            return dict(zip(ABUSE, await abused, strict=True)), served

    failed, served = asyncio.run(scenario())
    late = "The action exceeded its time limits of 1500 milliseconds."
    assert {name: fields(outcome)["error"] for name, outcome in failed.items()} == {
        "hung": late,
        "bloated": "The action exhausted its memory and was aborted.",
        "dead": "command exited",
        "loud": late,
        "broken": "The action failed to generate or locate a binary. See logs for details.",
    }
    assert len(served) > 20
    assert all(outcome.result == {} and outcome.init_ms is None for outcome in served)
    assert max(outcome.end - outcome.start for outcome in served) < 1000


def test_cancelled_run_ends_its_worker(tmp_path: Path) -> None:
    file = tmp_path / "pids"

    async def scenario() -> None:
        async with open_pool(tmp_path / "pool") as pool:
            task = asyncio.create_task(pool.run(executable(FOREVER), {"file": str(file)}, {}))
            numbers = (await appears(file)).split()
            task.cancel()
            for number in numbers:
                await asyncio.to_thread(wait_for_end, int(number))

    asyncio.run(scenario())


@pytest.mark.parametrize("after", [0, 0.001, 0.005, 0.01, 0.02, 0.04])
def test_run_that_is_cancelled_while_it_starts_leaves_nothing(tmp_path: Path, after: float) -> None:
    async def scenario() -> None:
        async with open_pool(tmp_path) as pool:
            task = asyncio.create_task(pool.run(executable(ECHO), {}, {}))
            await asyncio.sleep(after)
            task.cancel()
            await asyncio.wait({task})
            assert (await pool.run(executable(ECHO), {"a": 1}, {})).result == {"a": 1}

    asyncio.run(scenario())
    assert not list((tmp_path / "workers").iterdir())


def test_close_waits_for_runs_that_their_owners_cancelled(tmp_path: Path) -> None:
    file = tmp_path / "pids"

    async def scenario() -> None:
        async with open_pool(tmp_path / "pool") as pool:
            task = asyncio.create_task(pool.run(executable(FOREVER), {"file": str(file)}, {}))
            numbers = (await appears(file)).split()
            task.cancel()
        assert [is_alive(int(number)) for number in numbers] == [False, False]
        with pytest.raises(RuntimeError, match="closed"):
            await pool.run(executable(ECHO), {}, {})

    asyncio.run(scenario())


HOST = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.localwhisk.runtime.support import executable, open_pool, pid
from tests.localwhisk.runtime.test_pool import FOREVER, PID

async def main(directory):
    async with open_pool(directory / "pool") as pool:
        idle = await pool.run(executable(PID), {}, {})
        (directory / "idle").write_text(str(pid(idle)))
        busy = executable(FOREVER, name="guest/busy")
        await pool.run(busy, {"file": str(directory / "busy")}, {})

asyncio.run(main(Path(sys.argv[2])))
"""


def test_no_worker_outlives_a_killed_host(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", HOST, root, tmp_path]) as host:
        busy, idle = tmp_path / "busy", tmp_path / "idle"
        wait_for(lambda: busy.exists() and len(busy.read_text().split()) == 2)
        numbers = [int(n) for n in (*busy.read_text().split(), idle.read_text())]
        assert all(map(is_alive, numbers))
        host.kill()
    wait_for(lambda: not any(map(is_alive, numbers)))
