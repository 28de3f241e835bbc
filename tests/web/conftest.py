"""A real Chromium, the real site as a process, and an album of real and of drawn photos."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from local import data
from tests.web.fake_api import FakeApi, running
from tests.web.recorded import consent
from tests.web.visitor import Visitor

FACE = (255, 0, 255)


@pytest.fixture(scope="session")
def album(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("album")
    for photo in photos.iterdir():
        shutil.copy(photo, folder)
    # A face that a test can find again in a screenshot: a rectangle of one colour.
    drawn = Image.new("RGB", (900, 600), (90, 120, 90))
    ImageDraw.Draw(drawn).rectangle((600, 120, 799, 369), fill=FACE)
    drawn.save(folder / "drawn.png")
    # The same picture as a camera held sideways stores it: the tag turns it upright again.
    turned = Image.Exif()
    turned[0x0112] = 6
    sideways = drawn.transpose(Image.Transpose.ROTATE_90)
    sideways.save(folder / "sideways.jpg", exif=turned, quality=95, subsampling=0)
    return folder


@pytest.fixture(scope="session")
def fake_api() -> Iterator[FakeApi]:
    with running(stranger=consent()) as fake:
        yield fake


@pytest.fixture
def api(fake_api: FakeApi) -> FakeApi:
    fake_api.reset()
    return fake_api


@pytest.fixture(scope="session")
def site(fake_api: FakeApi, album: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page's address, with a slash at its end."""
    key = tmp_path_factory.mktemp("key") / "key"
    options = ["--port", "0", "--api", fake_api.origin, "--album", str(album), "--key", str(key)]
    command = [sys.executable, "-m", "local.site", *options]
    with subprocess.Popen(command, cwd=data.ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.terminate()


@pytest.fixture
def visitor(chromium: Browser, site: str) -> Iterator[Visitor]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(10_000)
    visit = Visitor(context, site)
    yield visit
    context.close()
    assert visit.surprises() == []
