"""Every action as it is uploaded: unpacked, and started like OpenWhisk's stock image would."""

import subprocess
import sys
from pathlib import Path

import pytest

from local import bundle, feeds
from local.data import ROOT
from local.deploy.bundle import Code
from local.deploy.manifest import Manifest, read
from local.suite import stock_python

HEAVY = {"numpy", "PIL", "dlib", "onnxruntime", "tensorflow", "face_recognition"}
# 48 MiB of base64, which is what OpenWhisk stores and measures.
MOST_CODE = 48 * 1024 * 1024

VARIABLES = ("REDIS_URL", "FINDME_ISSUER", "FINDME_AUDIENCE", "FINDME_ALLOW_ORIGINS",
             "FINDME_ALLOW_HOSTS")  # fmt: skip

# Imports the handler, and says what came with it.
START = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
source = pathlib.Path(sys.argv[1], "__main__.py").read_text()
handler = {"__name__": "main__"}
exec(compile(source, "__main__.py", "exec"), handler)
assert callable(handler["main"])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


NAMES = sorted(folder.name for folder in (ROOT / "actions").iterdir() if folder.is_dir())


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    bundle.ensure("local")
    return read(ROOT / "manifest.yaml", {**feeds.unwatched(), **dict.fromkeys(VARIABLES, "x")})


def unpack(code: Code, folder: Path) -> Path:
    for name, file in code.members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(file.read_bytes())
    return folder


def modules(interpreter: list[str], folder: Path) -> set[str]:
    started = subprocess.run(
        [*interpreter, "-c", START, str(folder)],
        env={},
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert started.returncode == 0, started.stderr
    return set(started.stdout.split())


@pytest.mark.parametrize("name", NAMES)
def test_an_action_starts_from_its_bundle_alone(
    manifest: Manifest, name: str, tmp_path: Path
) -> None:
    code = manifest.code[f"findme/{name}"]
    folder = unpack(code, tmp_path)
    if "image" in manifest.actions[f"findme/{name}"]["exec"]:
        # The image brings every library, so only our own code is carried.
        assert {Path(member).parts[0] for member in code.members} == {"__main__.py", "findme"}
        assert {"dlib", "numpy"} <= modules([sys.executable, "-I"], folder)
        return
    # Without site-packages: what the bundle forgets is missing here, as it would be there.
    loaded = modules([stock_python(), "-I", "-S"], folder)
    assert "findme" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("name", NAMES)
def test_an_upload_stays_below_the_platforms_limit(manifest: Manifest, name: str) -> None:
    assert len(manifest.code[f"findme/{name}"].text()) < MOST_CODE
