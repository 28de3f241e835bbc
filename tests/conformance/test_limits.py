"""Sizes and bounds of what is stored and sent: section 10 of the contract."""

from typing import Any

import pytest

from tests.conformance.client import JSON, WEB, Client, code, fresh, pairs

MIB = 1024 * 1024
OVER = "v" * MIB  # with its quotes and its key past the limit
TOO_LARGE = " larger than allowed: 1048579 > 1048576 bytes."


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (
            {"timeout": 300001},
            "duration 300001 milliseconds exceeds allowed threshold of 300000 milliseconds",
        ),
        ({"timeout": 99}, "duration 99 milliseconds below allowed threshold of 100 milliseconds"),
        ({"memory": 513}, "memory size 513 MB exceeds allowed threshold of 512 MB"),
        ({"memory": 127}, "memory size 127 MB below allowed threshold of 128 MB"),
        ({"logs": 11}, "log size 11 MB exceeds allowed threshold of 10 MB"),
        ({"concurrency": 2}, "concurrency 2 exceeds allowed threshold of 1"),
        ({"concurrency": 0}, "concurrency 0 below allowed threshold of 1"),
    ],
)
def test_limits_out_of_range(client: Client, limits: dict[str, Any], message: str) -> None:
    """10"""
    refusal = (400, f"requirement failed: {message}")
    body = {"exec": code(), "limits": limits}
    assert client.api("PUT", f"actions/{fresh()}", body).refusal == refusal
    made = client.action()
    assert client.api("PUT", f"actions/{made}?overwrite=true", body).refusal == refusal


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"memory": "big"}, "memory limit malformed"),
        ({"memory": 128.5}, "requirement failed: memory limit must be whole number"),
        ({"timeout": "1s"}, "time limit malformed"),
        ({"logs": []}, "log limit malformed"),
        ({"concurrency": {}}, "concurrency limit malformed"),
        ({"instances": "x"}, "instance concurrency limit malformed"),
    ],
)
def test_limits_that_are_none(client: Client, limits: dict[str, Any], message: str) -> None:
    """10"""
    answer = client.api("PUT", f"actions/{fresh()}", {"exec": code(), "limits": limits})
    assert answer.refusal == (400, f"The request content was malformed:\n{message}")


def test_the_limit_of_instances_is_kept(client: Client) -> None:
    """2.1"""
    name = client.action(limits={"instances": 3})
    assert client.get(f"actions/{name}")["limits"]["instances"] == 3
    assert "instances" not in client.get(f"actions/{client.action()}")["limits"]


@pytest.mark.parametrize(
    "limits",
    [{"timeout": 100}, {"timeout": 300_000}, {"memory": 128}, {"memory": 512}, {"logs": 0}],
)
def test_limits_at_their_bounds(client: Client, limits: dict[str, int]) -> None:
    """10"""
    shown = client.get(f"actions/{client.action(limits=limits)}")["limits"]
    assert {name: shown[name] for name in limits} == limits


@pytest.mark.parametrize(
    ("collection", "field"),
    [
        *((collection, "annotations") for collection in ("actions", "packages", "triggers")),
        *((collection, "parameters") for collection in ("actions", "packages", "triggers")),
        ("rules", "annotations"),
    ],
)
def test_parameters_and_annotations_over_the_limit(
    client: Client, collection: str, field: str
) -> None:
    """1.7, 10: when it is made, and when it is changed"""
    name = client.of_each_kind()[collection]
    big = {field: pairs({"k": OVER})}
    for path in (f"{collection}/{fresh()}", f"{collection}/{name}?overwrite=true"):
        body = {**big, "exec": code()} if collection == "actions" else big
        assert client.api("PUT", path, body).refusal == (413, field + TOO_LARGE)


def test_parameters_at_the_limit(client: Client) -> None:
    """10"""
    value = "v" * (MIB - 3)
    made = client.put(f"packages/{fresh()}", {"parameters": pairs({"k": value})})
    assert made["parameters"] == pairs({"k": value})


def test_code_is_measured_as_it_is_sent(client: Client) -> None:
    """10, 11.21: in base64, not unpacked"""
    body = {"exec": code("QUJD" * (12 * MIB + 1))}
    answer = client.api("PUT", f"actions/{fresh()}", body)
    assert answer.refusal == (413, "exec larger than allowed: 50331652 > 50331648 bytes.")


def test_a_request_over_50_mib(client: Client) -> None:
    """10"""
    answer = client.api("PUT", f"packages/{fresh()}", b'{"x":"' + b"y" * 50 * MIB + b'"}', **JSON)
    # A server that counts before it knows what the request is about says 400.
    assert answer.status in (400, 413)


def test_payloads_over_the_limit(client: Client) -> None:
    """1.7, 10: of actions, triggers and over the web"""
    message = "Request larger than allowed: 1048585 > 1048576 bytes."
    big = {"x": "y" * MIB}
    action = client.action(annotations=pairs(WEB))
    answers = [
        client.invoke(action, big),
        client.api("POST", f"triggers/{client.make('triggers')}", big),
        client.web("POST", f"default/{action}", big),
    ]
    assert [answer.refusal for answer in answers] == [(413, message)] * 3


def test_a_payload_at_the_limit(client: Client) -> None:
    """10"""
    name = client.action("def main(args): return {'length': len(args['x'])}")
    text = "y" * (MIB - len('{"x": ""}'))
    assert client.result(name, {"x": text}) == {"length": len(text)}


def test_results_over_the_limit_are_cut_and_an_error(client: Client) -> None:
    """8.2, 10"""
    name = client.action(f"def main(args): return {{'x': 'y' * {MIB}}}")
    answer = client.invoke(name)
    response = answer.json["response"]
    assert (answer.status, response["status"]) == (502, "application error")
    text = "The action produced a response that exceeded the allowed length: "
    assert response["result"]["error"].startswith(text)
    assert " > 1048576 bytes. The truncated response was: " in response["result"]["error"]
