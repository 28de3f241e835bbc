"""Finding activations: sections 1.4, 1.5 and 2.5 of the contract."""

from urllib.parse import quote

import pytest

from tests.conformance.client import Client, fresh, pairs

PRINTS = "def main(args):\n print('x')\n return args"
NO_SUCH_PATH = (404, "The requested resource could not be found.")


def runs(client: Client, name: str, count: int = 1) -> list[str]:
    """The ids of so many runs, oldest first, as soon as they are listed."""
    ids = [client.invoke(name, {"n": n}).json["activationId"] for n in range(count)]
    client.activations(f"name={name}", count)
    return ids


def test_list_shows_summaries(client: Client) -> None:
    """2.5"""
    name = client.action(PRINTS)
    runs(client, name)
    [summary] = client.get(f"activations?name={name}")
    assert set(summary) == {
        *("namespace", "name", "version", "publish", "annotations", "activationId"),
        *("start", "end", "duration", "statusCode"),
    }
    assert summary["statusCode"] == 0
    assert all(isinstance(summary[field], int) for field in ("start", "end", "duration"))


@pytest.mark.parametrize(
    ("text", "code"),
    [("def main(args): return {'error': 1}", 1), ("import os\ndef main(args): os._exit(1)", 2)],
)
def test_summaries_tell_failures_by_number(client: Client, text: str, code: int) -> None:
    """2.5, 12"""
    name = client.action(text)
    client.invoke(name)
    assert client.activations(f"name={name}")[0]["statusCode"] == code


def test_records_have_a_status_and_no_number(client: Client) -> None:
    """2.5, 11.2"""
    name = client.action()
    [activation_id] = runs(client, name)
    views = [client.record(activation_id), client.get(f"activations?name={name}&docs=true")[0]]
    for view in views:
        assert view["response"]["status"] == "success"
        assert "statusCode" not in view["response"]
        assert "statusCode" not in view


def test_docs_are_whole_records_newest_first(client: Client) -> None:
    """1.5, assertion 10"""
    name = client.action(PRINTS)
    ids = runs(client, name, 3)
    found = client.get(f"activations?name={name}&docs=true&limit=0")
    assert [record["activationId"] for record in found] == ids[::-1]
    assert found[0] == client.record(ids[2])
    everything = client.get("activations?limit=0&docs=true")
    assert len(everything) <= 200
    starts = [record["start"] for record in everything]
    assert starts == sorted(starts, reverse=True)


def test_pages_and_counts(client: Client) -> None:
    """1.5, 11.15, assertion 10"""
    name = client.action(PRINTS)
    ids = runs(client, name, 3)
    page = client.get(f"activations?name={name}&limit=1&skip=1")
    assert [entry["activationId"] for entry in page] == [ids[1]]
    assert client.get(f"activations?name={name}&count=true") == {"activations": 3}
    assert client.get(f"activations?name={name}&count=true&skip=1") == {"activations": 2}
    assert client.api("GET", "activations?limit=201").status == 400


def test_docs_do_not_go_with_count(client: Client) -> None:
    """1.5"""
    both = client.api("GET", "activations?count=true&docs=true")
    assert both.refusal == (400, "The parameter 'docs' is not permitted with 'count'.")


def test_window_is_inclusive_and_in_milliseconds(client: Client) -> None:
    """1.5, 11.15"""
    name = client.action(PRINTS)
    ids = runs(client, name, 2)
    first, last = (client.record(each)["start"] for each in ids)
    path = f"activations?name={name}"

    def found(query: str) -> list[str]:
        return [entry["activationId"] for entry in client.get(f"{path}&{query}")][::-1]

    assert found(f"since={first}") == ids
    assert found(f"since={last + 1}") == []
    assert found(f"upto={first - 1}") == []
    assert found(f"upto={last}") == ids
    assert ids[0] in found(f"upto={first}")
    assert found(f"since={first}&upto={last}") == ids
    assert found(f"since={last + 1}&upto={first}") == []
    assert client.get(f"{path}&since={first}&count=true") == {"activations": 2}


