from collections.abc import Mapping
from dataclasses import dataclass

from localwhisk.runtime.programs import Program


@dataclass(frozen=True)
class Executable:
    """One version of an action, ready to start."""

    name: str  # fully qualified: "guest/pkg/act"
    version: str
    program: Program
    code: bytes  # source, or an archive
    binary: bool  # True: code is an archive
    main: str
    environment: Mapping[str, str]  # init parameters, and the __OW_* known at init
    timeout_ms: int
    memory_mb: int
    logs_mb: int


@dataclass(frozen=True)
class Outcome:
    """How one run ended."""

    status: int  # 0 success, 1 application error, 2 developer error, 3 whisk error
    result: object  # a dict or a list; {"error": ...} alone unless status is 0
    logs: list[str]
    start: int  # ms since the epoch; a cold start's start covers init
    end: int
    init_ms: int | None  # only after a cold start
    size: int | None  # UTF-16 units of the response as the action wrote it, if it wrote one
    timed_out: bool
