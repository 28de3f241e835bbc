"""Apache's command-line clients, `wsk` and `wskdeploy`."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.clients.host import Host


class Program:
    """A command-line client that finds host and key in a properties file, as `wsk` writes it."""

    def __init__(self, name: str, host: Host, folder: Path) -> None:
        self.folder = folder
        properties = folder / ".wskprops"
        properties.write_text(
            f"APIHOST={host.url}\nAUTH={host.auth}\nNAMESPACE=_\nAPIGW_ACCESS_TOKEN=token\n"
        )
        self._name = name
        self._environment = {"WSK_CONFIG_FILE": str(properties), "HOME": str(folder)}

    def __call__(self, *arguments: str, **variables: str) -> str:
        """What it prints; it has to succeed."""
        code, output = self.run(*arguments, **variables)
        assert code == 0, output
        return output

    def run(self, *arguments: str, **variables: str) -> tuple[int, str]:
        options = self._options(variables)
        done = subprocess.run([self._name, *arguments], check=False, timeout=60, **options)
        return done.returncode, done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen([self._name, *arguments], **self._options({}))

    def _options(self, variables: Mapping[str, str]) -> dict[str, Any]:
        return {
            "cwd": self.folder,
            "env": {"PATH": os.environ["PATH"], **self._environment, **variables},
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
        }
