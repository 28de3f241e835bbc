"""Unpacked code: one folder per action version, shared by its workers."""

import asyncio
import itertools
import shutil
import weakref
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from localwhisk.runtime.executable import Executable

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError)


class Bundle:
    """A folder that is removed when its action was dropped and nobody holds it any more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def unpack(self, code: bytes, *, archive: bool) -> None:
        (self._folder / "__pycache__").mkdir(parents=True)
        if not (archive and _extract(code, self._folder)):
            # Also what only looks like an archive: as OpenWhisk's images do, the launcher judges.
            (self._folder / "exec").write_bytes(code)
        for path in self._folder.rglob("*"):
            if path.is_file():
                path.chmod(0o555)  # shared, so read-only

    def link(self, directory: Path) -> None:
        """Makes a worker's own view.

        Its entries are links, so that a start copies nothing and compiled modules are shared,
        while what an action writes beside them is its worker's alone, as in a container.
        """
        directory.mkdir()
        for entry in self._folder.iterdir():
            (directory / entry.name).symlink_to(entry)


class Bundles:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = itertools.count()
        self._bundles: dict[tuple[str, str, int], Bundle] = {}
        self._lock = asyncio.Lock()  # what several workers wait for is unpacked once

    async def of(self, executable: Executable) -> Bundle:
        key = (executable.name, executable.version, hash(executable.code))
        async with self._lock:
            if key not in self._bundles:
                bundle = Bundle(self._directory / str(next(self._numbers)))
                await asyncio.to_thread(bundle.unpack, executable.code, archive=executable.binary)
                self._bundles[key] = bundle
            return self._bundles[key]

    def drop(self, name: str) -> None:
        for key in [key for key in self._bundles if key[0] == name]:
            del self._bundles[key]


def _extract(code: bytes, folder: Path) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(code)) as archive:
            archive.extractall(folder)
    except _BROKEN:
        shutil.rmtree(folder)
        folder.mkdir()
        return False
    return True
