"""What the operator sets: parameters of the package `findme`, strings, read once for each run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from findme.errors import SettingError

DAY_S = 24 * 3600.0


@dataclass(frozen=True)
class Settings:
    """A missing or unusable value raises SettingError naming the parameter."""

    redis_url: str
    allow_hosts: str
    lease_s: float
    search_deadline_s: float
    live_deadline_s: float
    job_keep_s: float
    reference_keep_s: float

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> "Settings":
        """From an action's arguments; manifest.yaml binds each parameter and says what it means."""
        return cls(
            redis_url=_redis_url(args),
            allow_hosts=str(args.get("allow_hosts", "")),
            lease_s=_number(args, "lease_seconds", 60),
            search_deadline_s=_number(args, "search_minutes", 30) * 60,
            live_deadline_s=_number(args, "live_hours", 12) * 3600,
            job_keep_s=_number(args, "job_days", 7) * DAY_S,
            reference_keep_s=_number(args, "reference_days", 90) * DAY_S,
        )


@dataclass(frozen=True)
class GuardSettings:
    """What a route asks of its callers: see docs/auth.md. Raises SettingError like Settings."""

    redis_url: str
    issuer: str
    audience: str
    scopes: tuple[str, ...]
    trusted_proxies: int
    subject_per_minute: int
    address_per_minute: int
    inline: bool

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> "GuardSettings":
        if not args.get("issuer"):
            raise SettingError("bind the parameter issuer: the OpenID provider's address")
        return cls(
            redis_url=_redis_url(args),
            issuer=str(args["issuer"]),
            audience=str(args.get("audience") or "findme"),
            scopes=tuple(str(args.get("scopes") or "").split()),
            trusted_proxies=_count(args, "trusted_proxies", 0),
            subject_per_minute=_count(args, "subject_per_minute", 120, least=1),
            address_per_minute=_count(args, "address_per_minute", 600, least=1),
            inline=str(args.get("inline", "")).lower() == "true",
        )


def _redis_url(args: Mapping[str, Any]) -> str:
    if not args.get("redis_url"):
        raise SettingError("bind the parameter redis_url to the package: redis://host:port/0")
    return str(args["redis_url"])


def _count(args: Mapping[str, Any], name: str, default: int, least: int = 0) -> int:
    given = args.get(name)
    try:
        value = int(default if given in (None, "") else given)
    except (TypeError, ValueError):
        value = -1
    if value < least:
        raise SettingError(f"the parameter {name} must be a whole number, at least {least}")
    return value


def _number(args: Mapping[str, Any], name: str, default: float) -> float:
    try:
        value = float(args.get(name) or default)
    except (TypeError, ValueError):
        value = 0
    if not value > 0:
        raise SettingError(f"the parameter {name} must be a number above 0")
    return value
