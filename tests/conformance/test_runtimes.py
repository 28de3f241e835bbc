"""What comes of a run, and which worker it has: sections 8.1 and 8.2 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import ECHO, Client, code, eventually, fresh, unpaired

COUNTS = "seen = 0\ndef main(args):\n global seen\n seen += 1\n return {'seen': seen}"
INVALID = "The action did not produce a valid JSON or JSON Array response"
NO_RESULT = "The action did not return a dictionary or array."
CANNOT_START = "The action failed to generate or locate a binary. See logs for details."
DEVELOPER = "action developer error"


def response_to(client: Client, name: str, status: int = 502) -> Any:
    answer = client.invoke(name)
    assert answer.status == status
    return answer.json["response"]


# 8.2 What came of a run


@pytest.mark.parametrize(
    ("text", "status", "error"),
    [
        ("def main(args): raise ValueError('boom')", "application error", "boom"),
        ("import sys\ndef main(args): sys.exit(1)", DEVELOPER, "command exited"),
        ("import os\ndef main(args): os._exit(0)", DEVELOPER, "command exited"),
        ("def main(args): return {'x': object()}", DEVELOPER, "command exited"),
        ("async def main(args): return {}", DEVELOPER, "command exited"),
        ("def main(args): return None", DEVELOPER, INVALID),
        ("def main(args): return 'text'", DEVELOPER, NO_RESULT),
        ("def main(args): return 7", DEVELOPER, NO_RESULT),
        ("def main(args): return {'x': float('nan')}", DEVELOPER, NO_RESULT),
        ("def main(args): return [float('inf')]", DEVELOPER, NO_RESULT),
    ],
)
def test_failing_runs(client: Client, text: str, status: str, error: str) -> None:
    """8.2, 8.5, 11.13, assertion 8"""
    response = response_to(client, client.action(text))
    assert (response["status"], response["success"]) == (status, False)
    assert set(response["result"]) == {"error"}
    assert response["result"]["error"].startswith(error)


@pytest.mark.parametrize(
    "text",
    [
        "def main(args:",
        "import no_such_module\ndef main(args): return {}",
        "raise ValueError('at import')",
        "def other(args): return {}",
    ],
)
def test_code_that_cannot_start(client: Client, text: str) -> None:
    """8.4, 8.5"""
    answer = client.invoke(client.action(text))
    response = answer.json["response"]
    assert (answer.status, response["status"]) == (502, DEVELOPER)
    assert unpaired(answer.json["annotations"])["initTime"] <= answer.json["duration"]
    starts = (CANNOT_START, "Cannot start action. Check logs for details.")
    assert response["result"]["error"].endswith(starts)


@pytest.mark.parametrize("value", [None, {}, [], False, 0, "", {"a": 1}])
def test_any_error_is_one(client: Client, value: Any) -> None:
    """2.5, 8.2: whatever its value"""
    name = client.action(f"def main(args): return {{'error': {value!r}, 'more': 1}}")
    response = response_to(client, name)
    assert (response["status"], response["result"]) == ("application error", {"error": value})


def test_action_past_its_time_limit(client: Client) -> None:
    """8.2, 11.23"""
    hangs = "import time\ndef main(args): return time.sleep(30) if args else {}"
    name = client.action(hangs, limits={"timeout": 1000})
    eventually(lambda: client.invoke(name).status == 200)
    answer = client.invoke(name, {"hang": True})
    assert (answer.status, answer.json["response"]["status"]) == (502, DEVELOPER)
    message = "The action exceeded its time limits of 1000 milliseconds."
    assert answer.json["response"]["result"] == {"error": message}
    assert unpaired(answer.json["annotations"])["timeout"] is True
    assert client.record(answer.json["activationId"])["duration"] >= 1000


def test_action_past_its_time_limit_while_it_starts(client: Client) -> None:
    """8.2"""
    name = client.action(f"import time\ntime.sleep(30)\n{ECHO}", limits={"timeout": 400})
    message = "The action exceeded its time limits of 400 milliseconds during initialization."
    assert response_to(client, name)["result"] == {"error": message}


def test_a_run_that_ends_after_nobody_waits_any_longer(client: Client) -> None:
    """11.23: the record is there all the same"""
    name = client.action("import time\ndef main(args): time.sleep(30)", limits={"timeout": 500})
    answer = client.invoke(name, {}, "blocking=true&timeout=100")
    assert answer.status == 202
    record = client.record(answer.json["activationId"])
    assert record["response"]["status"] == DEVELOPER
    assert unpaired(record["annotations"])["timeout"] is True


def test_action_past_its_memory_limit(client: Client) -> None:
    """8.2"""
    grows = "def main(args): return {'length': len(bytearray(600 * 1024 * 1024))}"
    name = client.action(grows, limits={"memory": 128})
    response = response_to(client, name)
    assert response["status"] == DEVELOPER
    assert response["result"] == {"error": "The action exhausted its memory and was aborted."}


def test_unknown_image(client: Client) -> None:
    """8.2"""
    name = fresh()
    exec_ = code(kind="blackbox", image="nobody/nothing:1")
    client.put(f"actions/{name}", {"exec": exec_})
    response = response_to(client, name)
    assert response["status"] == DEVELOPER
    message = "Failed to pull container image 'nobody/nothing:1'."
    assert response["result"] == {"error": message}


# 8.1 Instances


def test_a_worker_stays_warm_after_success_and_application_error(client: Client) -> None:
    """8.1, 8.2, 11.12"""
    text = f"{COUNTS}\ndef entry(args): return {{'error': 1}} if args.get('fail') else main(args)"
    name = fresh()
    client.put(f"actions/{name}", {"exec": code(text, main="entry")})
    assert client.result(name) == {"seen": 1}
    assert client.result(name, {"fail": True}) == {"error": 1}
    assert client.result(name) == {"seen": 2}


def test_a_worker_is_dropped_after_a_developer_error(client: Client) -> None:
    """8.2, 11.12"""
    text = f"{COUNTS}\ndef entry(args): return None if args.get('fail') else main(args)"
    name = fresh()
    client.put(f"actions/{name}", {"exec": code(text, main="entry")})
    assert client.result(name) == {"seen": 1}
    assert client.invoke(name, {"fail": True}).status == 502
    assert client.result(name) == {"seen": 1}


def test_actions_share_no_interpreter(client: Client) -> None:
    """8.1, 11.12"""
    assert client.result(client.action("import json\njson.mine = 1\n" + ECHO)) == {}
    seen = client.result(client.action("import json\ndef main(a): return {'x': dir(json)}"))
    assert "mine" not in seen["x"]


def test_an_update_takes_effect_on_the_next_call(client: Client) -> None:
    """8.1, 11.12"""
    name = client.action("def main(args): return {'v': 1}")
    assert client.result(name) == {"v": 1}
    client.action("def main(args): return {'v': 2}", name)
    record = client.invoke(name).json
    assert (record["response"]["result"], record["version"]) == ({"v": 2}, "0.0.2")


def test_deleted_and_made_again_with_the_same_version(client: Client) -> None:
    """8.1"""
    name = client.action("def main(args): return {'v': 1}")
    client.invoke(name)
    client.api("DELETE", f"actions/{name}")
    client.action("def main(args): return {'v': 2}", name)
    assert client.result(name) == {"v": 2}
