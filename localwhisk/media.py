"""Media types as the platform sorts them: JSON, textual, or binary (carried as base64)."""

import base64
import binascii
import re
from dataclasses import dataclass

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"({_WORD})/({_WORD})\s*(;.*)?", re.DOTALL)
# The application types that the platform's HTTP library has registered as text.
_TEXTUAL = {
    *("javascript", "json", "json-patch+json", "merge-patch+json", "problem+json"),
    *("atom+xml", "problem+xml", "rdf+xml", "rss+xml", "soap+xml", "xhtml+xml", "xml", "xml-dtd"),
    *("x-javascript", "x-latex", "x-sh", "x-tex", "x-www-form-urlencoded"),
}
_ALWAYS_BINARY = ("image", "audio", "video", "font", "multipart")


@dataclass(frozen=True)
class MediaType:
    main: str
    sub: str
    charset: bool
    """Whether the header named one."""

    @property
    def value(self) -> str:
        return f"{self.main}/{self.sub}"

    @property
    def is_json(self) -> bool:
        return self.value == "application/json" or self.sub.endswith("+json")

    @property
    def is_binary(self) -> bool:
        if self.main == "text":
            return False
        if self.main in _ALWAYS_BINARY:
            return True  # image/svg+xml among them
        return not (self.charset or (self.main == "application" and self.sub in _TEXTUAL))


def parse(text: str) -> MediaType | None:
    match = _TYPE.fullmatch(text.strip())
    if match is None:
        return None
    main, sub, options = match.groups()
    return MediaType(main.lower(), sub.lower(), "charset=" in (options or "").lower())


def decode_base64(text: str) -> bytes | None:
    """The bytes, or None when the text is not base64; padding may be missing."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
