"""Node.js actions: 8.1 and 8.2, as OpenWhisk's Node.js image has them."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from localwhisk.runtime import Executable, program
from tests.localwhisk.runtime.support import (
    executable,
    fields,
    is_alive,
    pid,
    run,
    text,
    wait_for_end,
)
from tests.localwhisk.runtime.test_bundles import zipped

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no Node.js on PATH")

EXITED = "The action did not produce a valid response and exited unexpectedly."
UNSTARTED = "The action did not initialize and exited unexpectedly."
NOT_A_DICTIONARY = "The action did not return a dictionary."


def nodejs(code: str | bytes, **changes: object) -> Executable:
    return executable(code, program=program(str(NODE), isolated=True), **changes)


def returning(expression: str) -> str:
    return f"function main(args) {{ return {expression}; }}"


@pytest.mark.parametrize(
    ("code", "result"),
    [
        (returning("args"), {"x": 1}),
        (returning("[args, null]"), [{"x": 1}, None]),
        (returning("undefined"), {}),
        (returning("({ n: NaN, f: () => 1, u: undefined })"), {"n": None}),
        (returning("Promise.resolve({ later: args.x })"), {"later": 1}),
        ("async function main(args) { return args; }", {"x": 1}),
        ("async function main() {}", {}),
        ("main = args => args", {"x": 1}),
        ("global.main = args => args", {"x": 1}),
        ("exports.main = args => args", {"x": 1}),
        ("module.exports = { main: args => args }", {"x": 1}),
        ("module.exports.main = args => args // no newline", {"x": 1}),
        ("const path = require('path'); " + returning("[path.sep]"), ["/"]),
        ("async function main() { return [(await import('node:path')).sep]; }", ["/"]),
    ],
)
def test_success(tmp_path: Path, code: str, result: object) -> None:
    (outcome,) = run(tmp_path, nodejs(code), {"x": 1})
    assert (outcome.status, outcome.result) == (0, result)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        (returning("({ error: 'e', more: 1 })"), 1, "e"),
        (returning("({ error: null })"), 1, None),
        (returning("Promise.reject()"), 1, {}),
        (returning("Promise.reject('why')"), 1, "why"),
        (returning("Promise.reject({ statusCode: 401 })"), 1, {"statusCode": 401}),
        (
            "function main() { throw new Error('boom'); }",
            2,
            "An error has occurred: Error: boom",
        ),
        (returning("'text'"), 2, NOT_A_DICTIONARY),
        (returning("7"), 2, NOT_A_DICTIONARY),
        (
            returning("null"),
            2,
            "The action did not produce a valid JSON or JSON Array response: null\n",
        ),
        (returning("({ big: 1n })"), 2, "Internal error."),
        ("const round = {}; round.round = round; " + returning("round"), 2, "Internal error."),
        (returning("process.exit(0)"), 2, EXITED),
        (
            "function main() { setTimeout(() => { throw 1; }); return new Promise(() => 0); }",
            2,
            EXITED,
        ),
        ("process.exit(0)", 2, UNSTARTED),
        (
            "const main = 1",
            2,
            "Initialization has failed due to: Action entrypoint 'main' is not a function.",
        ),
        ("", 2, "Missing main/no code to execute."),
    ],
)
def test_failure(tmp_path: Path, code: str, status: int, error: object) -> None:
    (outcome,) = run(tmp_path, nodejs(code))
    assert (outcome.status, outcome.result) == (status, {"error": error})


def test_rejection_with_an_error_tells_all_of_it(tmp_path: Path) -> None:
    code = "class Lost extends Error { name = 'Lost'; statusCode = 404; }\n" + returning(
        "Promise.reject(new Lost('gone'))"
    )
    (outcome,) = run(tmp_path, nodejs(code))
    error = fields(outcome)["error"]
    assert outcome.status == 1
    assert (error["name"], error["message"], error["statusCode"]) == ("Lost", "gone", 404)
    assert "index.js" in error["stack"]


def test_code_that_cannot_be_read_is_named_in_error_and_logs(tmp_path: Path) -> None:
    (outcome,) = run(tmp_path, nodejs("function main( {"))
    assert outcome.status == 2
    error = fields(outcome)["error"]
    assert error.startswith("Initialization has failed due to: ")
    assert "SyntaxError" in error
    assert text(outcome.logs[0]).startswith("stderr: Error during initialization:")


def test_entry_is_found_by_its_name(tmp_path: Path) -> None:
    (outcome,) = run(tmp_path, nodejs("exports.entry = args => args", main="entry"), {"x": 1})
    assert outcome.result == {"x": 1}


HANDLER = "const { shout } = require('./lib/shout'); exports.main = a => ({ said: shout(a.w) });"
SHOUT = "exports.shout = word => require('loud')(word);"
LOUD = {"node_modules/loud/index.js": "module.exports = word => word.toUpperCase();"}


@pytest.mark.parametrize(
    ("files", "main"),
    [
        ({"index.js": HANDLER}, "main"),
        ({"package.json": '{"main": "handler.js"}', "handler.js": HANDLER}, "main"),
        ({"package.json": "{}", "other.js": HANDLER}, "other.main"),
    ],
)
def test_zip(tmp_path: Path, files: dict[str, str], main: str) -> None:
    code = zipped({**files, "lib/shout.js": SHOUT, **LOUD})
    (outcome,) = run(tmp_path, nodejs(code, main=main), {"w": "hi"})
    assert outcome.result == {"said": "HI"}


def test_zip_with_an_es_module(tmp_path: Path) -> None:
    files = {
        "package.json": '{"type": "module", "main": "index.js"}',
        "index.js": "import { x } from './x.js'; export const main = () => ({ x });",
        "x.js": "export const x = 1;",
    }
    (outcome,) = run(tmp_path, nodejs(zipped(files)))
    assert outcome.result == {"x": 1}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            zipped({"other.js": HANDLER}),
            "Zipped actions must contain either package.json or index.js at the root.",
        ),
        (
            b"no archive at all!!!",
            "There was an error uncompressing the action archive. The file type is unsupported",
        ),
        (zipped({"index.js": ""}), "Action entrypoint 'main' is not a function."),
    ],
)
def test_archive_that_is_no_action(tmp_path: Path, code: bytes, reason: str) -> None:
    (outcome,) = run(tmp_path, nodejs(code))
    expected = {"error": f"Initialization has failed due to: {reason}"}
    assert (outcome.status, outcome.result) == (2, expected)


def test_folder_and_environment_are_the_actions_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """11.11"""
    monkeypatch.setenv("SECRET_OF_THE_HOST", "1")
    code = "exports.main = () => ({ env: process.env, same: __dirname === process.cwd() });"
    action = nodejs(zipped({"index.js": code}), environment={"color": "blue"})
    (outcome,) = run(tmp_path, action, variables={"__OW_ACTIVATION_ID": "a1"})
    seen = fields(outcome)["env"]
    assert int(seen.pop("__OW_DEADLINE")) > time.time() * 1000
    assert seen == {"color": "blue", "__OW_ACTIVATION_ID": "a1"}
    assert fields(outcome)["same"]


def test_packages_of_the_machine_are_absent(tmp_path: Path) -> None:
    (outcome,) = run(tmp_path, nodejs("require('openwhisk'); " + returning("args")))
    assert outcome.status == 2
    assert "Cannot find module 'openwhisk'" in fields(outcome)["error"]


def test_process_and_globals_persist_until_a_developer_error(tmp_path: Path) -> None:
    code = "let runs = 0; " + returning("args.bad ? 'no' : { runs: ++runs, pid: process.pid }")
    bad = {"bad": True}
    first, second, failed, last = run(tmp_path, nodejs(code), {}, {}, bad, {})
    assert [fields(outcome)["runs"] for outcome in (first, second, last)] == [1, 2, 1]
    assert pid(first) == pid(second)
    assert second.init_ms is None
    assert failed.status == 2
    assert last.init_ms is not None
    assert not is_alive(pid(first))


def test_logs_of_each_run(tmp_path: Path) -> None:
    code = """
