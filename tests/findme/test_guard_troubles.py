"""The guard in trouble: no store, no provider, wrong parameters, and requests made of anything."""

import json
import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from findme.keysets import KeySet
from local.data import ROOT
from tests.findme import provider as providers
from tests.findme.guarded import PAGE, Route, check_auth, refused
from tests.findme.odd import VALUES
from tests.findme.provider import Provider


def test_a_store_out_of_reach_is_told_to_the_page_and_to_nobody_how(
    route: Route, provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    route.bound["redis_url"] = "redis://:hunter2@127.0.0.1:1/0"
    answer = route(provider.token(), {"origin": PAGE})
    assert refused(answer) == (503, "store_unavailable")
    assert answer["error"]["headers"]["Access-Control-Allow-Origin"] == PAGE
    logged = "".join(capsys.readouterr())
    assert "ConnectionError" in logged
    assert "handover.py" in logged or "keysets.py" in logged
    assert "hunter2" not in logged


def test_a_provider_out_of_reach_is_told(route: Route) -> None:
    with providers.running() as gone:
        token = gone.token()
    route.bound["issuer"] = gone.url
    assert refused(route(token)) == (503, "identity_unavailable")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redis_url", ""),
        ("issuer", None),
        ("trusted_proxies", "hunter2"),
        ("subject_per_minute", 0),
        ("address_per_minute", [1]),
    ],
)
def test_a_parameter_that_is_wrong_is_named_in_the_log(
    route: Route, name: str, value: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    route.bound[name] = value
    answer = route("x")["error"]
    assert (answer["statusCode"], answer["body"]["error"]) == (500, "internal")
    logged = capsys.readouterr().err
    assert name in logged
    assert "hunter2" not in logged


def test_a_cold_process_that_needs_no_keys_starts_light(route: Route, provider: Provider) -> None:
    assert KeySet(provider.url, route.store, time.time).key("ed"), "now it is in Redis"
    token = provider.token()
    args = {
        **route.bound,
        "__ow_headers": {"authorization": f"Bearer {token}"},
        "__ow_query": "",
    }
    start = (
        "import json, runpy, sys\n"
        "main = runpy.run_path('actions/check_auth/__main__.py')['main']\n"
        "assert 'request' in main(json.loads(sys.stdin.read()))\n"
        "print(*sys.modules)"
    )
    started = subprocess.run(
        [sys.executable, "-c", start],
        input=json.dumps(args),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert not {"urllib3", "findme.download"} & set(started.stdout.split())


NAMES = st.sampled_from(
    ["authorization", "content-type", "origin", "x-forwarded-for", "x-forwarded-proto", "cookie"]
)
WEB = st.fixed_dictionaries(
    {"__ow_headers": st.dictionaries(NAMES, VALUES) | VALUES},
    optional={
        f"__ow_{name}": VALUES for name in ("method", "path", "query", "body", "user", "verb")
    },
)


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(web=WEB, good=st.booleans())
def test_whatever_is_sent_the_answer_is_one_of_the_documented(
    route: Route, provider: Provider, web: dict[str, Any], good: bool
) -> None:
    if good and isinstance(web["__ow_headers"], dict):
        web["__ow_headers"]["authorization"] = f"Bearer {provider.token()}"
    answer = check_auth({**route.bound, "trusted_proxies": 1, **web})
    if "request" not in answer and answer["error"]["statusCode"] != 204:
        refused(answer)
