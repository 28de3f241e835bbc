"""What urllib3 would not send: broken framing, halves of requests, and clients that dawdle."""

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.conformance.client import WEB, Client, eventually, pairs
from tests.conformance.host import LocalHost
from tests.localwhisk.hostile.wire import connect, receive

HEAD = (
    b"POST /api/v1/namespaces/_/actions/echo?blocking=true HTTP/1.1\r\n"
    b"host: x\r\ncontent-type: application/json\r\n"
)
GET = b"GET /ping HTTP/1.1\r\nhost: x\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n"

# Each is one that no server can answer otherwise than by refusing it and closing.
BROKEN = {
    "no HTTP": b"\0\x01\x02\xff\r\n\r\n",
    "TLS": bytes.fromhex("1603010200010001fc0303") + b"\0" * 200,
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no host": b"GET /ping HTTP/1.1\r\n\r\n",
    "two hosts": GET + b"host: y\r\n\r\n",
    "NUL in the path": b"GET /pi\0ng HTTP/1.1\r\nhost: x\r\n\r\n",
    "bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n",
    "space in the path": b"GET /a b HTTP/1.1\r\nhost: x\r\n\r\n",
    "NUL in a header": GET + b"x: a\0b\r\n\r\n",
    "space in a header's name": GET + b"x y: a\r\n\r\n",
    "no colon": GET + b"nothing\r\n\r\n",
    "long path": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    "long header": GET + b"x: " + b"a" * 200_000 + b"\r\n\r\n",
    "many headers": GET + b"x: y\r\n" * 50_000 + b"\r\n",
    "length no number": HEAD + b"content-length: ten\r\n\r\n{}",
    "length negative": HEAD + b"content-length: -1\r\n\r\n{}",
    "length with a sign": HEAD + b"content-length: +2\r\n\r\n{}",
    "two lengths": HEAD + b"content-length: 2\r\ncontent-length: 3\r\n\r\n{}",
    "length beyond reason": HEAD + b"content-length: " + b"9" * 5000 + b"\r\n\r\n{}",
    "other encoding": HEAD + b"transfer-encoding: gzip\r\n\r\n{}",
    "chunk size no number": CHUNKED + b"\r\nzz\r\n{}\r\n0\r\n\r\n",
    "chunk size negative": CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n",
    "chunk size beyond reason": CHUNKED + b"\r\n" + b"f" * 100 + b"\r\n{}\r\n0\r\n\r\n",
    "chunk longer than said": CHUNKED + b"\r\n1\r\n{}{}\r\n0\r\n\r\n",
}

# Each is the beginning of one; then the client is gone.
HALVES = {
    "nothing": b"",
    "half a line": b"POST /api/v1/name",
    "half a header": HEAD + b"content-ty",
    "no body": HEAD + b"content-length: 1000\r\n\r\n",
    "half a body": HEAD + b"content-length: 1000\r\n\r\n{",
    "half a chunk": CHUNKED + b"\r\nff\r\n{",
    "no last chunk": CHUNKED + b"\r\n2\r\n{}\r\n",
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHost]:
    host = LocalHost(tmp_path_factory.mktemp("wire") / "data")
    client = host.client()
    client.action(name="echo", annotations=pairs(WEB))
    client.action("import time\ndef main(args):\n time.sleep(0.5)\n return args", "slow")
    yield host
    assert "Traceback" not in host.log.read_text()
    host.terminate()


@pytest.fixture
def client(host: LocalHost) -> Iterator[Client]:
    """Whatever the test does to the host, it serves afterwards, and has let go of everything."""
    descriptors = Path(f"/proc/{host.process.pid}/fd")
    before = len(list(descriptors.iterdir()))
    client = host.client()
    yield client
    assert client.result("echo", {"still": "here"}) == {"still": "here"}
    eventually(lambda: len(list(descriptors.iterdir())) <= before + 30)  # the workers it keeps warm


def authorized(client: Client, request: bytes) -> bytes:
    basic = urllib3.make_headers(basic_auth=client.auth)["authorization"].encode()
    return request.replace(b"host: x\r\n", b"host: x\r\nauthorization: " + basic + b"\r\n", 1)


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_requests_are_refused(host: LocalHost, client: Client, kind: str) -> None:
    """1.3"""
    with connect(host.url) as connection:
        # It may refuse, and close, before all of it is sent.
        with contextlib.suppress(ConnectionError):
            connection.sendall(authorized(client, BROKEN[kind]))
        with contextlib.suppress(ConnectionError):
            assert 400 <= receive(connection).status < 500


