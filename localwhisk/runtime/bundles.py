"""Unpacked code: one folder per action version, shared by its workers."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
import zipfile
import zlib
from collections import Counter
from io import BytesIO
from pathlib import Path

from localwhisk.runtime.executable import Executable
from localwhisk.runtime.responses import NO_BINARY, NO_CODE, ActionError


class Bundles:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._partial = directory / "partial"
        shutil.rmtree(self._partial, ignore_errors=True)  # what a killed host left half done
        self._partial.mkdir(parents=True)
        self._users: Counter[Path] = Counter()
        self._dropped: set[Path] = set()
        self._lock = asyncio.Lock()  # unpacking and removing never cross

    async def acquire(self, executable: Executable) -> Path:
        """The folder with the executable's code, held until it is released.

        Raises ActionError if the code cannot be unpacked.
        """
        async with self._lock:
            bundle = await asyncio.to_thread(self._unpack, executable)
            self._users[bundle] += 1
            self._dropped.discard(bundle)
            return bundle

    async def release(self, bundle: Path) -> None:
        async with self._lock:
            self._users[bundle] -= 1
            if bundle in self._dropped:
                await self._remove(bundle)

    async def drop(self, name: str) -> None:
        """Removes an action's folders, those in use as soon as they are released."""
        async with self._lock:
            for bundle in self._home(name).glob("*"):
                self._dropped.add(bundle)
                await self._remove(bundle)

    async def _remove(self, bundle: Path) -> None:
        if not self._users[bundle]:
            self._dropped.discard(bundle)
            await asyncio.to_thread(shutil.rmtree, bundle, ignore_errors=True)

    def _home(self, name: str) -> Path:
        return self._directory / hashlib.sha256(name.encode()).hexdigest()[:16]

    def _unpack(self, executable: Executable) -> Path:
        if not executable.code:
            raise ActionError(NO_CODE)
        digest = hashlib.sha256(executable.code).hexdigest()[:32]
        bundle = self._home(executable.name) / f"{executable.version}-{digest}"
        if not bundle.exists():
            # Renamed when complete: a host killed at any point leaves a whole folder or none.
            folder = Path(tempfile.mkdtemp(dir=self._partial))
            _write(executable, folder)
            bundle.parent.mkdir(exist_ok=True)
            folder.rename(bundle)
        return bundle


def _write(executable: Executable, folder: Path) -> None:
    (folder / "__pycache__").mkdir()
    # As in OpenWhisk's proxy, what only looks like a binary is source.
    if executable.binary and zipfile.is_zipfile(BytesIO(executable.code)):
        _extract(executable.code, folder)
    else:
        (folder / "main__.py").write_bytes(executable.code)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(path.stat().st_mode & 0o555)  # shared, so read-only


def _extract(code: bytes, folder: Path) -> None:
    try:
        with zipfile.ZipFile(BytesIO(code)) as archive:
            for member in archive.infolist():
                path = Path(archive.extract(member, folder))
                if member.external_attr >> 16 & 0o100:
                    path.chmod(0o755)
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise ActionError(NO_BINARY) from error
    if (folder / "__main__.py").exists():
        (folder / "__main__.py").rename(folder / "main__.py")


def link(bundle: Path, directory: Path) -> None:
    """Makes a worker's own view of a bundle.

    Its entries are links, so that a start copies nothing and compiled modules are shared, while
    what an action writes beside them is its worker's alone, as in a container.
    """
    directory.mkdir()
    for entry in bundle.iterdir():
        (directory / entry.name).symlink_to(entry)
