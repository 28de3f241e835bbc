"""Real servers that are slow, large, lying or inside; every one of them on loopback."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from findme.download import Policy, fetch
from findme.errors import DownloadError

Answer = Callable[[socket.socket], None]


@contextmanager
def server(*answers: Answer) -> Iterator[str]:
    """Answers one connection after the other, the last for all that follow; gives `host:port`."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for number in range(50):
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                try:
                    answers[min(number, len(answers) - 1)](connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def says(status: str, *headers: str, body: bytes = b"") -> Answer:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()
    return lambda connection: connection.sendall(head + body)


def hangs_up(connection: socket.socket) -> None:
    connection.close()


def drips(connection: socket.socket, head: bytes) -> None:
    connection.sendall(head)
    for _ in range(200):
        connection.sendall(b"x")
        time.sleep(0.02)  # the server's behaviour under test, not a wait of the test


def code_of(address: str, policy: Policy) -> str:
    with pytest.raises(DownloadError) as failed:
        fetch(address, policy)
    return failed.value.code


def allowing(host: str, **more: float) -> Policy:
    return Policy(allow_hosts=frozenset({host}), **more)  # type: ignore[arg-type]


def test_a_photo_is_fetched_through_redirects() -> None:
    answers = (
        says("302 Found", "Location: /b", "Content-Length: 0"),
        says("200 OK", "Content-Length: 5", body=b"photo"),
    )
    with server(*answers) as host:
        assert fetch(f"http://{host}/a", allowing(host)) == b"photo"


def test_redirects_end() -> None:
    with server(says("302 Found", "Location: /", "Content-Length: 0")) as host:
        assert code_of(f"http://{host}/", allowing(host)) == "too_many_redirects"


def test_a_redirect_into_the_network_is_refused() -> None:
    inside = says("200 OK", "Content-Length: 6", body=b"secret")
    with ExitStack() as servers:
        inner = servers.enter_context(server(inside))
        host = servers.enter_context(server(says("302 Found", f"Location: http://{inner}/")))
        assert code_of(f"http://{host}/", allowing(host)) == "forbidden_address"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0.0.0.0", "localhost",
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]",
    ],
)  # fmt: skip
def test_no_inner_address_is_reached(host: str) -> None:
    assert code_of(f"http://{host}:9/", Policy(timeout_s=2)) == "forbidden_address"


def test_an_allowed_host_is_that_host_and_port_only() -> None:
    with server(says("200 OK", "Content-Length: 2", body=b"ok")) as host:
        other = "127.0.0.1:9"
        assert code_of(f"http://{host}/", allowing(other)) == "forbidden_address"
        assert fetch(f"http://{host}/", allowing("127.0.0.1")) == b"ok"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "ftp://host/a", "gopher://host", "data:image/png;base64,AAAA",
        "//host",
        "http://", "http:///a", "http://host:99999/", "http://user@host/", "http://a:b@127.0.0.1/",
        "javascript:alert(1)", "", "http://[::1", "photo.jpg",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(address: str) -> None:
    assert code_of(address, Policy()) == "bad_address"


def test_too_large_is_noticed_while_it_streams() -> None:
    with server(says("200 OK", body=b"x" * 300_000)) as host:
        assert code_of(f"http://{host}/", allowing(host, max_bytes=100_000)) == "too_many_bytes"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Drip: ",
        b"",
    ],
    ids=["body", "body of unknown length", "header", "status line"],
)
def test_a_server_that_drips_is_cut_off_in_time(head: bytes) -> None:
    with server(lambda connection: drips(connection, head)) as host:
        started = time.monotonic()
        assert code_of(f"http://{host}/", allowing(host, timeout_s=0.5)) == "too_slow"
        assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (says("404 Not Found", "Content-Length: 0"), "http_error"),
        (says("500 Oops", "Content-Length: 0"), "http_error"),
        (says("200 OK", "Content-Length: 100", body=b"cut"), "unreachable"),
        (says("not http at all"), "unreachable"),
        (hangs_up, "unreachable"),
    ],
    ids=["404", "500", "cut off", "not http", "nothing"],
)
def test_a_bad_answer_is_an_error_and_never_a_photo(answer: Answer, code: str) -> None:
    with server(answer) as host:
        assert code_of(f"http://{host}/", allowing(host)) == code


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    assert code_of(f"http://{host}/", allowing(host)) == "unreachable"
    assert code_of("http://no-such-name.invalid/", Policy()) == "unreachable"