console.log("import");
process.stdout.write = () => true;
function main({ n }) {
    console.error("err", n);
    require("child_process").execSync("echo child", { stdio: "inherit" });
    return {};
}
"""
    first, second = run(tmp_path, nodejs(code), {"n": 1}, {"n": 2})
    assert sorted(map(text, first.logs)) == ["stderr: err 1", "stdout: child", "stdout: import"]
    assert sorted(map(text, second.logs)) == ["stderr: err 2", "stdout: child"]


@pytest.mark.parametrize("initializing", [True, False])
def test_time_limit(tmp_path: Path, initializing: bool) -> None:
    loop = "while (true);"
    code = loop if initializing else f"function main() {{ console.log('seen'); {loop} }}"
    (outcome,) = run(tmp_path, nodejs(code, timeout_ms=700))
    suffix = " during initialization." if initializing else "."
    message = f"The action exceeded its time limits of 700 milliseconds{suffix}"
    assert (outcome.status, outcome.result) == (2, {"error": message})
    assert outcome.timed_out
    assert initializing or text(outcome.logs[0]) == "stdout: seen"


def test_memory_limit(tmp_path: Path) -> None:
    code = (
        "function main() { const hoard = []; while (true) hoard.push(new Array(1e5).fill(1.5)); }"
    )
    (outcome,) = run(tmp_path, nodejs(code, memory_mb=128))
    message = "The action exhausted its memory and was aborted."
    assert (outcome.status, outcome.result) == (2, {"error": message})


def test_large_payloads_and_responses(tmp_path: Path) -> None:
    code = returning("args.length ? { text: 'x'.repeat(args.length) } : args")
    big = {"text": "ö\n" * 200_000}
    echoed, long, short = run(tmp_path, nodejs(code), big, {"length": 3_000_000}, {"length": 1})
    assert echoed.result == big
    length = 3_000_000 + len('{"text":""}\n')
    assert (long.status, long.size) == (1, length)
    assert f"exceeded the allowed length: {length} > 1048576 bytes." in fields(long)["error"]
    assert (short.result, short.init_ms) == ({"text": "x"}, None)


def test_detached_child_does_not_keep_a_dead_worker_busy(tmp_path: Path) -> None:
    code = """
function main() {
    const options = { detached: true, stdio: ["ignore", 2, 2] };
    const child = require("child_process").spawn("/bin/sleep", ["1000"], options);
    console.log(child.pid);
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 50);
    return new Promise(() => 0);
}
"""
    (outcome,) = run(tmp_path, nodejs(code))
    assert outcome.result == {"error": EXITED}
    assert not outcome.timed_out

    child = int(text(outcome.logs[0]).removeprefix("stdout: "))
    os.kill(child, signal.SIGKILL)
    wait_for_end(child)