@pytest.mark.parametrize("query", ["since=x", "upto=1.5", "since=-", "upto=" + "9" * 30])
def test_bad_windows(client: Client, query: str) -> None:
    """1.5"""
    name, _, value = query.partition("=")
    message = f"Parameter is not a valid value for epoch seconds: {value}"
    answer = client.api("GET", f"activations?{query}")
    assert answer.refusal == (400, f"The query parameter '{name}' was malformed:\n{message}")


def test_names_are_simple_or_with_a_package(client: Client) -> None:
    """1.5, 11.15"""
    package = client.make("packages")
    action = fresh()
    client.action(PRINTS, f"{package}/{action}")
    [activation_id] = runs(client, f"{package}/{action}")
    assert client.get(f"activations?name={action}") == []
    [found] = client.get(f"activations?name={package}/{action}")
    assert (found["activationId"], found["name"]) == (activation_id, action)


def test_sequences_and_triggers_are_found_by_name_too(client: Client) -> None:
    """1.5"""
    action, trigger = client.action(), client.make("triggers")
    sequence = client.sequence(action)
    client.rule(trigger, action)
    client.invoke(sequence)
    client.api("POST", f"triggers/{trigger}", {})
    for name in (sequence, trigger):
        assert [entry["name"] for entry in client.activations(f"name={name}")] == [name]


@pytest.mark.parametrize("name", ["a/b/c", "*", " a", "a//b*"])
def test_bad_names(client: Client, name: str) -> None:
    """1.5"""
    message = f"Parameter may be a 'simple' name or 'package-name/simple' name: {name}"
    answer = client.api("GET", f"activations?name={quote(name)}")
    assert answer.refusal == (400, f"The query parameter 'name' was malformed:\n{message}")


def test_logs_and_result_alone(client: Client) -> None:
    """1.4"""
    record = client.invoke(client.action(PRINTS), {"x": 1}).json
    path = f"activations/{record['activationId']}"
    whole = client.record(record["activationId"])
    assert client.get(f"{path}/logs") == {"logs": whole["logs"]}
    assert whole["logs"][0].endswith(" stdout: x")
    assert client.get(f"{path}/result") == whole["response"]
    assert client.get(f"{path}/result")["result"] == {"x": 1}


def test_result_of_a_failure(client: Client) -> None:
    """1.4, 2.5"""
    record = client.invoke(client.action("def main(args): return {'error': 'no'}")).json
    client.record(record["activationId"])
    answer = client.api("GET", f"activations/{record['activationId']}/result")
    assert answer.status == 200
    told = answer.json
    assert (told["result"], told["success"]) == ({"error": "no"}, False)
    assert told["status"] == "application error"


@pytest.mark.parametrize("below", ["", "/logs", "/result"])
@pytest.mark.parametrize(
    ("activation_id", "status", "error"),
    [
        ("0" * 31, 400, "Activation id length is 31 but must be 32."),
        ("0" * 33, 400, "Activation id length is 33 but must be 32."),
        ("z" * 32, 400, "The activation id is not valid."),
        ("A" * 32, 400, "The activation id is not valid."),
        ("0" * 32, 404, "The requested resource does not exist."),
    ],
)
def test_bad_ids(client: Client, activation_id: str, status: int, error: str, below: str) -> None:
    """1.5"""
    assert client.api("GET", f"activations/{activation_id}{below}").refusal == (status, error)


def test_nothing_else_is_below_an_activation(client: Client) -> None:
    """1.4"""
    [activation_id] = runs(client, client.action())
    assert client.api("GET", f"activations/{activation_id}/annotations").refusal == NO_SUCH_PATH


def test_other_namespaces_do_not_see_it(client: Client, other: Client) -> None:
    """1.2"""
    name = client.action(annotations=pairs({"web-export": True}))
    [activation_id] = runs(client, name)
    assert other.api("GET", f"activations/{activation_id}").status == 404
    assert other.get(f"activations?name={name}") == []
    forbidden = other.call("GET", f"{client.namespace}/activations/{activation_id}")
    assert forbidden.status == 403
