"""Code as folders."""

import asyncio
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from localwhisk.runtime import Outcome
from tests.localwhisk.runtime.support import ECHO, executable, fields, open_pool, run, text

MAIN = """
import os, sys
import sibling
from package import inner

def main(args):
    return {
        "values": [sibling.VALUE, inner.VALUE, open("data.txt").read()],
        "cwd first": sys.path[0] == os.getcwd(),
        "name": __name__,
    }
"""


SLOW = """
import time
import sibling

def main(args):
    time.sleep(0.2)
    return {}
"""


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


BUNDLE = zipped(
    {
        "__main__.py": MAIN,
        "sibling.py": "VALUE = 'sibling'",
        "package/__init__.py": "",
        "package/inner.py": "VALUE = 'inner'",
        "data.txt": "data",
    }
)


def test_zip_with_sibling_modules(tmp_path: Path) -> None:
    (outcome,) = run(tmp_path, executable(BUNDLE))
    assert outcome.result == {
        "values": ["sibling", "inner", "data"],
        "cwd first": True,
        "name": "main__",
    }


def test_zip_without_main(tmp_path: Path) -> None:
    (outcome,) = run(tmp_path, executable(zipped({"other.py": ECHO})))
    message = "The action failed to generate or locate a binary. See logs for details."
    assert (outcome.status, outcome.result) == (2, {"error": message})
    assert text(outcome.logs[0]) == "stderr: Zip file does not include main__"


def test_broken_zip(tmp_path: Path) -> None:
    broken = bytearray(BUNDLE)
    broken[40:60] = bytes(20)
    (outcome,) = run(tmp_path, executable(bytes(broken)))
    message = "The action failed to generate or locate a binary. See logs for details."
    assert (outcome.status, outcome.result) == (2, {"error": message})


def test_zip_cannot_leave_its_folder(tmp_path: Path) -> None:
    code = zipped({"__main__.py": ECHO, "../../../../escaped.py": ""})

    async def scenario() -> tuple[Outcome, list[Path]]:
        async with open_pool(tmp_path / "host") as pool:
            return await pool.run(executable(code), {}, {}), list(tmp_path.rglob("escaped.py"))

    outcome, written = asyncio.run(scenario())
    assert outcome.status == 0
    assert {path.resolve().parents[2] for path in written} == {tmp_path / "host"}


def test_unpacked_once_and_compiled_once(tmp_path: Path) -> None:
    slow = zipped({"__main__.py": SLOW, "sibling.py": "VALUE = 1"})

    async def scenario() -> list[dict[str, int]]:
        seen = []
        async with open_pool(tmp_path) as pool:
            for _ in range(2):
                await asyncio.gather(*(pool.run(executable(slow), {}, {}) for _ in range(2)))
                files = (tmp_path / "bundles").rglob("*.py*")
                seen.append({path.name: path.stat().st_mtime_ns for path in files})
        return seen

    first, second = asyncio.run(scenario())
    assert {name.split(".")[0] for name in first if name.endswith(".pyc")} == {"main__", "sibling"}
    assert first == second


def test_what_a_killed_host_left_is_not_used(tmp_path: Path) -> None:
    left = tmp_path / "bundles" / "0"
    left.mkdir(parents=True)
    (left / "exec").write_text("def main(")
    (outcome,) = run(tmp_path, executable(ECHO), {"a": 1})
    assert outcome.result == {"a": 1}


def test_files_written_beside_the_code_are_the_workers_own(tmp_path: Path) -> None:
    code = """
import os, time
def main(args):
    time.sleep(0.2)
    open("note", "a").write("x")
    return {"note": open("note").read()}
"""
    action = executable(code)

    async def parallel_then_warm() -> list[Outcome]:
        async with open_pool(tmp_path) as pool:
            both = await asyncio.gather(*(pool.run(action, {}, {}) for _ in range(2)))
            return [*both, await pool.run(action, {}, {})]

    notes = [fields(outcome)["note"] for outcome in asyncio.run(parallel_then_warm())]
    assert notes == ["x", "x", "xx"]
    assert not list((tmp_path / "bundles").rglob("note"))


ACTIVATE = """
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(__file__)), "lib"))
"""


def test_virtualenv_of_a_zip_is_activated(tmp_path: Path) -> None:
    """8.5"""
    code = zipped(
        {
            "__main__.py": "import vendored\ndef main(args): return {'value': vendored.VALUE}",
            "virtualenv/bin/activate_this.py": ACTIVATE,
            "virtualenv/lib/vendored.py": "VALUE = 1",
        }
    )
    (outcome,) = run(tmp_path, executable(code))
    assert outcome.result == {"value": 1}


@pytest.mark.parametrize(
    ("virtualenv", "log"),
    [
        (
            {"virtualenv/bin/python": ""},
            "Invalid virtualenv. Zip file does not include 'activate_this.py'.",
        ),
        ({"virtualenv/bin/activate_this.py": "1 / 0"}, "Traceback (most recent call last):"),
    ],
)
def test_virtualenv_that_cannot_be_activated(
    tmp_path: Path, virtualenv: dict[str, str], log: str
) -> None:
    """8.5"""
    (outcome,) = run(tmp_path, executable(zipped({"__main__.py": ECHO, **virtualenv})))
    message = "The action failed to generate or locate a binary. See logs for details."
    assert (outcome.status, outcome.result) == (2, {"error": message})
    assert text(outcome.logs[0]) == f"stderr: {log}"


def test_drop_removes_the_folders_once_they_are_free(tmp_path: Path) -> None:
    def folders() -> set[Path]:
        return {path.parent for path in (tmp_path / "bundles").rglob("exec")}

    slow = executable("import time\ndef main(args): time.sleep(0.5); return {}")
    other = replace(slow, name="guest/other")

    async def scenario() -> int:
        async with open_pool(tmp_path) as pool:
            await pool.run(executable(ECHO, version="0.0.2"), {}, {})
            await pool.run(other, {}, {})
            busy = asyncio.create_task(pool.run(slow, {}, {}))
            while len(folders()) < 3:
                await asyncio.sleep(0.01)
            await pool.drop(slow.name)
            while_busy = len(folders())
            await busy
            while len(folders()) > 1:
                await asyncio.sleep(0.01)
        return while_busy

    assert asyncio.run(scenario()) == 2
