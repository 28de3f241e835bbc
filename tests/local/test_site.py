"""The site as a process of its own, over real HTTP."""

import json
import re
import socket
import subprocess
from pathlib import Path

import pytest
import urllib3

from local.data import ROOT
from tests.local.conftest import API, command


def get(address: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", address, headers=_named(headers), redirect=False, retries=False)


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


def test_the_configuration_names_this_site_and_its_issuer(site: str) -> None:
    configuration = get(f"{site}/config.json")
    assert configuration.headers["cache-control"] == "no-store"
    assert configuration.json() == {
        "api": f"{API}/api/v1/web/guest/findme-api",
        "signIn": {
            "issuer": f"{site}/issuer",
            "clientId": "findme-page",
            "scope": "openid offline_access findme:enrol findme:search findme:data",
        },
        "sources": [
            {"source": "album", "title": "Sample album", "query": f"{site}/album/feed.json"}
        ],
    }


def test_another_provider_takes_the_local_ones_place(
    site: str, folder: Path, tmp_path: Path
) -> None:
    # Any provider will do: the one of a second site.
    sign_in = {"issuer": f"{site}/issuer", "clientId": "spa", "scope": "openid",
               "parameters": {"audience": "findme"}}  # fmt: skip
    (tmp_path / "sign-in.json").write_text(json.dumps(sign_in))
    line = command(folder, sign_in=str(tmp_path / "sign-in.json"))
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        second = process.stdout.readline().split()[-1]
        configuration, issuer = get(f"{second}config.json"), get(f"{second}issuer/jwks.json")
        process.terminate()
    assert configuration.json()["signIn"] == sign_in
    policy = configuration.headers["content-security-policy"]
    assert f"; connect-src 'self' {API} {site};" in policy
    assert issuer.status == 404


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
        ("token_seconds", "1h", "--token-seconds: '1h' is not a number"),
        ("sign_in", "/nowhere", "--sign-in: /nowhere is no JSON of the form"),
        ("album", "/nowhere", "--album: /nowhere is not a folder"),
    ],
)
def test_a_wrong_option_is_named(folder: Path, option: str, value: str, told: str) -> None:
    run = start_in_vain(command(folder, **{option: value}))
    assert told in run.stderr


def test_a_provider_that_is_none_is_named(site: str, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "sign-in.json"
    file.write_text(json.dumps({"issuer": f"{site}/none", "clientId": "spa", "scope": "openid"}))
    run = start_in_vain(command(folder, sign_in=str(file)))
    assert f"--sign-in: {site}/none/.well-known/openid-configuration is no OpenID" in run.stderr


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