@pytest.mark.parametrize("kind", HALVES)
def test_halves_of_requests(host: LocalHost, client: Client, kind: str) -> None:
    """1.3"""
    for _ in range(20):
        with connect(host.url) as connection:
            connection.sendall(authorized(client, HALVES[kind]))


@pytest.mark.parametrize("kind", HALVES)
def test_half_closed_connections(host: LocalHost, client: Client, kind: str) -> None:
    """1.3: the client still reads, and is told, or cut off"""
    with connect(host.url) as connection:
        connection.sendall(authorized(client, HALVES[kind]))
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(5)
        answer = connection.recv(65536)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 4")


def test_pipelined_requests_are_answered_in_order(host: LocalHost, client: Client) -> None:
    """1.3"""
    ids = [b"x-request-id: %d\r\n" % number for number in range(50)]
    requests = b"".join(GET + each + b"\r\n" for each in ids)
    with connect(host.url) as connection:
        connection.sendall(requests + GET + b"connection: close\r\n\r\n")
        lines = list(connection.makefile("rb"))
    answered = [line for line in lines if line.startswith(b"x-request-id")]
    assert answered[:-1] == ids


def test_chunked_bodies_are_bodies(host: LocalHost, client: Client) -> None:
    """1.3, 10: and are measured as they come"""
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with connect(host.url) as connection:
        connection.sendall(
            authorized(client, CHUNKED) + b"\r\n7\r\n" + b'{"x":1}' + b"\r\n0\r\n\r\n"
        )
        assert receive(connection, "POST").status == 200
    with connect(host.url) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(authorized(client, CHUNKED) + b"\r\n" + chunk * 3 + b"0\r\n\r\n")
        assert receive(connection, "POST").status == 413


def test_a_client_that_asks_before_it_sends(host: LocalHost, client: Client) -> None:
    """1.3"""
    head = HEAD + b"expect: 100-continue\r\ncontent-length: 2\r\n\r\n"
    with connect(host.url) as connection:
        connection.sendall(authorized(client, head))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(b"{}")
        assert receive(connection, "POST").status == 200


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_upgrades_are_not_taken(host: LocalHost, client: Client, protocol: bytes) -> None:
    """1.3"""
    upgrade = GET + b"connection: upgrade\r\nupgrade: " + protocol + b"\r\n"
    with connect(host.url) as connection:
        connection.sendall(
            upgrade + b"sec-websocket-key: eA==\r\nsec-websocket-version: 13\r\n\r\n"
        )
        assert receive(connection).status in (200, 400, 426)


def test_clients_that_dawdle_hold_up_nobody(host: LocalHost, client: Client) -> None:
    """1.3"""
    begun = [HEAD + b"x", HEAD + b"content-length: 1000000\r\n\r\n", CHUNKED + b"\r\n1\r\n"]
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connect(host.url)) for _ in range(150)]
        for number, connection in enumerate(slow):
            connection.sendall(authorized(client, begun[number % 3]))
        for _ in range(5):
            for connection in slow[::3]:
                connection.sendall(b"x")
            began = time.monotonic()
            assert client.result("echo", {"x": 1}) == {"x": 1}
            assert time.monotonic() - began < 2


def test_clients_that_do_not_read_hold_up_nobody(host: LocalHost, client: Client) -> None:
    """1.3"""
    listing = b"GET /api/v1/api-docs HTTP/1.1\r\nhost: x\r\n\r\n"
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(connect(host.url))
            connection.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                connection.send(listing * 500)
        began = time.monotonic()
        assert client.result("echo", {"x": 1}) == {"x": 1}
        assert time.monotonic() - began < 5


def test_a_client_that_leaves_while_its_action_runs(host: LocalHost, client: Client) -> None:
    """1.6: the run goes on, and its record is there"""
    request = authorized(client, HEAD.replace(b"/echo", b"/slow")) + b"content-length: 2\r\n\r\n{}"
    for _ in range(3):
        with connect(host.url) as connection:
            connection.sendall(request)
            time.sleep(0.05)  # so that it has been read
    records = client.activations("name=slow&docs=true", 3)
    assert {record["response"]["status"] for record in records} == {"success"}
