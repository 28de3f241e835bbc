"""Which interpreters are found."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from localwhisk.runtime import discover

OWN = "python:{}.{}".format(*sys.version_info)
NODE = shutil.which("node")


def on_path(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> dict[str, str]:
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    return discover()


def test_the_hosts_own_interpreter_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = tmp_path / "python{}.{}".format(*sys.version_info)
    same.symlink_to(sys.executable)
    found = on_path(monkeypatch, tmp_path)
    assert list(found.items()) == [(OWN, sys.executable)]


def test_a_program_is_known_by_the_version_it_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if NODE is None:
        pytest.skip("no Node.js here")
    (tmp_path / "node").symlink_to(NODE)
    (kind,) = on_path(monkeypatch, tmp_path).keys() - {OWN}
    family, _, version = kind.partition(":")
    assert family == "nodejs"
    assert version.isdecimal()


def test_what_is_no_interpreter_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version manager's shims are scripts, and may stand for versions that are not there."""
    shim = tmp_path / "python3.9"
    shim.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\necho Python 3.9.1\n")
    shim.chmod(0o755)
    (tmp_path / "python3.10").mkdir()
    (tmp_path / "python3.12").symlink_to("/bin/cat")
    (tmp_path / "python3.13").write_bytes(b"\x7fELF")
    (tmp_path / "python3.13").chmod(0o755)
    (tmp_path / "node").touch()
    assert on_path(monkeypatch, tmp_path, tmp_path / "nowhere") == {OWN: sys.executable}
    assert not (tmp_path / "started").exists()
