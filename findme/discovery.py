"""The issuer's public keys, found by OpenID Connect Discovery."""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from findme.errors import DownloadError

_TIMEOUT_S = 3
_MOST_BYTES = 256 * 1024


class ProviderError(Exception):
    """The provider did not give its keys: a code, and nothing of what it sent."""


def fetch_keys(issuer: str) -> list[Any]:
    """The `keys` of the issuer's JSON Web Key Set; raises ProviderError."""
    document = _get(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if document.get("issuer") != issuer:
        # OpenID Connect Discovery, section 4.3: or another's keys would be taken for ours.
        raise ProviderError("another_issuer")
    keys = _get(str(document.get("jwks_uri"))).get("keys")
    if not isinstance(keys, list):
        raise ProviderError("not_a_key_set")
    return keys


def _get(address: str) -> dict[str, Any]:
    # Late: what needs no keys, because they are known, starts without these libraries.
    from findme.download import Policy, fetch

    # The operator named the issuer, and so its hosts may be inside the operator's network.
    policy = Policy(_MOST_BYTES, _TIMEOUT_S, max_redirects=0, allow_hosts=_host(address))
    try:
        content = json.loads(fetch(address, policy))
    except DownloadError as error:
        raise ProviderError(error.code) from error
    except (ValueError, RecursionError) as error:
        raise ProviderError("not_json") from error
    if not isinstance(content, dict):
        raise ProviderError("not_json")
    return content


def _host(address: str) -> frozenset[str]:
    """Over plain http anybody between could put in keys of their own, but on one machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    except ValueError:
        safe = False
    if not safe:
        raise ProviderError("not_https")
    return frozenset({host})


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback
