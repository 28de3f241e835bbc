"""Reading options as wsk, wskdeploy and the npm client send them.

wsk sends JSON where a value is JSON, and a string where it is not; packages bind strings. So a
number may come as its text. A message names the option and what to write.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import inf, isfinite, nan
from urllib.parse import urlsplit

from feeds.provider.source import OptionError, Options


def text(options: Options, name: str, default: str | None = None) -> str:
    """Without a default, the option is required."""
    value = options.get(name, default)
    if not isinstance(value, str) or (value == "" and default is None):
        raise OptionError(name, "give it as a text")
    return value


def address(options: Options, name: str, default: str | None = None) -> str:
    """Of a server, https where it does not say; credentials have options of their own."""
    given = text(options, name, default).rstrip("/")
    if given == default:
        return given
    given = given if "://" in given else f"https://{given}"
    try:
        parts = urlsplit(given)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in given or "?" in given or "#" in given:
        raise OptionError(name, "give an address such as https://example.com, without credentials")
    return given


def number(
    options: Options, name: str, default: float | None, least: float, most: float = inf
) -> float:
    """A whole number comes back as an int; without a default, the option is required."""
    value = options.get(name, default)
    try:
        result = nan if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        result = nan
    if not (least <= result <= most and isfinite(result)):
        limit = "" if most == inf else f" and at most {most:g}"
        raise OptionError(name, f"give a number, at least {least:g}{limit}")
    return int(result) if result.is_integer() else result


def whole(options: Options, name: str, default: int | None, least: int, most: float = inf) -> int:
    value = number(options, name, default, least, most)
    if not isinstance(value, int):
        raise OptionError(name, "give a whole number")
    return value


def flag(options: Options, name: str) -> bool:
    value = options.get(name, False)
    if isinstance(value, bool):
        return value
    return choice({name: str(value).lower()}, name, ("true", "false"), "") == "true"


def choice(options: Options, name: str, choices: Sequence[str], default: str) -> str:
    value = options.get(name, default)
    if value not in choices:
        raise OptionError(name, f"give one of {', '.join(choices)}")
    return str(value)


def moment(options: Options, name: str) -> datetime:
    """A date as ISO 8601, in UTC where it has no offset, or as milliseconds since 1970."""
    value = options.get(name)
    try:
        if isinstance(value, str):
            date = datetime.fromisoformat(value)
            return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise OptionError(name, "give a date such as 2030-01-31T12:00:00Z, or its milliseconds")


def known(options: Options, names: Sequence[str]) -> None:
    """Raises OptionError for the first name that is none of `names`: a slip of the pen, mostly."""
    for name in options:
        if name not in names:
            raise OptionError(name, f"there is no such option; there are {', '.join(names)}")
