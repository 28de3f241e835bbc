"""The page's pure logic, tested by Node's own test runner."""

import shutil
import subprocess
from pathlib import Path

import pytest


def test_the_pure_logic_under_node() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on PATH: the page's pure logic is not tested")
    tests = sorted(str(path) for path in Path(__file__).parent.glob("*.test.mjs"))
    assert tests
    run = subprocess.run([node, "--test", *tests], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
