"""The requests that `wsk` sends (openwhisk-contract.md, section 12), on what was deployed."""

import json

import pytest
import redis

from findme.openwhisk import OpenWhisk, read_properties
from local.client import Client
from local.suite import Suite
from tests.clients.host import Host, unpaired
from tests.e2e.test_search import finished

ACTIONS = {
    "check_auth", "consent", "enrol", "my_data", "forget_me", "api_keys", "register_search",
    "album_search", "bucket_search", "compare_images", "search_status",
}  # fmt: skip
GUARDS = {
    "consent": "scope-enrol", "enrol": "scope-enrol", "search": "scope-search",
    "status": "scope-search", "my_data": "scope-data", "forget_me": "scope-data",
    "api_keys": "scope-keys",
}  # fmt: skip
TRIGGERS = {
    "album_search_requested", "bucket_search_requested", "bucket_changed", "photos_found",
    "match_found",
}  # fmt: skip
RULES = {"search_album", "search_bucket", "follow_bucket", "compare_photos"}


@pytest.fixture(scope="module")
def wsk(running: Suite) -> Host:
    properties = read_properties(running.wskprops)
    return Host(properties["APIHOST"], properties["AUTH"])


def test_wsk_list(wsk: Host) -> None:
    assert wsk.names("packages") >= {"findme", "findme-api"}
    routes = {f"findme-api/{route}" for route in GUARDS}
    assert wsk.names("actions") >= {f"findme/{action}" for action in ACTIONS} | routes
    listed = wsk.found("actions/findme/?limit=0&skip=0")
    assert {action["name"] for action in listed} == ACTIONS
    assert wsk.names("triggers") >= TRIGGERS
    assert wsk.names("rules") >= RULES
    for rule in RULES:
        assert wsk.found(f"rules/{rule}")["status"] == "active"


def test_wsk_get(wsk: Host) -> None:
    package = wsk.found("packages/findme")
    assert {action["name"] for action in package["actions"]} == ACTIONS
    for action in ACTIONS:
        without = wsk.found(f"actions/findme/{action}?code=false")
        assert without["exec"]["binary"] is True
        assert "code" not in without["exec"]
        assert wsk.found(f"actions/findme/{action}?code=true")["exec"]["code"]
    for route, guard in GUARDS.items():
        sequence = wsk.found(f"actions/findme-api/{route}?code=false")
        assert sequence["exec"]["components"][0] == f"/guest/{guard}/check_auth"
        exported = {"web-export": True, "raw-http": True, "final": True}
        assert unpaired(sequence).items() >= exported.items()
    trigger = wsk.found("triggers/photos_found")
    assert trigger["rules"]["guest/compare_photos"]["status"] == "active"


def test_wsk_action_invoke_and_activation_get(
    wsk: Host, ada: Client, feed: str, running: Suite, openwhisk: OpenWhisk
) -> None:
    job = ada.search("album", feed)
    finished(ada, job)
    with redis.Redis.from_url(running.redis_url) as store:
        subject = store.hget(f"findme:job:{{{job}}}", "subject")
    assert isinstance(subject, bytes)
    asked = {"request": {"subject": subject.decode(), "path": job}}
    path = "actions/findme/search_status?blocking=true&result="
    status, result = wsk("POST", f"{path}true", asked)
    assert (status, result["body"]["state"]) == (200, "finished")
    status, activation = wsk("POST", f"{path}false", asked)
    assert (status, activation["response"]["result"]["body"]["job"]) == (200, job)
    unknown = {"request": {"subject": subject.decode(), "path": "nope"}}
    status, refused = wsk("POST", f"{path}true", unknown)
    assert (status, refused["error"]["statusCode"]) == (502, 404)

    activation_id = activation["activationId"]
    assert wsk.found(f"activations/{activation_id}")["response"]["success"] is True
    assert wsk("GET", f"activations/{activation_id}/logs") == (200, {"logs": []})
    assert wsk.found(f"activations/{activation_id}/result")["success"] is True
    listed = wsk.found("activations?name=findme/search_status&limit=30&skip=0")
    assert activation_id in {entry["activationId"] for entry in listed}


def test_wsk_trigger_fire(wsk: Host) -> None:
    status, fired = wsk("POST", "triggers/photos_found", {"job": "none"})
    assert status == 202
    record = wsk.found(f"activations/{fired['activationId']}")
    assert record["response"]["result"] == {"job": "none"}
    [log] = [json.loads(line) for line in record["logs"]]
    assert (log["rule"], log["action"], log["success"]) == (
        "guest/compare_photos", "guest/findme/compare_images", True,
    )  # fmt: skip
    # Nobody listens to match_found yet: nothing happens, and nothing is recorded.
    assert wsk("POST", "triggers/match_found", {"job": "none"}) == (204, "")
