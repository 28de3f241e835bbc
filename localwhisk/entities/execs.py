"""An action's `exec`: which kinds there are, and what a PUT may say about them."""

import re
from typing import Any

from localwhisk import messages, names
from localwhisk.config import Config
from localwhisk.wire import Document, expect_object

_IMAGE = re.compile(r"[a-z0-9][\w./:@-]*", re.ASCII | re.IGNORECASE)
# Plain source that happens to look like base64 is taken for a zip: the platform does the same.
# Possessive, and without groups: it reads ten megabytes in milliseconds.
_BASE64 = re.compile(r"[A-Za-z0-9+/]++={0,2}")


def read(given: Any, config: Config, caller: str) -> tuple[Document, str]:
    """The exec to store, and its code apart from it."""
    exec_ = expect_object(given, "exec malformed")
    kind = exec_.get("kind")
    if not isinstance(kind, str):
        raise messages.malformed("'kind' must be a string defined in 'exec'")
    kind = kind.strip().lower()
    if kind == "sequence":
        return {"kind": kind, "components": _components(exec_, caller)}, ""
    if kind == "blackbox":
        stored = {"kind": kind, "image": _string(exec_, "image", kind)}
        if not _IMAGE.fullmatch(stored["image"]):
            raise messages.malformed("could not parse image name")
        needs_code = exec_.get("code") is not None
    else:
        stored, needs_code = {"kind": _concrete(kind, config)}, True
    code = _string(exec_, "code", kind) if needs_code else ""
    if (size := len(code.encode())) > config.limits.code_size:
        raise messages.too_large("exec", size, config.limits.code_size)
    main = exec_.get("main")
    if main is not None and not isinstance(main, str):
        raise messages.malformed(f"if defined, 'main' be a string in 'exec' for '{kind}' actions")
    return {**stored, "binary": is_binary(code), **({} if main is None else {"main": main})}, code


def _concrete(kind: str, config: Config) -> str:
    """Resolve `python:default`; refuse what this host has no interpreter for."""
    family, _, version = kind.partition(":")
    candidates = [known for known in config.runtimes if known.split(":")[0] == family]
    if version == "default" and candidates:
        return candidates[0]
    if kind not in config.runtimes:
        values = ", ".join(f"'{known}'" for known in (*config.runtimes, "sequence", "blackbox"))
        text = f"The specified runtime '{kind}' is not supported by this platform."
        raise messages.malformed(f"{text} Valid values are: {values}.")
    return kind


def _string(exec_: Document, field: str, kind: str) -> str:
    value = exec_.get(field)
    if not isinstance(value, str):
        what = "string or attachment object" if field == "code" else "string"
        text = f"'{field}' must be a {what} defined in 'exec' for '{kind}' actions"
        raise messages.malformed(text)
    return value


def is_binary(code: str) -> bool:
    text = code.strip()
    return len(text) % 4 == 0 and _BASE64.fullmatch(text) is not None


def _components(exec_: Document, caller: str) -> list[str]:
    given = exec_.get("components")
    if given is None:
        raise messages.malformed("'components' must be defined for sequence kind")
    if not isinstance(given, list):
        raise messages.malformed("'components' must be an array")
    return [f"/{names.parse(component, caller).id}" for component in given]
