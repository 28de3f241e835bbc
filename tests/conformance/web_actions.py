"""Actions that the tests of the web serve."""

import base64
import json
from typing import Any

from tests.conformance.client import WEB, Client, pairs

ECHO = "def main(args): return {'body': args}"


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def web_action(client: Client, code: str = ECHO, **annotations: Any) -> str:
    """The address of a new exported action, below `web/`."""
    marks = {key.replace("_", "-"): value for key, value in annotations.items()}
    return "default/" + client.action(code, annotations=pairs({**WEB, **marks}))


def returning(client: Client, result: Any) -> str:
    """The address of one that always answers `result`."""
    return web_action(
        client, f"import json\ndef main(args): return json.loads({json.dumps(result)!r})"
    )
