"""Whether the activations that a campaign of kills has left behind are whole."""

import json
import re
from typing import Any

from tests.conformance.client import Client, unpaired
from tests.localwhisk.fault_clients import KILLED

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (stdout|stderr): (.*)")


def all_records(client: Client) -> dict[str, Any]:
    """Every record that is listed, each also as a list without `docs` shows it."""
    records: dict[str, Any] = {}
    while page := client.get(f"activations?docs=true&limit=200&skip={len(records)}"):
        summaries = client.get(f"activations?limit=200&skip={len(records)}")
        assert [each["activationId"] for each in page] == [e["activationId"] for e in summaries]
        records |= {record["activationId"]: record for record in page}
    assert client.get("activations?count=true") == {"activations": len(records)}
    return records


def assert_records_are_whole(records: dict[str, Any]) -> None:
    for record in records.values():
        kind = unpaired(record["annotations"]).get("kind")
        if kind is None:
            assert_firing_is_whole(record)
        elif kind == "sequence":
            assert_sequence_is_whole(record, records)
        else:
            assert_run_is_whole(record)


def assert_firing_is_whole(record: Any) -> None:
    """What its rules started may be lost with the host: it was accepted, not complete."""
    assert all(json.loads(line)["success"] for line in record["logs"]), record


def assert_sequence_is_whole(record: Any, records: dict[str, Any]) -> None:
    steps = [records[step] for step in record["logs"]]
    assert all(step["cause"] == record["activationId"] for step in steps)
    assert record["duration"] == sum(step["duration"] for step in steps)
    assert record["response"]["result"] == steps[-1]["response"]["result"]
    assert len(steps) == 2 or not record["response"]["success"]


def assert_run_is_whole(record: Any) -> None:
    matches = [LINE.fullmatch(line) for line in record["logs"]]
    assert all(matches), record["logs"]
    result = record["response"]["result"]
    if not record["response"]["success"]:
        assert result["error"] in KILLED, record
        return
    said = {(match[1], match[2]) for match in matches if match}
    n = result["n"]
    assert said == {("stdout", f"begin {n}"), ("stderr", f"middle {n}"), ("stdout", f"end {n}")}
    assert record["end"] - record["start"] >= result["seconds"] * 1000 - 1
