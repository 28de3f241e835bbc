"""Finding activations: sections 1.4, 1.5 and 2.5 of the contract."""

import pytest

from tests.localwhisk.client import Client, fresh

ECHO = "def main(args):\n print('x')\n return args"


def test_list_shows_summaries(client: Client) -> None:
    """2.5"""
    name = client.action(ECHO)
    client.invoke(name)
    [summary] = client.api("GET", f"activations?name={name}").json
    assert set(summary) == {
        *("namespace", "name", "version", "publish", "annotations", "activationId"),
        *("start", "end", "duration", "statusCode"),
    }
    assert summary["statusCode"] == 0


def test_docs_are_whole_records_newest_first(client: Client) -> None:
    """12, assertion 10"""
    name = client.action(ECHO)
    ids = [client.invoke(name, {"n": n}).json["activationId"] for n in range(3)]
    found = client.api("GET", f"activations?name={name}&docs=true&limit=0").json
    assert [record["activationId"] for record in found] == ids[::-1]
    assert found[0] == client.record(ids[2])
    everything = client.api("GET", "activations?limit=0&docs=true").json
    assert len(everything) <= 200
    starts = [record["start"] for record in everything]
    assert starts == sorted(starts, reverse=True)


def test_pages_and_counts(client: Client) -> None:
    """12, assertion 10"""
    name = client.action(ECHO)
    ids = [client.invoke(name).json["activationId"] for _ in range(3)]
    page = client.api("GET", f"activations?name={name}&limit=1&skip=1").json
    assert [entry["activationId"] for entry in page] == [ids[1]]
    counted = client.api("GET", f"activations?name={name}&count=true&skip=1").json
    assert counted == {"activations": 2}
    assert client.api("GET", "activations?limit=201").status == 400
    both = client.api("GET", "activations?count=true&docs=true")
    assert both.status == 400
    assert both.error == "The parameter 'docs' is not permitted with 'count'."


def test_window_is_inclusive_and_in_milliseconds(client: Client) -> None:
    """1.5"""
    name = client.action(ECHO)
    records = [client.invoke(name).json for _ in range(2)]
    start = records[0]["start"]
    path = f"activations?name={name}"
    until = client.api("GET", f"{path}&upto={start}").json
    assert records[0]["activationId"] in [entry["activationId"] for entry in until]
    assert len(client.api("GET", f"{path}&since={start}").json) == 2
    assert client.api("GET", f"{path}&since={records[1]['start'] + 1}").json == []


def test_names_are_simple_or_with_a_package(client: Client) -> None:
    """1.5"""
    package = client.make("packages")
    action = fresh()
    client.action(ECHO, f"{package}/{action}")
    record = client.invoke(f"{package}/{action}").json
    assert client.api("GET", f"activations?name={action}").json == []
    [found] = client.api("GET", f"activations?name={package}/{action}").json
    assert found["activationId"] == record["activationId"]
    answer = client.api("GET", "activations?name=a/b/c")
    assert answer.status == 400
    assert "Parameter may be a 'simple' name or 'package-name/simple' name" in answer.error


@pytest.mark.parametrize("query", ["since=x", "upto=1.5", "since=-"])
def test_bad_windows(client: Client, query: str) -> None:
    """1.5"""
    assert client.api("GET", f"activations?{query}").status == 400


def test_logs_and_result_alone(client: Client) -> None:
    """1.4"""
    record = client.invoke(client.action(ECHO), {"x": 1}).json
    path = f"activations/{record['activationId']}"
    [line] = client.api("GET", f"{path}/logs").json["logs"]
    assert line.endswith(" stdout: x")
    result = client.api("GET", f"{path}/result").json
    assert (result["result"], result["success"], result["status"]) == ({"x": 1}, True, "success")


@pytest.mark.parametrize(
    ("activation_id", "status", "error"),
    [
        ("0" * 31, 400, "Activation id length is 31 but must be 32."),
        ("z" * 32, 400, "The activation id is not valid."),
        ("0" * 32, 404, "The requested resource does not exist."),
    ],
)
def test_bad_ids(client: Client, activation_id: str, status: int, error: str) -> None:
    """1.5"""
    answer = client.api("GET", f"activations/{activation_id}")
    assert (answer.status, answer.error) == (status, error)


def test_other_namespaces_do_not_see_it(client: Client, other: Client) -> None:
    """1.2"""
    record = client.invoke(client.action(ECHO)).json
    assert other.api("GET", f"activations/{record['activationId']}").status == 404
