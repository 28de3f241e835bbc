"""A localwhisk of the tests' own, started as a user starts it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conformance.client import Client

IMAGE = "localwhisk/test-image"
KIND = f"python:{sys.version_info.major}.{sys.version_info.minor}"

# The tests send in a second what the platform's defaults allow in a minute.
BOUNDLESS = ",".join(
    f"{limit}=1000000"
    for limit in ("invocations-per-minute", "concurrent-invocations", "fires-per-minute")
)


class LocalHost:
    """A real `python -m localwhisk` on a free port."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        arguments = ["--port", "0", "--data", str(data), "--runtime", f"{KIND}={sys.executable}"]
        arguments += ["--image", f"{IMAGE}={sys.executable}", *options]
        data.parent.mkdir(exist_ok=True, parents=True)
        self.log = data.with_suffix(".log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localwhisk", *arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "LOCALWHISK_LIMITS": BOUNDLESS},
            )
        assert self.process.stdout is not None
        self.ready_line = self.process.stdout.readline().strip()
        assert self.ready_line, self.log.read_text()
        self.url = self.ready_line.split()[-1]

    def client(self, key_file: str = "auth") -> Client:
        return Client(self.url, (self.data / key_file).read_text().strip())

    def terminate(self) -> int:
        self.process.terminate()
        return self._ended()

    def kill(self) -> None:
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        code = self.process.wait(timeout=15)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code
