"""Who signs people in at the page: the local issuer, or another OpenID provider."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

from local.issuer import CLIENT_ID, SCOPES
from local.site_guard import is_origin

# What the page itself asks for: it makes no API keys.
_PAGE_SCOPES = [scope for scope in SCOPES if scope != "findme:keys"]


@dataclass(frozen=True)
class SignIn:
    """The part `signIn` of the page's configuration (docs/sign-in.md)."""

    issuer: str
    client_id: str
    scope: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def local(cls, page: str) -> "SignIn":
        """The local issuer beside the page at the origin `page`."""
        return cls(f"{page}/issuer", CLIENT_ID, " ".join(_PAGE_SCOPES))

    @classmethod
    def read(cls, file: Path) -> "SignIn":
        """From a JSON file of the page's form; raises ValueError, which names what is wrong."""
        try:
            given = json.loads(file.read_text())
            return cls(
                given["issuer"], given["clientId"], given["scope"], given.get("parameters", {})
            )
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f'{file} is no JSON of the form {{"issuer", "clientId", "scope"}}: {error!r}'
            ) from error

    def document(self) -> dict[str, object]:
        named = {"issuer": self.issuer, "clientId": self.client_id, "scope": self.scope}
        return named | ({"parameters": dict(self.parameters)} if self.parameters else {})


def origins(issuer: str) -> tuple[str, ...]:
    """Where the page's script gets tokens, by the discovery document; raises ValueError."""
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        found = urllib3.request("GET", address, timeout=5, retries=1).json()
        fetched = [issuer, found["token_endpoint"], found.get("revocation_endpoint")]
        parts = [urlsplit(each) for each in fetched if each]
    except (urllib3.exceptions.HTTPError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{address} is no OpenID provider's: {error!r}") from error
    named = tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))
    if not all(map(is_origin, named)):
        raise ValueError(f"{address} names endpoints that are no web addresses: {named}")
    return named
