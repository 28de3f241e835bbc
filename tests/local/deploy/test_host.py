import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from local import bundle
from local.data import ROOT
from local.deploy import (
    DeployError,
    deploy,
    deploy_with_wskdeploy,
    undeploy,
    undeploy_with_wskdeploy,
)
from tests.local.deploy.conftest import Host
from tests.local.deploy.snapshot import entities

needs_wskdeploy = pytest.mark.skipif(
    shutil.which("wskdeploy") is None, reason="wskdeploy is not on PATH (see tests/clients)"
)
SUITE_VARIABLES = {
    "REDIS_URL": "redis://:a-{$1}-password@127.0.0.1:6379/0",
    "FINDME_ISSUER": "http://127.0.0.1:3235/issuer",
    "FINDME_AUDIENCE": "findme",
    "FINDME_ALLOW_ORIGINS": "http://127.0.0.1:3235,https://findme.example",
    "FINDME_ALLOW_HOSTS": "127.0.0.1:3235",
    "FINDME_BUCKET_FEED": "",
    "FINDME_BUCKET": "",
    "FINDME_BUCKETS": "{}",
    "FINDME_S3_ENDPOINT": "",
    "FINDME_S3_KEY": "",
    "FINDME_S3_SECRET": "",
    "FINDME_S3_ANONYMOUS": "",
    "FEEDS_KEY": "a-key",
    "FEEDS_HINT_TOKEN": "a-token",
}


@needs_wskdeploy
@pytest.mark.parametrize("suite", ["example", "feeds.yaml", "manifest.yaml"])
def test_the_host_ends_up_with_what_wskdeploy_puts_there(
    suite: str, example: Path, environment: Mapping[str, str], new_host: Callable[[], Host]
) -> None:
    if suite != "example":
        bundle.ensure("local")
        example, environment = ROOT / suite, {**environment, **SUITE_VARIABLES}
    own, apache = new_host(), new_host()
    deploy(example, own.api_host, own.auth, environment)
    deploy_with_wskdeploy(example, apache.api_host, apache.auth, environment)
    ours, theirs = entities(own.client), entities(apache.client)
    assert ours.keys() == theirs.keys()
    for path, entity in theirs.items():
        assert ours[path] == entity, path


