"""One connection: what the bytes of an exchange, good or bad, become."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from mysignals.exchanges.transports.http1 import Connection
from mysignals.exchanges.wire import HttpRequest, HttpResponse, NoReply, Reply

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Wire(asyncio.Transport):
    """A transport that keeps what was written and answers nothing by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.ended = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        self.written.append(bytes(data))

    def close(self) -> None:
        self.ended = True

    def abort(self) -> None:
        self.ended = True


def answered(parts: Sequence[bytes], *, then_lost: bool = False) -> tuple[Reply, Connection, Wire]:
    async def scene() -> tuple[Reply, Connection, Wire]:
        connection, wire = Connection(asyncio.get_running_loop(), "host"), Wire()
        connection.connection_made(wire)
        future = connection.request(HttpRequest("POST", "/order", body=b"a=1"), "/binance", 0.05)
        for part in parts:
            connection.data_received(part)
        if then_lost:
            connection.connection_lost(None)
        return await future, connection, wire

    return asyncio.run(scene())


def test_a_request_is_written_once_with_its_prefix_and_length() -> None:
    _, _, wire = answered([OK])
    assert wire.written == [b"POST /binance/order HTTP/1.1\r\nHost: host\r\nContent-Length: 3\r\n\r\na=1"]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_an_answer_is_the_same_however_it_is_cut(size: int) -> None:
    reply, connection, _ = answered([OK[i : i + size] for i in range(0, len(OK), size)])
    assert reply == HttpResponse(200, b"{}", (("Content-Length", "2"),))
    assert connection.usable


def test_a_chunked_answer_is_put_together() -> None:
    reply, _, _ = answered([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"])
    assert isinstance(reply, HttpResponse)
    assert reply.body == b"{}"


def test_a_continue_is_not_the_answer() -> None:
    reply, _, _ = answered([b"HTTP/1.1 100 Continue\r\n\r\n", OK])
    assert isinstance(reply, HttpResponse)
    assert reply.status == 200


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    reply, connection, _ = answered([b"HTTP/1.1 200 OK\r\n\r\n{}"], then_lost=True)
    assert isinstance(reply, HttpResponse)
    assert reply.body == b"{}"
    assert not connection.usable


@pytest.mark.parametrize(
    ("parts", "lost"),
    [
        ([], True),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"], True),
        ([b"HTTP/1.1 200 OK\r\nContent-Len"], True),
        ([b"SSH-2.0-OpenSSH\r\n"], False),
        ([], False),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"], False),
    ],
)
def test_whatever_goes_wrong_after_writing_is_unknown_and_ends_the_connection(parts: list[bytes], lost: bool) -> None:
    reply, connection, _ = answered(parts, then_lost=lost)
    assert isinstance(reply, NoReply)
    assert reply.sent
    assert not connection.usable


@pytest.mark.parametrize("stray", [OK, OK[:20], b"x"])
def test_bytes_that_nobody_asked_for_end_the_connection(stray: bytes) -> None:
    for parts in ([OK + stray], [OK, stray]):
        reply, connection, wire = answered(parts)
        assert isinstance(reply, HttpResponse)
        assert not connection.usable
        assert wire.ended


def test_an_exchange_that_says_close_is_not_used_again() -> None:
    reply, connection, wire = answered([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"])
    assert isinstance(reply, HttpResponse)
    assert not connection.usable
    assert wire.ended


@pytest.mark.parametrize("key", ["a\r\nX-Evil: 1", "schlüssel", "a\tb"])
def test_a_header_that_could_split_the_request_is_never_written(key: str) -> None:
    async def scene() -> tuple[Reply, Wire]:
        connection, wire = Connection(asyncio.get_running_loop(), "host"), Wire()
        connection.connection_made(wire)
        return await connection.request(HttpRequest("GET", "/", headers=(("X-Key", key),)), "", 1), wire

    reply, wire = asyncio.run(scene())
    assert reply == NoReply(sent=False, cause="the key holds characters that no header can carry")
    assert wire.written == []
