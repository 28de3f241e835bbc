"""Code as folders."""

import asyncio
import io
import zipfile
from dataclasses import replace
from pathlib import Path

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
    (outcome,) = run(tmp_path / "host", executable(code))
    assert outcome.status == 0
    (written,) = tmp_path.rglob("escaped.py")
    assert tmp_path / "host" / "bundles" in written.parents


def test_unpacked_once_and_compiled_once(tmp_path: Path) -> None:
    action = executable(BUNDLE)
    run(tmp_path, action)
    compiled = {path: path.stat().st_mtime_ns for path in (tmp_path / "bundles").rglob("*.pyc")}
    assert {path.name.split(".")[0] for path in compiled} >= {"sibling", "inner", "main__"}
    run(tmp_path, action)
    again = {path: path.stat().st_mtime_ns for path in (tmp_path / "bundles").rglob("*.pyc")}
    assert compiled == again


def test_what_a_killed_host_left_half_unpacked_is_not_used(tmp_path: Path) -> None:
    half = tmp_path / "bundles" / "partial" / "tmp1"
    half.mkdir(parents=True)
    (half / "main__.py").write_text("def main(")
    (outcome,) = run(tmp_path, executable(ECHO), {"a": 1})
    assert outcome.result == {"a": 1}
    assert not half.exists()


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


def test_drop_removes_the_folders_once_they_are_free(tmp_path: Path) -> None:
    def folders() -> set[Path]:
        return {path.parent for path in (tmp_path / "bundles").rglob("main__.py")}

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
        return while_busy

    assert asyncio.run(scenario()) == 2
    assert len(folders()) == 1
