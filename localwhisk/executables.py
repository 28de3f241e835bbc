"""From a stored action to what the worker runtime starts."""

import base64
import binascii
from collections import OrderedDict

from localwhisk import parameters
from localwhisk.auth import Identity
from localwhisk.config import Config
from localwhisk.resolve import Target
from localwhisk.runtime import Executable
from localwhisk.store import Entities
from localwhisk.wire import Document

_CACHED_ACTIONS = 32


class ImageUnknownError(Exception):
    """No interpreter stands in for the action's image."""


class RuntimeUnknownError(Exception):
    """The action's kind is no longer configured."""


class Executables:
    def __init__(self, config: Config, entities: Entities, url: str) -> None:
        self._config = config
        self._entities = entities
        self._url = url
        self._code: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()

    def of(self, target: Target, caller: Identity) -> Executable:
        action = target.document
        name, version, limits = target.reference.id, action["version"], action["limits"]
        return Executable(
            name=name,
            version=version,
            interpreter=self._interpreter(action["exec"]),
            code=self._bytes(name, action),
            binary=action["exec"]["binary"],
            main=action["exec"].get("main") or "main",
            environment={
                "__OW_API_HOST": self._url,
                "__OW_NAMESPACE": caller.namespace,
                "__OW_ACTION_NAME": f"/{name}",
                "__OW_ACTION_VERSION": version,
                **parameters.environment(target.parameters),
            },
            timeout_ms=limits["timeout"],
            memory_mb=limits["memory"],
            logs_mb=limits["logs"],
        )

    def _interpreter(self, exec_: Document) -> tuple[str, ...]:
        if exec_["kind"] != "blackbox":
            python = self._config.runtimes.get(exec_["kind"])
            if python is None:
                raise RuntimeUnknownError
            # Without site-packages: what the action does not bring along must be missing.
            return (python, "-I", "-S")
        image = exec_["image"]
        untagged, _, tag = image.rpartition(":")
        base = untagged if untagged and "/" not in tag else image
        python = self._config.images.get(image) or self._config.images.get(base)
        if python is None:
            raise ImageUnknownError
        return (python, "-I")

    def _bytes(self, name: str, action: Document) -> bytes:
        key = (name, action["version"], action["updated"])
        if key not in self._code:
            self._code[key] = self._decoded(name, binary=action["exec"]["binary"])
            if len(self._code) > _CACHED_ACTIONS:
                self._code.popitem(last=False)
        self._code.move_to_end(key)
        return self._code[key]

    def _decoded(self, name: str, *, binary: bool) -> bytes:
        code = self._entities.code(name) or ""
        try:
            return base64.b64decode(code) if binary else code.encode()
        except binascii.Error:
            # Only possible for text that never was a zip; the runtime reports it as such.
            return code.encode()
