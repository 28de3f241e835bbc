"""Every row of the classification table that one machine can show."""

from pathlib import Path

import pytest

from localwhisk.runtime import discover, program
from localwhisk.runtime.responses import RESPONSE_LIMIT
from tests.localwhisk.runtime.support import ECHO, executable, fields, run, text

NOT_A_DICTIONARY = "The action did not return a dictionary or array."
NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
NOT_STARTED = "Cannot start action. Check logs for details."
NOT_RUN = "stderr: The action did not initialize or run as expected. Log data might be missing."


def returning(expression: str) -> str:
    return f"def main(args): return {expression}"


@pytest.mark.parametrize(
    ("code", "status", "result"),
    [
        (returning("{'a': [1, None, 'ö']}"), 0, {"a": [1, None, "ö"]}),
        (returning("[1, {'error': 'inside'}]"), 0, [1, {"error": "inside"}]),
        (returning("{}"), 0, {}),
        (returning("{'error': None, 'more': 1}"), 1, {"error": None}),
        (returning("{'error': {'statusCode': 401}}"), 1, {"error": {"statusCode": 401}}),
        ("def main(args): raise ValueError('boom')", 1, {"error": "boom"}),
        (
            returning("None"),
            2,
            {"error": "The action did not produce a valid JSON or JSON Array response: null\n"},
        ),
        (returning("'text'"), 2, {"error": NOT_A_DICTIONARY}),
        (returning("7"), 2, {"error": NOT_A_DICTIONARY}),
        (returning("{'a': float('nan')}"), 2, {"error": NOT_A_DICTIONARY}),
        (returning("{'a': float('inf')}"), 2, {"error": NOT_A_DICTIONARY}),
        (returning("{'a': object()}"), 2, {"error": "command exited"}),
        ("async def main(args): return {}", 2, {"error": "command exited"}),
        ("import sys\ndef main(args): sys.exit(0)", 2, {"error": "command exited"}),
        ("import os\ndef main(args): os.abort()", 2, {"error": "command exited"}),
        ("import os\ndef main(args): os.closerange(3, 99)", 2, {"error": "command exited"}),
        ("def main(args): is not python", 2, {"error": NO_BINARY}),
        ("import nowhere\ndef main(args): return {}", 2, {"error": NOT_STARTED}),
        ("def other(args): return {}", 2, {"error": NOT_STARTED}),
        ("import sys\nsys.exit(0)", 2, {"error": NOT_STARTED}),
        ("import os\nos.kill(os.getpid(), 9)", 2, {"error": NOT_STARTED}),
        ("", 2, {"error": "Missing main/no code to execute."}),
    ],
)
def test_classification(tmp_path: Path, code: str, status: int, result: object) -> None:
    (outcome,) = run(tmp_path, executable(code))
    assert (outcome.status, outcome.result) == (status, result)
    assert (text(outcome.logs[-1]) == NOT_RUN if outcome.logs else False) == (status == 2)


def test_a_failed_init_counts_as_one(tmp_path: Path) -> None:
    """2.5: initTime is there on every cold start"""
    (outcome,) = run(tmp_path, executable("import time\ntime.sleep(0.1)\n1 / 0"))
    assert outcome.init_ms is not None
    assert 100 <= outcome.init_ms <= outcome.end - outcome.start


@pytest.mark.parametrize("kind", [kind for kind in discover() if kind.startswith("python")])
def test_source_that_warns_is_refused_since_python_3_12(tmp_path: Path, kind: str) -> None:
    """8.5: whatever the build step prints fails it, for each worker again"""
    code = "import re\ndef main(args): return {'digit': re.findall('\\d', 'a1')}"
    action = executable(code, program=program(discover()[kind], isolated=True))
    refused = (2, {"error": NO_BINARY})
    fine = (0, {"digit": ["1"]})
    minor = int(kind.partition(".")[2])
    for outcome in run(tmp_path, action, {}, {}):
        assert (outcome.status, outcome.result) == (refused if minor >= 12 else fine)


