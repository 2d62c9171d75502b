"""One client connection: parses requests, keeps their answers in order, and can fail like a network."""

import asyncio
import socket as sockets
import struct
from collections import deque
from typing import Any

import httptools

from simulator.wire.delivery import Delivery
from simulator.wire.exchanged import Reply, Request, render
from simulator.wire.socket import Socket

MOST_BODY = 1 << 20  # a venue's request is small
MOST_CONTROL_BODY = 1 << 26  # thousands of accounts in one call
MOST_TARGET = 1 << 14
MOST_QUEUED = 256  # pipelined requests that wait for an answer
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Slot:
    """The place of one answer in the order of its connection."""

    __slots__ = ("connection", "head", "keep_alive", "rendered")

    def __init__(self, connection: "Connection", keep_alive: bool, head: bool) -> None:
        self.connection, self.keep_alive, self.head = connection, keep_alive, head
        self.rendered: bytes | None = None

    def fill(self, reply: Reply) -> None:
        self.rendered = render(reply, self.keep_alive, not self.head)
        self.connection.send_what_is_ready()

    def reset(self) -> None:
        """The client sees a connection reset, and nothing else."""
        self.connection.reset()


class Connection(asyncio.Protocol):
    def __init__(self, delivery: Delivery, everyone: set["Connection"]) -> None:
        self._delivery, self._everyone = delivery, everyone
        self._slots: deque[Slot] = deque()
        self._arrived: list[tuple[Request, bool]] = []
        self._parser = httptools.HttpRequestParser(self)
        self._transport: Any = None
        self._socket: Socket | None = None  # what the connection has become
        self.is_local = False
        self.on_message_begin()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self.is_local = bool(peer) and (peer[0].startswith("127.") or peer[0] in ("::1", "::ffff:127.0.0.1"))
        self._everyone.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._everyone.discard(self)
        self._transport = None
        self._slots.clear()
        if self._socket is not None:
            self._socket.connection_lost()

    def data_received(self, data: bytes) -> None:
        if self._socket is not None:
            self._socket.data_received(data)
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as end:
            self._upgrade(data[end.args[0] :])
            return
        except httptools.HttpParserError:
            self._refuse(Reply(400, b'{"error":"not HTTP"}'))
            return
        # Answered only now: an exception of ours must not surface inside the parser.
        while self._arrived and self._transport is not None:
            request, head = self._arrived.pop(0)
            slot = Slot(self, request.keep_alive, head)
            self._slots.append(slot)
            self._delivery.deliver(request, slot)
        if len(self._slots) > MOST_QUEUED:
            self.close()

    def _upgrade(self, rest: bytes) -> None:
        """`rest` is what came behind the request: the client's first frames, perhaps."""
        if self._slots or len(self._arrived) != 1:  # an upgrade is the first request of its connection
            self._refuse(Reply(400, b""))
            return
        request, _ = self._arrived.pop()
        become = self._delivery.upgrade(request, self._transport)
        if become is None:
            self.reset()
        elif isinstance(become, Reply):
            self._refuse(become)
        else:
            self._socket = become
            if rest:
                become.data_received(rest)

    def send_what_is_ready(self) -> None:
        transport = self._transport
        while transport is not None and self._slots and self._slots[0].rendered is not None:
            slot = self._slots.popleft()
            transport.write(slot.rendered)
            if not slot.keep_alive:
                self.close()
                return

    def reset(self) -> None:
        transport = self._transport
        if transport is None:
            return
        raw = transport.get_extra_info("socket")
        if raw is not None:
            # Lingering for no time makes the kernel send RST instead of an orderly FIN.
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, RESET_ON_CLOSE)
        transport.abort()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _refuse(self, reply: Reply) -> None:
        if self._transport is not None:
            self._transport.write(render(reply, keep_alive=False))
            self._transport.close()

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._body = b""

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self._body = self._body + body if self._body else body
        allowed = MOST_CONTROL_BODY if self._target.startswith(b"/_control/") else MOST_BODY
        if len(self._body) > allowed:
            self._refuse(Reply(413, b'{"error":"the body is too large"}'))

    def on_message_complete(self) -> None:
        if len(self._target) > MOST_TARGET:
            self._refuse(Reply(414, b'{"error":"the target is too long"}'))
            return
        method = self._parser.get_method()
        path, _, query = self._target.partition(b"?")
        request = Request(method, path, query, self._headers, self._body)
        request.keep_alive = self._parser.should_keep_alive()
        self._arrived.append((request, method == b"HEAD"))
