"""Apache's client for Node.js, driven line by line."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from local.data import ROOT
from tests.clients.host import Host

MODULES = ROOT / "build" / "npm" / "node_modules"


class Npm:
    def __init__(self, host: Host) -> None:
        self._process = subprocess.Popen(
            ["node", Path(__file__).with_name("npm.cjs")],
            env={
                "PATH": os.environ["PATH"],
                "NODE_PATH": str(MODULES),
                "__OW_API_HOST": host.url,
                "__OW_API_KEY": host.auth,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def __call__(self, method: str, **options: Any) -> Any:
        """Call one of the package's methods, such as `actions.create`; it has to succeed."""
        answer = self._ask(method, options)
        assert "error" not in answer, answer
        return answer.get("value")

    def refused(self, method: str, **options: Any) -> tuple[int, str]:
        """Status and message of the OpenWhiskError that the call throws."""
        error = self._ask(method, options)["error"]
        assert error["name"] == "OpenWhiskError"
        return error["statusCode"], error["message"].partition(" --> ")[2].strip('"')

    def close(self) -> None:
        self._process.communicate(timeout=10)

    def _ask(self, method: str, options: dict[str, Any]) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps([method, options]) + "\n")
        return json.loads(stdout.readline())
