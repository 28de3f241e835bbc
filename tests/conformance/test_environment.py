"""What an action finds and leaves behind: sections 8.1 and 8.3 to 8.5 of the contract."""

import base64
import io
import zipfile
from typing import Any

import pytest

from tests.conformance.client import Client, code, fresh, pairs
from tests.conformance.host import IMAGE

ENVIRONMENT = "import os\ndef main(args): return dict(os.environ)"


def zipped(**files: str) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return base64.b64encode(packed.getvalue()).decode()


def logs_of(client: Client, text: str, **fields: Any) -> Any:
    answer = client.invoke(client.action(text, **fields))
    return client.record(answer.json["activationId"])["logs"]


# Environment


def test_environment(client: Client) -> None:
    """8.1, 8.4, 11.11, assertion 9"""
    name = client.action(ENVIRONMENT)
    record = client.invoke(name).json
    seen = record["response"]["result"]
    own = {key: value for key, value in seen.items() if key.startswith("__OW_")}
    # What the shell, the launcher and Python itself add in the real image.
    assert set(seen) - set(own) <= {"PWD", "SHLVL", "_", "PYTHONIOENCODING", "LC_CTYPE", "OLDPWD"}
    assert "__OW_API_KEY" not in own
    assert own["__OW_NAMESPACE"] == client.namespace
    assert own["__OW_ACTION_NAME"] == f"/{client.namespace}/{name}"
    assert own["__OW_ACTION_VERSION"] == "0.0.1"
    assert own["__OW_ACTIVATION_ID"] == record["activationId"]
    assert own["__OW_API_HOST"].startswith("http")
    assert int(own["__OW_DEADLINE"]) > record["start"]


def test_environment_of_a_warm_run(client: Client) -> None:
    """8.1: refreshed"""
    name = client.action(ENVIRONMENT)
    runs = [client.invoke(name).json for _ in range(2)]
    for run in runs:
        assert run["response"]["result"]["__OW_ACTIVATION_ID"] == run["activationId"]
    assert runs[0]["activationId"] != runs[1]["activationId"]


@pytest.mark.parametrize(
    ("value", "given"),
    [(True, True), (1, True), ("yes", True), ({}, True), ("", False), (0, False)],
)
def test_api_key_is_given_on_request_only(client: Client, value: Any, given: bool) -> None:
    """2.1, 8.1, 11.11"""
    name = client.action(ENVIRONMENT, annotations=pairs({"provide-api-key": value}))
    assert client.result(name).get("__OW_API_KEY") == (client.auth if given else None)


# 8.3 Logs


def test_logs_have_a_time_and_a_stream(client: Client) -> None:
    """8.3"""
    text = "import sys\ndef main(args):\n print('out')\n print('err', file=sys.stderr)\n return {}"
    lines = sorted(logs_of(client, text), key=lambda line: line.split(" ", 1)[1])
    assert [line[30:] for line in lines] == [" stderr: err", " stdout: out"]
    for line in lines:
        assert line[:30].rstrip().endswith("Z")
        assert line[4] == line[7] == "-"
        assert line[10] == "T"


def test_a_developer_error_leaves_a_line_of_the_platform(client: Client) -> None:
    """8.3"""
    lines = logs_of(client, "def main(args:")
    text = "The action did not initialize or run as expected. Log data might be missing."
    assert lines[-1].endswith(f" stderr: {text}")
    assert any("was never closed" in line for line in lines)


def test_a_traceback_is_in_the_logs(client: Client) -> None:
    """8.5"""
    lines = logs_of(client, "def main(args): raise ValueError('boom')")
    assert [line for line in lines if line.endswith(" stderr: ValueError: boom")]


def test_logs_past_their_limit_are_cut(client: Client) -> None:
    """8.3"""
    text = "def main(args):\n for _ in range(1300): print('x' * 1000)\n return {}"
    lines = logs_of(client, text, limits={"logs": 1})
    assert len(lines) < 1300
    limit = 1024 * 1024
    message = f"because the total bytes size exceeds the limit of {limit} bytes."
    assert lines[-1].endswith(f"Logs were truncated {message}")


def test_no_logs_are_kept_with_a_limit_of_none(client: Client) -> None:
    """8.3"""
    assert logs_of(client, "def main(args):\n print('x')\n return {}", limits={"logs": 0}) == []


# 8.5 Python


def test_a_zip_brings_its_own_modules(client: Client) -> None:
    """8.5, 11.21"""
    code_ = zipped(__main__="import helper\ndef main(args): return helper.help()",
                   helper="def help(): return {'helped': True}")  # fmt: skip
    name = client.action(code_)
    assert client.get(f"actions/{name}")["exec"]["binary"] is True
    assert client.result(name) == {"helped": True}


def test_a_zip_without_main(client: Client) -> None:
    """8.5"""
    name = client.action(zipped(other="def main(args): return {}"))
    record = client.invoke(name).json
    assert record["response"]["status"] == "action developer error"
    logs = client.record(record["activationId"])["logs"]
    assert any("Zip file does not include" in line for line in logs)


@pytest.mark.usefixtures("local_host")
def test_an_image_has_its_own_packages_and_a_kind_has_none(client: Client) -> None:
    """8.5"""
    text = (
        "import importlib.util\n"
        "def main(args): return {'found': importlib.util.find_spec('pytest') is not None}"
    )
    name = fresh()
    client.put(f"actions/{name}", {"exec": code(text, kind="blackbox", image=f"{IMAGE}:2.0")})
    assert client.result(name) == {"found": True}
    assert client.result(client.action(text)) == {"found": False}
