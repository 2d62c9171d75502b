"""One kept HTTP/1.1 connection: a request goes out once, and its answer or its loss is told exactly.

Ours because of two things no client library gives together (docs/decisions): it never repeats a request by
itself when a kept connection turns out closed, and it costs a tenth of the processor.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import cast

import httptools

from mysignals.exchanges.wire import HttpRequest, HttpResponse, NoReply, Reply

MOST_BODY = 32 * 1024 * 1024
"""Bytes. The rules of all spot symbols are the largest answer, some 15 MB."""
FIRST_FINAL_STATUS = 200
"""1xx answers are news, not answers."""


class Connection(asyncio.Protocol):
    """Answers one request at a time. `usable` says whether another one may be sent over it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, host: str) -> None:
        self._loop, self._host = loop, host
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Reply] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._length = 0
        self._begun = self._bounded = False
        self.usable = False
        self.idle_since = 0.0

    def request(self, request: HttpRequest, prefix: str, timeout_s: float) -> asyncio.Future[Reply]:
        """Writes the request; the future ends with the answer or NoReply, it never raises.

        `prefix` is what the base URL has before the request's path.
        """
        answer: asyncio.Future[Reply] = self._loop.create_future()
        message = _message(request, prefix, self._host)
        if message is None or self._transport is None:
            answer.set_result(NoReply(sent=False, cause="the key holds characters that no header can carry"))
            return answer
        self._answer, self._headers, self._body, self._length = answer, [], [], 0
        self._begun = self._bounded = self.usable = False
        self._timer = self._loop.call_later(timeout_s, self._give_up, "no answer in time")
        self._transport.write(message)
        return answer

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.close()

    # What the transport tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not derive from asyncio's.
        self._transport, self.usable = cast(asyncio.Transport, transport), True

    def data_received(self, data: bytes) -> None:
        if self._answer is None:
            self._give_up("nobody asked")
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._give_up("the answer is not HTTP")

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        if self._answer is None:
            return
        if self._begun and not self._bounded:
            self._end()  # An answer without a length ends with its connection.
        else:
            self._finish(NoReply(sent=True, cause="the answer was cut off" if self._begun else "connection lost"))

    # What the parser tells.

    def on_message_begin(self) -> None:
        if self._answer is None:
            self._give_up("a second answer to one question")

    def on_header(self, name: bytes, value: bytes) -> None:
        text, is_bound = _header_name(name)
        self._bounded = self._bounded or is_bound
        self._headers.append((text, value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        self._begun = True

    def on_body(self, body: bytes) -> None:
        self._length += len(body)
        if self._length > MOST_BODY:
            self._give_up("the answer is too long")
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        if self._answer is None:
            return
        if self._parser.get_status_code() < FIRST_FINAL_STATUS:
            self._headers.clear()
            self._begun = self._bounded = False
            return
        self.usable = self._parser.should_keep_alive()
        if not self.usable:
            self.close()
        self._end()

    # The end.

    def _end(self) -> None:
        self._finish(HttpResponse(self._parser.get_status_code(), b"".join(self._body), tuple(self._headers)))

    def _give_up(self, cause: str) -> None:
        """What comes after this must not be taken for the next request's answer, so the connection ends."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()
        self._finish(NoReply(sent=True, cause=cause))

    def _finish(self, reply: Reply) -> None:
        if self._timer is not None:
            self._timer.cancel()
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result(reply)


def _message(request: HttpRequest, prefix: str, host: str) -> bytes | None:
    """The request's bytes; None where a header holds what no header can carry."""
    target = f"{prefix}{request.path}?{request.query}" if request.query else prefix + request.path
    head = [f"{request.method} {target} HTTP/1.1", f"Host: {host}"]
    head += [f"{name}: {value}" for name, value in request.headers]
    if request.body or request.method != "GET":
        head.append(f"Content-Length: {len(request.body)}")
    together = "".join(head)
    if not (together.isascii() and together.isprintable()):
        return None
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + request.body


@lru_cache(maxsize=256)
def _header_name(name: bytes) -> tuple[str, bool]:
    """A name as text, and whether its header says where the body ends. An exchange always uses the same few names."""
    text = name.decode("latin-1")
    return text, text.lower() in ("content-length", "transfer-encoding")
