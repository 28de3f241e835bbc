"""The provider as a process, and a suite that is told to sign people in there."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from local import suite
from local.services import Service, free_port
from local.suite import Suite
from tests.clients.npm import MODULES
from tests.web.visitor import Visitor

HERE = Path(__file__).parent
SCOPE = "openid offline_access findme:enrol findme:search findme:data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if shutil.which("node") is not None and (MODULES / "oidc-provider").exists():
        return
    absent = pytest.mark.skip(
        "the npm package oidc-provider is not in build/npm (.ci/run installs it)"
    )
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(absent)


@pytest.fixture(scope="module")
def page_port() -> int:
    """Known beforehand: the provider sends people to no other address than the page's."""
    return free_port()


@pytest.fixture(scope="module")
def issuer(page_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    page = f"http://127.0.0.1:{page_port}/"
    service = Service(
        name="oidc-provider",
        argv=["node", str(HERE / "provider.mjs"), str(MODULES), page],
        log=tmp_path_factory.mktemp("oidc") / "provider.log",
        ready=r"provider at (http://\S+)",
    )
    service.start()
    yield service.address
    service.stop()


@pytest.fixture(scope="module")
def running(
    issuer: str, page_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Suite]:
    """As `make run SIGN_IN=sign-in.json` starts it."""
    state = tmp_path_factory.mktemp("suite")
    sign_in = {
        "issuer": issuer,
        "clientId": "page",
        "scope": SCOPE,
        # This one asks again for consent before it gives a refresh token.
        "parameters": {"prompt": "consent", "resource": "urn:findme:api"},
    }
    (state / "sign-in.json").write_text(json.dumps(sign_in))
    with suite.running(
        state, port=0, page_port=page_port, sign_in=state / "sign-in.json"
    ) as started:
        yield started


@pytest.fixture
def visitor(chromium: Browser, running: Suite) -> Iterator[Visitor]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(20_000)
    # The provider's own sign-in form wants a font from elsewhere.
    context.route(re.compile("^https:"), lambda route: route.abort())
    visit = Visitor(context, f"{running.page}/")
    visit.expected = ["fonts.googleapis.com", "net::ERR_FAILED"]
    yield visit
    context.close()
    assert visit.surprises() == []
