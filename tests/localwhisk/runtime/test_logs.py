"""Log lines as an activation keeps them."""

import re
from pathlib import Path

from tests.localwhisk.runtime.support import executable, run, text

STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (stdout|stderr): ")


def lines(tmp_path: Path, body: list[str], *args: object, **changes: object) -> list[list[str]]:
    code = "import os, sys\ndef main(args):\n" + "\n".join(f"    {line}" for line in body)
    outcomes = run(tmp_path, executable(code + "\n    return {}", **changes), *args)
    return [outcome.logs for outcome in outcomes]


def test_both_streams_are_complete_and_in_order(tmp_path: Path) -> None:
    body = [
        "for n in range(500): print('out', n); print('err', n, file=sys.stderr)",
        "print('no newline', end='')",
    ]
    (logs,) = lines(tmp_path, body)
    assert all(STORED.match(line) for line in logs)
    assert logs == sorted(logs, key=lambda line: line[:30])
    out = [text(line) for line in logs if " stdout: " in line]
    err = [text(line) for line in logs if " stderr: " in line]
    assert out == [f"stdout: out {n}" for n in range(500)] + ["stdout: no newline"]
    assert err == [f"stderr: err {n}" for n in range(500)]


def test_blank_lines_are_kept(tmp_path: Path) -> None:
    (logs,) = lines(tmp_path, ["print('a\\n\\nb\\n')"])
    assert [text(line) for line in logs] == ["stdout: a", "stdout: ", "stdout: b", "stdout: "]


def test_each_run_has_its_own_lines(tmp_path: Path) -> None:
    code = "print('import')\ndef main(args): print(args['n']); return {}"
    first, second = run(tmp_path, executable(code), {"n": 1}, {"n": 2})
    assert [text(line) for line in first.logs] == ["stdout: import", "stdout: 1"]
    assert [text(line) for line in second.logs] == ["stdout: 2"]


def test_output_of_children_and_of_a_redirected_stdout(tmp_path: Path) -> None:
    body = [
        "os.system('echo from a child')",
        "os.dup2(os.open('elsewhere', os.O_CREAT | os.O_WRONLY), 1); print('into a file')",
    ]
    (logs,) = lines(tmp_path, body)
    assert [text(line) for line in logs] == ["stdout: from a child"]


def test_limit(tmp_path: Path) -> None:
    body = ["for n in range(args['lines']): print('x' * 1000)", "print('last')"]
    long, short = lines(tmp_path, body, {"lines": 5000}, {"lines": 1})
    limit = 1024 * 1024
    assert text(long[-1]) == (
        f"stderr: Logs were truncated because the total bytes size exceeds the limit of {limit}"
        " bytes."
    )
    assert limit - 2000 < sum(map(len, long[:-1])) <= limit + 100
    assert [text(line) for line in short] == ["stdout: " + "x" * 1000, "stdout: last"]


def test_one_endless_line_and_empty_lines_do_not_grow_the_host(tmp_path: Path) -> None:
    body = ["for _ in range(300): os.write(args['to'], args['what'].encode() * 100_000)"]
    endless, empty = lines(tmp_path, body, {"to": 1, "what": "x"}, {"to": 2, "what": "\n"})
    for logs in (endless, empty):
        assert "truncated" in logs[-1]
        assert sum(map(len, logs)) < 1024 * 1024 + 200


def test_binary_junk_is_text_in_the_logs(tmp_path: Path) -> None:
    (logs,) = lines(tmp_path, ["os.write(1, b'\\xff\\xfe\\x00junk\\n')"])
    assert [text(line) for line in logs] == ["stdout: \ufffd\ufffd\x00junk"]


def test_a_limit_of_zero_collects_nothing(tmp_path: Path) -> None:
    (logs, more) = lines(tmp_path, ["print('x' * 100_000)"], {}, {}, logs_mb=0)
    assert (logs, more) == ([], [])
