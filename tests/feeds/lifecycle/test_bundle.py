"""The feed actions as they are uploaded: light, and complete without the machine's packages."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.deploy.manifest import read
from local.suite import stock_python
from tests.actions.test_bundles import modules, unpack
from tests.feeds.lifecycle.conftest import Feeds

VARIABLES = dict.fromkeys(("REDIS_URL", "FEEDS_KEY", "FEEDS_HINT_TOKEN"), "x")
HEAVY = {"boto3", "botocore", "prometheus_client", "jwt", "feedparser"}
LOAD = """
import sys
sys.path.insert(0, sys.argv[1])
from feeds.provider.sources import SOURCES, load
for name in SOURCES:
    load(name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize("name", ["s3/changes", "s3/hint"])
def test_a_feed_action_starts_from_its_bundle_alone(
    deployed: Feeds, name: str, tmp_path: Path
) -> None:
    code = read(deployed.folder / "suite" / "manifest.yaml", VARIABLES).code[name]
    folder = unpack(code, tmp_path)
    # Without site-packages, what the bundle forgets is missing; with them, boto3 could be found.
    for interpreter in ([stock_python(), "-I", "-S"], [sys.executable, "-I"]):
        loaded = modules(interpreter, folder)
        assert "feeds" in loaded
        assert not loaded & HEAVY
    assert len(code.text()) < 12_000_000


def test_no_source_brings_its_libraries_before_it_polls(deployed: Feeds, tmp_path: Path) -> None:
    code = read(deployed.folder / "suite" / "manifest.yaml", VARIABLES).code["s3/changes"]
    argv = [sys.executable, "-I", "-c", LOAD, str(unpack(code, tmp_path))]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env={})
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & HEAVY