@pytest.mark.parametrize("kind", [kind for kind in discover() if kind.startswith("python")])
def test_every_python_that_was_found_serves(tmp_path: Path, kind: str) -> None:
    code = "import sys\ndef main(args): return {'version': sys.version_info[:2], **args}"
    action = executable(code, program=program(discover()[kind], isolated=True))
    (outcome,) = run(tmp_path, action, {"a": 1})
    version = [int(part) for part in kind.partition(":")[2].split(".")]
    assert outcome.result == {"version": version, "a": 1}


def test_size_is_that_of_the_raw_response(tmp_path: Path) -> None:
    """In UTF-16 units, as the platform counts, with the line's end."""
    (outcome,) = run(tmp_path, executable(ECHO), {"a": "ö𝄞"})
    assert outcome.size == len('{"a": "ö"}\n') + 2


def test_function_is_found_by_its_name(tmp_path: Path) -> None:
    (outcome,) = run(tmp_path, executable("def entry(args): return args", main="entry"), [1, 2])
    assert outcome.result == [1, 2]


def test_exception_leaves_its_traceback_in_the_logs(tmp_path: Path) -> None:
    code = "def main(args): raise KeyError('gone')"
    (outcome,) = run(tmp_path, executable(code))
    assert text(outcome.logs[0]) == "stderr: Traceback (most recent call last):"
    assert text(outcome.logs[-1]) == "stderr: KeyError: 'gone'"
    assert "launcher.py" not in "".join(outcome.logs)


@pytest.mark.parametrize("initializing", [True, False])
def test_time_limit(tmp_path: Path, initializing: bool) -> None:
    loop = "while True: pass"
    code = loop if initializing else f"def main(args):\n    print('seen')\n    {loop}"
    (outcome,) = run(tmp_path, executable(code, timeout_ms=300))
    suffix = " during initialization." if initializing else "."
    message = f"The action exceeded its time limits of 300 milliseconds{suffix}"
    assert (outcome.status, outcome.result) == (2, {"error": message})
    assert outcome.timed_out
    assert 300 <= outcome.end - outcome.start < 2000
    assert initializing or text(outcome.logs[0]) == "stdout: seen"


def test_response_beyond_the_limit_is_truncated_and_the_worker_stays(tmp_path: Path) -> None:
    code = "def main(args): return {'text': 'x' * args['length']}"
    long, short = run(tmp_path, executable(code), {"length": 40_000_000}, {"length": 1})
    length = 40_000_000 + len('{"text": ""}\n')
    assert (long.status, long.size) == (1, length)
    expected = f"exceeded the allowed length: {length} > {RESPONSE_LIMIT} bytes. The truncated"
    assert expected in fields(long)["error"]
    assert len(fields(long)["error"]) < RESPONSE_LIMIT + 300
    assert (short.result, short.init_ms) == ({"text": "x"}, None)


def test_memory_limit(tmp_path: Path) -> None:
    code = """
def main(args):
    hoard = []
    while True:
        hoard.append(bytearray(b"x" * 2**20))
"""
    (outcome,) = run(tmp_path, executable(code, memory_mb=128))
    message = "The action exhausted its memory and was aborted."
    assert (outcome.status, outcome.result) == (2, {"error": message})


def test_interpreter_that_cannot_start_is_the_platforms_fault(tmp_path: Path) -> None:
    missing = program(str(tmp_path / "python"), isolated=True)
    (outcome,) = run(tmp_path, executable(ECHO, program=missing))
    message = "Failed to provision resources to run the action."
    assert (outcome.status, outcome.result) == (3, {"error": message})
    assert outcome.init_ms is None


def test_writing_to_the_channel_harms_the_action_alone(tmp_path: Path) -> None:
    code = "import os, sys\ndef main(args): os.write(int(sys.argv[-1]), b'junk\\n'); return {}"
    (outcome,) = run(tmp_path, executable(code))
    assert (outcome.status, outcome.result) == (2, {"error": "command exited"})


def test_payloads_of_a_mebibyte_go_both_ways(tmp_path: Path) -> None:
    big = {"text": "ö\n" * 250_000}
    (outcome,) = run(tmp_path, executable(ECHO), big)
    assert outcome.result == big