def test_every_part_of_the_format_arrives(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    deploy(example, host.api_host, host.auth, environment)
    found = entities(host.client)
    assert found["packages/example"]["publish"] is True
    assert found["packages/example"]["version"] == "0.1.2"
    assert found["packages/example"]["parameters"] == {
        "greeting": "hello ada",
        "filled_from_environment": "from the environment",
        "left_empty": "",
        "retries": 3,
        "names": ["ada", "$WHO", "grace"],
    }
    greet = found["actions/example/greet"]
    assert greet["exec"]["kind"] == "python:3.11"
    assert set(greet["exec"]["code"]) == {
        *("__main__.py", "helper.py", "two.py", "lib/one/__init__.py", "lib/two.py"),
        *("shared/words/__init__.py", "shared/words/numbers.py", "shared/words/deep/more.py"),
        *("tools/tools.py", "tools/again.py", "picked/words/numbers.py"),
        "shared/words/deep/__pycache__/more.cpython-311.pyc",
    }
    expected = {
        "placed": "before ada after",
        "joined": "ada36",
        "literal": "${WHO}",
        "typed": 0,
        "described": "ada",
        "defaulted": 7,
        "only_typed": False,
        "parsed": {"a": [1, None], "b": "$WHO"},
        "mapping": {"deep": {"whole": "ada", "list": ["$WHO"]}, "count": 2},
        "flag": False,
        "a_date": "2024-01-01",
    }
    assert expected.items() <= greet["parameters"].items()
    limits = {"timeout": 30000, "memory": 128, "logs": 1}
    assert limits.items() <= greet["limits"].items()
    single = found["actions/example/single"]
    assert (single["version"], single["exec"]["main"]) == ("1.2.3", "start")
    web = {"web-export": True, "raw-http": False, "final": True, "require-whisk-auth": "ada"}
    assert web.items() <= single["annotations"].items()
    assert found["actions/example/pictured"]["exec"]["image"] == "findme/python-ml:0.1.0"
    chained = found["actions/example/chained"]
    steps = ["/guest/example/greet", "/guest/example/pictured", "/guest/other/target"]
    assert chained["exec"]["components"] == steps
    assert chained["annotations"]["raw-http"] is True
    assert found["triggers/ada_called"]["parameters"] == {"place": "ada", "count": 1}
    assert found["triggers/left_out"]["parameters"] == {"place": "ada"}
    fed = found["triggers/ada_changes"]
    assert fed["annotations"] == {"feed": "/_/source/changes", "about": "ada"}
    assert (fed["parameters"], fed["publish"]) == ({}, True)
    through = found["actions/example/through_binding"]
    assert through["exec"]["components"] == ["/guest/bound/target"]
    bound = found["packages/bound"]
    assert bound["binding"] == {"namespace": "guest", "name": "other"}
    rule = found["rules/on_ada_called"]
    assert (rule["status"], rule["trigger"]["name"]) == ("active", "ada_called")
    assert rule["action"] == {"path": "guest/example", "name": "greet"}
    assert found["rules/unprefixed"]["action"] == {"path": "guest", "name": "in_no_package"}


EITHER = pytest.mark.parametrize(
    ("put", "take"),
    [
        (deploy, undeploy),
        pytest.param(deploy_with_wskdeploy, undeploy_with_wskdeploy, marks=needs_wskdeploy),
    ],
)
Step = Callable[[Path, str, str, Mapping[str, str]], None]


@EITHER
def test_a_sequence_s_component_gets_the_parameters_of_its_binding(
    put: Step, take: Step, example: Path, environment: Mapping[str, str], host: Host
) -> None:
    expected = {
        "place": "ada",
        "left": "alone",
        "typed": 3,
        "defaulted": 0,
        "deep": {"a": "ada"},
        "mine": 1,
    }
    for _ in range(2):
        put(example, host.api_host, host.auth, environment)
        assert host.client.invoke("example/through_binding", {"mine": 1}) == expected
        assert host.client.invoke("plainly_bound/target", {}) == {
            "place": "of the package",
            "left": "alone",
        }
    take(example, host.api_host, host.auth, environment)
    assert entities(host.client) == {}


@EITHER
def test_a_feed_is_told_of_its_trigger_s_life(
    put: Step, take: Step, example: Path, environment: Mapping[str, str], host: Host
) -> None:
    trigger = {"triggerName": "/_/ada_changes", "authKey": host.auth}
    options = {
        "bucket": "photos of ada",
        "every": 5,
        "only": {"suffixes": [".jpg", "$WHO"], "owner": "ada"},
    }
    created = {"lifecycleEvent": "CREATE", **trigger, **options}
    deleted = {"lifecycleEvent": "DELETE", **trigger}
    put(example, host.api_host, host.auth, environment)
    assert [told["asked"] for told in feed_activations(host)] == [created]
    put(example, host.api_host, host.auth, environment)
    take(example, host.api_host, host.auth, environment)
    told = [told["asked"] for told in feed_activations(host)]
    assert told == [created, deleted, created, deleted]


@EITHER
def test_a_trigger_whose_feed_refuses_it_is_not_left_there(
    put: Step, take: Step, example: Path, environment: Mapping[str, str], host: Host
) -> None:
    refusing = {**environment, "REFUSED": "CREATE"}
    for again in (False, True):
        with pytest.raises(DeployError, match="there is no CREATE today"):
            put(example, host.api_host, host.auth, refusing)
        assert "triggers/ada_changes" not in entities(host.client)
        if not again:
            put(example, host.api_host, host.auth, environment)
    put(example, host.api_host, host.auth, environment)
    found = entities(host.client)
    assert "triggers/ada_changes" in found
    assert found["rules/on_change"]["status"] == "active"


@EITHER
def test_a_feed_that_does_not_know_a_trigger_gets_it(
    put: Step, take: Step, example: Path, environment: Mapping[str, str], host: Host
) -> None:
    put(example, host.api_host, host.auth, {**environment, "FEED": ""})
    assert feed_activations(host) == []
    put(example, host.api_host, host.auth, {**environment, "REFUSED": "DELETE"})
    first, second = feed_activations(host)
    assert first == {"error": "there is no DELETE today"}
    assert second["asked"]["lifecycleEvent"] == "CREATE"


@EITHER
def test_a_trigger_that_its_feed_does_not_let_go_stays(
    put: Step, take: Step, example: Path, environment: Mapping[str, str], host: Host
) -> None:
    put(example, host.api_host, host.auth, {**environment, "REFUSED": "DELETE"})
    with pytest.raises(DeployError, match="there is no DELETE today"):
        take(example, host.api_host, host.auth, environment)
    found = entities(host.client)
    assert {"triggers/ada_changes", "actions/source/changes"} <= found.keys()
    assert "rules/on_change" not in found


def test_the_first_event_of_a_feed_finds_its_rules(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    """wskdeploy makes the rules after it: there nobody hears of the event."""
    deploy(example, host.api_host, host.auth, environment)
    assert [told["heard"] for told in feed_activations(host)] == [True]


def test_a_refusal_tells_the_trigger_and_its_feed(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    refusal = (
        "triggers/ada_changes is not deployed: CREATE by the feed /guest/gone: OpenWhisk answered "
        "404: The requested resource does not exist."
    )
    with pytest.raises(DeployError, match=re.escape(refusal)):
        deploy(example, host.api_host, host.auth, {**environment, "FEED": "/guest/gone"})


def feed_activations(host: Host) -> list[dict[str, Any]]:
    """What the example's feed answered, oldest first."""
    query = {"name": "source/changes", "docs": "true", "limit": "0"}
    found = host.client.request("GET", "activations", query=query)
    return [activation["response"]["result"] for activation in reversed(found)]


def test_deploying_again_changes_versions_only(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    deploy(example, host.api_host, host.auth, environment)
    first = without_versions(entities(host.client)), greet_exec(host)
    (example.parent / "actions" / "greet" / "helper.py").touch()
    deploy(example, host.api_host, host.auth, environment)
    assert (without_versions(entities(host.client)), greet_exec(host)) == first


def greet_exec(host: Host) -> object:
    return host.client.request("GET", "actions/example/greet", query={"code": "true"})["exec"]


def without_versions(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: without_versions(child) for key, child in value.items() if key != "version"}


@EITHER
def test_undeploying_takes_all_of_it_and_nothing_else(
    put: Step, take: Step, example: Path, environment: Mapping[str, str], host: Host
) -> None:
    for path in ("packages/mine", "triggers/also_mine"):
        host.client.request("PUT", path, {})
    before = entities(host.client)
    put(example, host.api_host, host.auth, environment)
    assert len(entities(host.client)) > len(before) + 10
    take(example, host.api_host, host.auth, environment)
    assert entities(host.client) == before


def test_undeploying_what_has_gone_is_done(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    """wskdeploy stops at the first binding that is not there; ours takes the rest."""
    deploy(example, host.api_host, host.auth, environment)
    host.client.request("DELETE", "packages/bound")
    undeploy(example, host.api_host, host.auth, environment)
    undeploy(example, host.api_host, host.auth, environment)
    assert entities(host.client) == {}


def test_a_package_with_something_else_in_it_stays(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    deploy(example, host.api_host, host.auth, environment)
    action = {"exec": {"kind": "python:3.11", "code": "def main(args): return args"}}
    host.client.request("PUT", "actions/other/mine", action)
    with pytest.raises(DeployError, match="packages/other is not deleted"):
        undeploy(example, host.api_host, host.auth, environment)
    assert "actions/other/mine" in entities(host.client)


@needs_wskdeploy
def test_wskdeploy_leaves_no_mark_in_the_tree(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    before = sorted(example.parent.rglob("*"))
    deploy_with_wskdeploy(example, host.api_host, host.auth, environment)
    assert sorted(example.parent.rglob("*")) == before


@needs_wskdeploy
def test_what_wskdeploy_says_of_a_failure_is_passed_on(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    with pytest.raises(DeployError, match=r"wskdeploy failed:\n[^~]*authentication is invalid"):
        deploy_with_wskdeploy(example, host.api_host, "nobody:nothing", environment)


def test_a_refused_key_is_told_with_the_entity(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    with pytest.raises(
        DeployError, match="packages/example is not deployed: OpenWhisk answered 401"
    ):
        deploy(example, host.api_host, "nobody:nothing", environment)


def test_the_command_deploys_and_undeploys(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    deployed = command(example, host, environment)
    assert (deployed.returncode, deployed.stdout + deployed.stderr) == (0, "")
    assert "rules/on_ada_called" in entities(host.client)
    undeployed = command(example, host, environment, "--undeploy")
    assert (undeployed.returncode, entities(host.client)) == (0, {})


def test_nothing_is_put_when_the_last_line_is_wrong(
    example: Path, environment: Mapping[str, str], host: Host
) -> None:
    with example.open("a") as manifest:
        manifest.write("      late: {trigger: quiet, action: target, once: true}\n")
    refused = command(example, host, environment)
    assert refused.returncode == 1
    assert "packages.default.rules.late.once: this key is not understood" in refused.stderr
    assert entities(host.client) == {}


def command(
    manifest: Path, host: Host, environment: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """The command line, told of host and key by a properties file as `wsk` reads it."""
    properties = manifest.parent / ".wskprops"
    properties.write_text(f"APIHOST={host.api_host}\nAUTH={host.auth}\n")
    return subprocess.run(
        [sys.executable, "-m", "local.deploy", "--with", "own", *arguments],
        cwd=ROOT,
        env={**environment, "WSK_MANIFEST": str(manifest), "WSK_CONFIG_FILE": str(properties)},
        capture_output=True,
        text=True,
        check=False,
    )
