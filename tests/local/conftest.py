"""The site as a process of its own."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.data import ROOT

API = "http://127.0.0.1:3233"


def command(folder: Path, **options: str) -> list[str]:
    given = {"port": "0", "api": API, "album": str(folder / "album"), "key": str(folder / "key")}
    pairs = [(f"--{name.replace('_', '-')}", value) for name, value in (given | options).items()]
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
