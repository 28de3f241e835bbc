"""How many workers there are: who is warm, who makes room, and who waits."""

import asyncio
from pathlib import Path

from localwhisk.runtime import Executable, Outcome
from tests.localwhisk.runtime.support import executable, is_alive, open_pool, pid, wait_for_end

PID = "import os\ndef main(args): return {'pid': os.getpid()}"


def test_drop_ends_idle_workers_now_and_busy_ones_after_their_run(tmp_path: Path) -> None:
    slow = "import os, time\ndef main(args): time.sleep(args['s']); return {'pid': os.getpid()}"

    async def scenario() -> tuple[Outcome, Outcome]:
        async with open_pool(tmp_path) as pool:
            action = executable(slow)
            busy = asyncio.create_task(pool.run(action, {"s": 0.5}, {}))
            idle = await pool.run(action, {"s": 0}, {})
            await pool.drop(action.name)
            assert not is_alive(pid(idle))
            ended = await busy
            again = await pool.run(action, {"s": 0}, {})
            return ended, again

    ended, again = asyncio.run(scenario())
    assert ended.status == 0
    assert pid(again) != pid(ended)
    assert not is_alive(pid(ended))


def test_idle_workers_are_evicted_after_a_while(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_pool(tmp_path, idle_seconds=0.1) as pool:
            outcome = await pool.run(executable(PID), {}, {})
            await asyncio.to_thread(wait_for_end, pid(outcome))

    asyncio.run(scenario())


def test_memory_budget_evicts_the_least_recently_used_and_then_queues(tmp_path: Path) -> None:
    code = "import os, time\ndef main(args): time.sleep(args['s']); return {'pid': os.getpid()}"

    def action(name: str) -> Executable:
        return executable(code, name=name)

    async def scenario() -> list[Outcome]:
        async with open_pool(tmp_path, memory_mb=512) as pool:
            a, b, c = [await pool.run(action(name), {"s": 0}, {}) for name in "abc"]
            warm = await pool.run(action("b"), {"s": 0}, {})
            assert (pid(warm), is_alive(pid(c))) == (pid(b), True)
            await asyncio.to_thread(wait_for_end, pid(a))
            queued = [pool.run(action(name), {"s": 0.2}, {}) for name in "defg"]
            return await asyncio.gather(*queued)

    outcomes = asyncio.run(scenario())
    assert [outcome.status for outcome in outcomes] == [0] * 4
    assert max(o.start for o in outcomes) >= min(o.end for o in outcomes)


def test_warm_workers_serve_on_while_a_large_action_waits_for_room(tmp_path: Path) -> None:
    code = "import os, time\ndef main(args): time.sleep(args['s']); return {'pid': os.getpid()}"
    small, large = executable(code, name="small"), executable(code, name="large", memory_mb=512)

    async def scenario() -> tuple[Outcome, list[Outcome], list[Outcome]]:
        async with open_pool(tmp_path, memory_mb=768) as pool:
            first = await pool.run(small, {"s": 0}, {})
            heavy = [asyncio.create_task(pool.run(large, {"s": 0.3}, {})) for _ in range(3)]
            await asyncio.sleep(0)  # the first of them runs, and the others wait
            served = []
            while not heavy[0].done():
                served.append(await pool.run(small, {"s": 0}, {}))
            return first, served, await asyncio.gather(*heavy)

    first, served, heavy = asyncio.run(scenario())
    assert len(served) > 5
    assert {pid(outcome) for outcome in served} == {pid(first)}
    assert len({pid(outcome) for outcome in heavy}) == 1
