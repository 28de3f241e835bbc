"""The site as a process of its own, over real HTTP."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
import urllib3

from findme import consent
from local.data import ROOT

API = "http://127.0.0.1:3233"


def command(folder: Path, **options: str) -> list[str]:
    given = {"port": "0", "api": API, "album": str(folder / "album"), "key": str(folder / "key")}
    pairs = [(f"--{name}", value) for name, value in (given | options).items()]
    return [sys.executable, "-m", "local.site", *(part for pair in pairs for part in pair)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "album").mkdir()
    (folder / "album" / "feed.json").write_text('{"version": "https://jsonfeed.org/version/1.1"}')
    return folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The origin of a running site; stopped, it has ended well and told nothing of a token."""
    process = subprocess.Popen(
        command(folder), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    ready = process.stdout.readline()
    try:
        found = re.fullmatch(r"page at (http://127\.0\.0\.1:\d+)/\n", ready)
        assert found
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (0, "", "")


def get(address: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", address, headers=_named(headers), redirect=False, retries=False)


def ask_token(site: str, body: object, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request(
        "POST", f"{site}/issuer/token", json=body, headers=_named(headers), retries=False
    )


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def test_the_page_comes_with_its_parts(site: str) -> None:
    page = get(f"{site}/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    parts = re.findall(r'(?:src|href)="((?:scripts|styles|images)/[^"]+)"', page.data.decode())
    assert len(parts) > 10
    kinds = {get(f"{site}/{part}").headers["content-type"].split(";")[0] for part in parts}
    assert kinds == {"text/css", "text/javascript", "image/svg+xml"}


def test_nothing_in_the_page_is_inline_or_from_elsewhere() -> None:
    page = (ROOT / "web" / "index.html").read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=\"scripts/)", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)


@pytest.mark.parametrize(
    "path", ["/", "/config.json", "/scripts/main.js", "/album/feed.json", "/issuer/jwks.json", "/?"]
    + ["/none", "/issuer/token"]
)  # fmt: skip
def test_every_answer_carries_the_security_headers(site: str, path: str) -> None:
    headers = get(site + path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == f"'self' {API}"
    for closed in ("form-action", "frame-ancestors", "base-uri", "trusted-types"):
        assert policy[closed] == "'none'"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_the_configuration_names_this_site_and_the_recorded_consent(site: str) -> None:
    assert get(f"{site}/config.json").json() == {
        "api": f"{API}/api/v1/web/guest/findme-api",
        "issuer": f"{site}/issuer",
        "consentVersion": consent.VERSION,
        "consentText": list(consent.TEXT),
        "sources": [
            {"source": "album", "title": "Sample album", "query": f"{site}/album/feed.json"}
        ],
    }


def test_a_token_verifies_with_the_key_set(site: str) -> None:
    granted = ask_token(site, {"user": "me"})
    assert granted.headers["cache-control"] == "no-store"
    body = granted.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    [key] = jwt.PyJWKSet.from_dict(get(f"{site}/issuer/jwks.json").json()).keys
    claims = jwt.decode(
        body["access_token"], key, ["EdDSA"], audience="findme", issuer=f"{site}/issuer"
    )
    assert claims["sub"] == "me"


def test_the_page_itself_may_sign_in(site: str) -> None:
    assert ask_token(site, {"user": "me"}, Origin=site, Sec_Fetch_Site="same-origin").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_no_other_page_may(site: str, headers: dict[str, str]) -> None:
    refused = ask_token(site, {"user": "me"}, **headers)
    assert (refused.status, refused.json()["error"]) == (403, "cross_origin")
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize(
    "body", [None, [], "me", {}, {"user": ""}, {"user": 7}, {"user": "a" * 65}, {"user": "a b"}]
)
def test_a_token_is_for_a_name(site: str, body: object) -> None:
    refused = ask_token(site, body)
    assert (refused.status, refused.json()["field"]) == (400, "user")


def test_a_body_that_is_no_json_is_refused(site: str) -> None:
    refused = urllib3.request("POST", f"{site}/issuer/token", body=b"\xff{", retries=False)
    assert (refused.status, refused.json()["error"]) == (400, "bad_request")


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "", "[::1]:3235", "["])
def test_a_name_that_is_not_ours_is_refused(site: str, host: str) -> None:
    for path in ("/", "/config.json", "/album/feed.json"):
        assert get(site + path, Host=host).status == 421


def test_another_loopback_name_leads_to_the_one_origin(site: str) -> None:
    port = site.rpartition(":")[2]
    moved = get(f"{site}/config.json", Host=f"localhost:{port}")
    assert (moved.status, moved.headers["location"]) == (307, f"{site}/config.json")


def test_only_the_folders_are_served(site: str) -> None:
    for path in ("/album/../../key", "/album/%2e%2e/key", "/../local/site.py", "/album/"):
        assert get(site + path).status == 404


def test_the_key_is_for_its_owner_only(site: str, folder: Path) -> None:
    assert (folder / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("port", "many", "--port: 'many' is not a number"),
        ("port", "70000", "--port: cannot listen on 70000"),
        ("api", "127.0.0.1:3233", "--api: '127.0.0.1:3233' is not of the form http://host:port"),
        ("api", "http://x; script-src *", "is not of the form http://host:port"),
        ("album", "/nowhere", "--album: /nowhere is not a folder"),
    ],
)
def test_a_wrong_option_is_named(folder: Path, option: str, value: str, told: str) -> None:
    run = start_in_vain(command(folder, **{option: value}))
    assert told in run.stderr


def test_a_broken_key_and_a_taken_port_are_named(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "key"
    broken.write_text("not a key")
    assert f"--key: {broken} holds no" in start_in_vain(command(folder, key=str(broken))).stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = start_in_vain(command(folder, port=port))
    assert f"--port: cannot listen on {port}" in run.stderr


def start_in_vain(line: list[str]) -> subprocess.CompletedProcess[str]:
    run = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert run.returncode != 0
    assert "Traceback" not in run.stderr
    return run
