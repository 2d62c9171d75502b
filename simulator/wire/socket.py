"""One open WebSocket: whole messages to its conversation, texts out, at the end of the turn.

RFC 6455 is spoken by the sans-I/O part of `websockets`. A client's ping is answered here; what the venue itself
expects of its clients (its own pings, silence, message rates) is the conversation's business.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from websockets.frames import Frame, Opcode
from websockets.protocol import SERVER, Protocol, State

if TYPE_CHECKING:
    from simulator.conversation import Conversation
    from simulator.sockets import Sockets

MOST_MESSAGE = 1 << 16  # what a client may send at once
MOST_UNREAD = 1 << 22  # a client that does not read is dropped, as venues do with slow consumers
CLOSE_WITHIN_S = 5.0

POLICY_VIOLATION, MALFORMED = 1008, 1007


class Socket:
    """`api_keys` is whose it is, once that is known; faults are aimed by it. Times in ms of the venue's clock."""

    def __init__(self, transport: Any, venue: str, path: str, sockets: "Sockets") -> None:
        self.venue, self.path = venue, path
        self.api_keys: set[str] = set()
        self.is_silent = False
        self.pongs = 0  # how many of our pings were answered
        self.opened_ms = self.heard_ms = sockets.clock.now_ms()
        self.conversation: Conversation | None = None
        self.last_words: Callable[[], bytes] | None = None  # where the venue announces that it goes down
        self._transport, self._sockets = transport, sockets
        self._frames = Protocol(SERVER, max_size=MOST_MESSAGE)
        self._pinged: bytes | None = None
        self._parts: list[bytes] = []
        self._unsaid: list[bytes] = []
        self._farewell: tuple[int, str] | None = None

    # What a conversation does

    def say(self, text: str | bytes) -> None:
        """Leaves when the turn is over and the journal has it."""
        if self.is_open:
            self._unsaid.append(text.encode() if isinstance(text, str) else text)
            self._sockets.has_to_say(self)

    def ping(self) -> None:
        if self.is_open and not self.is_silent:
            self._pinged = b"%d" % self._sockets.clock.now_ms()
            self._frames.send_ping(self._pinged)
            self._write()

    def close(self, code: int, reason: str = "") -> None:
        """After what has been said."""
        if self.is_open:
            self._farewell = code, reason
            self._sockets.has_to_say(self)

    def belongs_to(self, api_key: str) -> None:
        self.api_keys.add(api_key)

    def count(self, what: str, reason: str = "") -> None:
        """One request of the client's in the counters: 200 where no reason speaks against it."""
        self._sockets.traffic.count(self.venue, f"{self.path} {what[:60]}", 400 if reason else 200, reason)

    @property
    def is_open(self) -> bool:
        return self._transport is not None and self._farewell is None and self._frames.state is State.OPEN

    # What the wire does

    def data_received(self, data: bytes) -> None:
        self.heard_ms = self._sockets.clock.now_ms()
        self._frames.receive_data(data)
        for frame in self._frames.events_received():
            if not isinstance(frame, Frame):  # a handshake is none of this protocol's
                continue
            if frame.opcode is Opcode.PONG and frame.data == self._pinged:
                self.pongs += 1
            elif frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                self._take(bytes(frame.data), frame.fin)
        self._write()

    def _take(self, part: bytes, is_last: bool) -> None:
        self._parts.append(part)
        if not is_last:
            return
        whole, self._parts = b"".join(self._parts), []
        try:
            message = whole.decode()
        except UnicodeDecodeError:
            self.close(MALFORMED, "not UTF-8")
            return
        if self.is_open and self.conversation is not None:
            self.conversation.text(message)

    def flush(self) -> None:
        """Writes what was said in this turn, and the farewell after it."""
        unsaid, self._unsaid = self._unsaid, []
        if self._transport is None or self._frames.state is not State.OPEN:
            return
        for text in unsaid:
            if not self.is_silent:
                self._frames.send_text(text)
        if self._farewell is not None:
            self._frames.send_close(*self._farewell)
            self._drop_soon()
        self._write()

    def _write(self) -> None:
        transport, pieces = self._transport, self._frames.data_to_send()
        if transport is None or not pieces:
            return
        if not self.is_silent:
            transport.write(b"".join(pieces))
        if pieces[-1] == b"":
            # Half-closed: what the client is still sending must not turn our farewell into a reset.
            transport.write_eof()
            self._drop_soon()
        elif transport.get_write_buffer_size() > MOST_UNREAD:
            self._sockets.traffic.count(self.venue, self.path, 0, "does not read")
            self.drop()

    def _drop_soon(self) -> None:
        """Unless the client ends the connection itself."""
        asyncio.get_running_loop().call_later(CLOSE_WITHIN_S, self.drop)

    def drop(self) -> None:
        """As a network does: without a farewell."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    def connection_lost(self) -> None:
        self._transport = None
        self._sockets.leave(self)
        if self.conversation is not None:
            self.conversation.ended()
