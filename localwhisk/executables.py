"""From a stored action to what the worker runtime starts."""

import base64
import re
from functools import lru_cache

from localwhisk import parameters
from localwhisk.auth import Identity
from localwhisk.config import Config
from localwhisk.resolve import Target
from localwhisk.runtime import Executable, Program, program
from localwhisk.store import Entities
from localwhisk.wire import Document


class ImageUnknownError(Exception):
    """No interpreter stands in for the action's image."""


class RuntimeUnknownError(Exception):
    """The action's kind is no longer configured."""


class Executables:
    def __init__(self, config: Config, entities: Entities, url: str) -> None:
        self._config = config
        self._entities = entities
        self._url = url
        self._code = lru_cache(maxsize=32)(self._decoded)

    def of(self, target: Target, caller: Identity) -> Executable:
        action = target.document
        name, version, limits = target.reference.id, action["version"], action["limits"]
        exec_ = action["exec"]
        return Executable(
            name=name,
            version=version,
            program=self._program(exec_),
            code=self._code(name, version, action["updated"], binary=exec_["binary"]),
            binary=exec_["binary"],
            main=exec_.get("main") or "main",
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

    def _program(self, exec_: Document) -> Program:
        kind, stock = exec_["kind"], self._config.stock
        if kind != "blackbox":
            if kind not in self._config.runtimes:
                raise RuntimeUnknownError
            libraries = stock / kind.partition(":")[2] if stock else None
            return program(self._config.runtimes[kind], isolated=True, stock=libraries)
        image = exec_["image"]
        untagged = re.sub(r":[^/]*$", "", image)
        interpreter = self._config.images.get(image) or self._config.images.get(untagged)
        if interpreter is None:
            raise ImageUnknownError
        return program(interpreter, isolated=False)

    def _decoded(self, name: str, _version: str, _updated: int, *, binary: bool) -> bytes:
        code = self._entities.code(name) or ""
        return base64.b64decode(code) if binary else code.encode()
