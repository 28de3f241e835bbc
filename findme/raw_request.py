"""What OpenWhisk hands to a raw web action, read with nothing taken for granted.

In a raw action a caller's fields stay inside `__ow_query` and `__ow_body` and cannot stand in for
a bound parameter.
"""

import base64
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from findme.errors import RequestError

# A textual body arrives as it is, any other as base64, and JSON as base64 too (WebActions.scala).
_TEXT = re.compile(
    r"text/|application/(x-www-form-urlencoded|javascript|([a-z.-]+\+)?xml|xml-dtd"
    r"|(json-patch|merge-patch|problem)\+json|x-(javascript|latex|sh|tex))\s*(;|$)"
)
_PORT = re.compile(r"^\[(.*)\](?::\d+)?$|^([^:]+):\d+$")
_BINARY = re.compile(r"(multipart|image|audio|video|font)/|application/json\s*(;|$)")


@dataclass(frozen=True)
class RawRequest:
    """`method` in lower case, `headers` by names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    content: str

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> "RawRequest":
        """Raises RequestError 400 for anything but a raw web request."""
        headers = args.get("__ow_headers")
        # Only a raw request has a query text; in another, a caller's field could be our `issuer`.
        if not isinstance(headers, dict) or not isinstance(args.get("__ow_query"), str):
            message = "use this action inside a raw web sequence"
            raise RequestError(400, "not_a_raw_request", message)
        return cls(
            method=str(args.get("__ow_method", "")).lower(),
            path=str(args.get("__ow_path", "")),
            query=args["__ow_query"],
            headers={name: value for name, value in headers.items() if isinstance(value, str)},
            content=str(args.get("__ow_body") or ""),
        )

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    def body(self) -> bytes:
        """Raises RequestError 400 where the platform would have sent another form."""
        kind = self.content_type.strip().lower()
        if _TEXT.match(kind) or ("charset=" in kind and not _BINARY.match(kind)):
            return self.content.encode("utf-8", "replace")
        try:
            return base64.b64decode(self.content, validate=True)
        except ValueError:
            raise RequestError(400, "bad_body", "the body could not be read", "body") from None

    def address(self, trusted_proxies: int) -> str:
        """Whose turn it is: the address that the outermost trusted proxy saw, or "" for unknown.

        Every proxy appends what it saw to X-Forwarded-For; what stands before was sent by anybody.
        """
        seen = self.headers.get("x-forwarded-for", "")
        if not trusted_proxies or not seen:
            return ""
        return _network(seen.split(",")[-trusted_proxies:][0].strip())


def _network(seen: str) -> str:
    """One IPv4 address, or the /64 that a single customer of IPv6 has at the least.

    Some proxies append the port, and some write IPv4 as `::ffff:a.b.c.d`.
    """
    bare = _PORT.sub(r"\1\2", seen)
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return seen
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
