"""Fetches addresses that strangers wrote: bounded in time, size and redirects, and kept away from
addresses inside the operator's network.

The name is resolved here, every address it has is checked, and the connection is made to a checked
address: a second look-up by the HTTP client could be answered differently (DNS rebinding).
"""

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from findme.errors import DownloadError

_REDIRECTS = (301, 302, 303, 307, 308)
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Policy:
    """What a download may cost, and which inner hosts it may reach (`host` or `host:port`)."""

    max_bytes: int = 15 * 1024 * 1024
    timeout_s: float = 15
    max_redirects: int = 3
    allow_hosts: frozenset[str] = frozenset()

    @classmethod
    def allowing(cls, hosts: str) -> "Policy":
        """The usual caps, with a comma-separated list of inner hosts that may be reached."""
        return cls(allow_hosts=frozenset(host.strip() for host in hosts.split(",") if host.strip()))


def fetch(address: str, policy: Policy) -> bytes:
    """The body at an http(s) address, following redirects, each checked like the first.

    Raises DownloadError with the code `bad_address`, `forbidden_address`, `unreachable`,
    `too_slow`, `too_many_bytes`, `too_many_redirects` or `http_error`.
    """
    deadline = time.monotonic() + policy.timeout_s
    for _ in range(policy.max_redirects + 1):
        body, location = _exchange(address, policy, deadline)
        if location is None:
            return body
        address = urljoin(address, location)
    raise DownloadError("too_many_redirects", f"more than {policy.max_redirects} redirects")


def _exchange(address: str, policy: Policy, deadline: float) -> tuple[bytes, str | None]:
    parts, port = _split(address)
    ip = _checked_address(parts, port, policy)
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise _too_slow(policy)
    connection = _connection(parts, port, ip, remaining)
    sockets: list[socket.socket] = []
    # A socket's own time-out starts anew with each byte: a server that drips would never end.
    watchdog = threading.Timer(remaining, _hang_up, [connection, sockets])
    watchdog.start()
    try:
        answer = _request(connection, sockets, parts, policy)
    except (HTTPError, HTTPException, OSError) as error:
        if time.monotonic() >= deadline:
            raise _too_slow(policy) from error
        raise DownloadError("unreachable", f"{parts.hostname} did not answer properly") from error
    finally:
        watchdog.cancel()
        connection.close()
        for each in sockets:
            each.close()
    if time.monotonic() >= deadline:
        # A body without a length ends where the watchdog hung up, and looks complete.
        raise _too_slow(policy)
    return answer


def _split(address: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise DownloadError("bad_address", f"not an address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DownloadError("bad_address", "only http and https addresses are fetched")
    if parts.username is not None or parts.password is not None:
        raise DownloadError("bad_address", "an address with a user name is not fetched")
    return parts, port


def _checked_address(parts: SplitResult, port: int, policy: Policy) -> str:
    host = str(parts.hostname)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DownloadError("unreachable", f"{host} has no address") from error
    # IPv4 first: where an action runs, IPv6 is often configured and leads nowhere.
    addresses = [str(entry[4][0]) for entry in sorted(found, key=lambda entry: entry[0])]
    if not policy.allow_hosts & {host, f"{host}:{port}"}:
        for ip in addresses:
            if not _is_public(ip):
                raise DownloadError("forbidden_address", f"{host} is inside a private network")
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    # 6to4, Teredo, NAT64 and mapped addresses carry an IPv4 address that is reached in the end.
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64 or ip.sixtofour or ip.teredo:
            return False
        if ip.ipv4_mapped:
            return _is_public(str(ip.ipv4_mapped))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _connection(parts: SplitResult, port: int, ip: str, timeout_s: float) -> HTTPConnection:
    if parts.scheme == "http":
        return HTTPConnection(ip, port, timeout=timeout_s)
    return HTTPSConnection(
        ip,
        port,
        timeout=timeout_s,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
        ssl_context=ssl.create_default_context(),
    )


def _request(
    connection: HTTPConnection,
    sockets: list[socket.socket],
    parts: SplitResult,
    policy: Policy,
) -> tuple[bytes, str | None]:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc
    headers = {"Host": host, "User-Agent": "FindMe", "Accept-Encoding": "identity"}
    connection.request("GET", target, headers=headers, preload_content=False)
    if connection.sock is not None:
        # The connection lets go of it where the body ends with the connection.
        sockets.append(connection.sock)
    with connection.getresponse() as response:
        if response.status in _REDIRECTS:
            return b"", response.headers.get("location", "")
        if response.status != 200:
            raise DownloadError("http_error", f"{parts.hostname} answered {response.status}")
        return _body(response, policy), None


def _body(response: BaseHTTPResponse, policy: Policy) -> bytes:
    chunks, size = [], 0
    while chunk := response.read(_CHUNK):
        size += len(chunk)
        if size > policy.max_bytes:
            raise DownloadError("too_many_bytes", f"more than {policy.max_bytes} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _hang_up(connection: HTTPConnection, sockets: list[socket.socket]) -> None:
    for each in (connection.sock, *sockets):
        if each is not None:
            with contextlib.suppress(OSError):  # it ended by itself at this moment
                each.shutdown(socket.SHUT_RDWR)


def _too_slow(policy: Policy) -> DownloadError:
    return DownloadError("too_slow", f"not complete after {policy.timeout_s:g} seconds")
