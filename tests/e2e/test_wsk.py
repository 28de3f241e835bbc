"""The requests that `wsk` sends (openwhisk-contract.md, section 12), on what was deployed."""

import json
from typing import Any

import pytest
import redis
import urllib3

from findme.openwhisk import OpenWhisk
from local.client import Client
from local.suite import Suite
from tests.e2e.test_search import finished

ACTIONS = {
    "check_auth", "enrol", "forget_me", "register_search", "album_search", "compare_images",
    "search_status",
}  # fmt: skip
ROUTES = {"enrol", "search", "status", "forget_me"}
TRIGGERS = {"album_search_requested", "photos_found", "match_found"}
RULES = {"search_album", "compare_photos"}


class Wsk:
    """Sends what `wsk` sends: the key in Basic, the namespace as `_`, JSON in and out."""

    def __init__(self, properties: str) -> None:
        lines = dict(line.split("=", 1) for line in properties.splitlines())
        self._root = f"{lines['APIHOST']}/api/v1/namespaces"
        self._headers = urllib3.util.make_headers(basic_auth=lines["AUTH"])
        self._headers |= {"Content-Type": "application/json", "User-Agent": "OpenWhisk-CLI/1.0"}

    def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body)
        response = urllib3.request(
            method, f"{self._root}/{path}", body=content, headers=self._headers, retries=False
        )
        return response.status, json.loads(response.data) if response.data else None

    def names(self, path: str) -> set[str]:
        status, listed = self("GET", path)
        assert status == 200
        return {entity["name"] for entity in listed}


@pytest.fixture(scope="module")
def wsk(running: Suite) -> Wsk:
    return Wsk(running.wskprops.read_text())


def test_wsk_list(wsk: Wsk) -> None:
    assert wsk.names("_/packages?limit=0&skip=0") >= {"findme", "findme-api"}
    assert wsk.names("_/actions?limit=0&skip=0") >= ACTIONS | ROUTES
    assert wsk.names("_/actions/findme/?limit=0&skip=0") == ACTIONS
    assert wsk.names("_/triggers?limit=0&skip=0") >= TRIGGERS
    assert wsk.names("_/rules?limit=0&skip=0") >= RULES
    for rule in RULES:
        status, entity = wsk("GET", f"_/rules/{rule}")
        assert (status, entity["status"]) == (200, "active")


def test_wsk_get(wsk: Wsk) -> None:
    status, package = wsk("GET", "_/packages/findme")
    assert status == 200
    assert {action["name"] for action in package["actions"]} == ACTIONS
    for action in ACTIONS:
        status, without = wsk("GET", f"_/actions/findme/{action}?code=false")
        assert status == 200
        assert without["exec"]["binary"] is True
        assert "code" not in without["exec"]
        assert wsk("GET", f"_/actions/findme/{action}?code=true")[1]["exec"]["code"]
    for route in ROUTES:
        status, sequence = wsk("GET", f"_/actions/findme-api/{route}?code=false")
        assert sequence["exec"]["components"][0] == "/guest/findme/check_auth"
        annotations = {item["key"]: item["value"] for item in sequence["annotations"]}
        assert annotations.items() >= {"web-export": True, "raw-http": True, "final": True}.items()
    status, trigger = wsk("GET", "_/triggers/photos_found")
    assert trigger["rules"]["guest/compare_photos"]["status"] == "active"


def test_wsk_action_invoke_and_activation_get(
    wsk: Wsk, ada: Client, feed: str, running: Suite, openwhisk: OpenWhisk
) -> None:
    job = ada.search("album", feed)
    finished(ada, job)
    with redis.Redis.from_url(running.redis_url) as store:
        subject = store.hget(f"findme:job:{{{job}}}", "subject")
    assert isinstance(subject, bytes)
    asked = {"subject": subject.decode(), "job": job}
    path = "_/actions/findme/search_status?blocking=true&result="
    status, result = wsk("POST", f"{path}true", asked)
    assert (status, result["body"]["state"]) == (200, "finished")
    status, activation = wsk("POST", f"{path}false", asked)
    assert (status, activation["response"]["result"]["body"]["job"]) == (200, job)
    status, refused = wsk("POST", f"{path}true", {**asked, "job": "nope"})
    assert (status, refused["error"]["statusCode"]) == (502, 404)

    activation_id = activation["activationId"]
    assert wsk("GET", f"_/activations/{activation_id}")[1]["response"]["success"] is True
    assert wsk("GET", f"_/activations/{activation_id}/logs") == (200, {"logs": []})
    assert wsk("GET", f"_/activations/{activation_id}/result")[1]["success"] is True
    status, listed = wsk("GET", "_/activations?name=findme/search_status&limit=30&skip=0")
    assert activation_id in {entry["activationId"] for entry in listed}


def test_wsk_trigger_fire(wsk: Wsk) -> None:
    status, fired = wsk("POST", "_/triggers/photos_found", {"job": "none"})
    assert status == 202
    status, record = wsk("GET", f"_/activations/{fired['activationId']}")
    assert record["response"]["result"] == {"job": "none"}
    [log] = [json.loads(line) for line in record["logs"]]
    assert (log["rule"], log["action"], log["success"]) == (
        "guest/compare_photos", "guest/findme/compare_images", True,
    )  # fmt: skip
    # Nobody listens to match_found yet: nothing happens, and nothing is recorded.
    assert wsk("POST", "_/triggers/match_found", {"job": "none"}) == (204, None)
