"""What the operator sets: parameters of the package `findme`, strings, read once for each run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DAY_S = 24 * 3600.0


@dataclass(frozen=True)
class Settings:
    """A missing or unusable value raises ValueError naming the parameter."""

    redis_url: str
    allow_hosts: str
    lease_s: float
    search_deadline_s: float
    job_keep_s: float
    reference_keep_s: float

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> "Settings":
        """From an action's arguments; manifest.yaml binds each parameter and says what it means."""
        if not args.get("redis_url"):
            raise ValueError("bind the parameter redis_url to the package: redis://host:port/0")
        return cls(
            redis_url=str(args["redis_url"]),
            allow_hosts=str(args.get("allow_hosts", "")),
            lease_s=_number(args, "lease_seconds", 60),
            search_deadline_s=_number(args, "search_minutes", 30) * 60,
            job_keep_s=_number(args, "job_days", 7) * DAY_S,
            reference_keep_s=_number(args, "reference_days", 90) * DAY_S,
        )


def _number(args: Mapping[str, Any], name: str, default: float) -> float:
    try:
        value = float(args.get(name) or default)
    except (TypeError, ValueError):
        value = 0
    if not value > 0:
        raise ValueError(f"the parameter {name} must be a number above 0")
    return value
