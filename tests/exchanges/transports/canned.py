"""A server on a real socket that does what a script says: answers, closes, resets, keeps silent."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

OK = b'{"serverTime":1700000000000}'
Deed = Callable[[socket.socket], bool]
"""Returns whether the connection stays open."""


def answer(body: bytes = OK, status: int = 200, headers: bytes = b"", *, close_after: bool = False) -> Deed:
    """`close_after` closes without having said so: the client keeps a connection that is dead."""

    def deed(connection: socket.socket) -> bool:
        head = b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n%s\r\n" % (status, len(body), headers)
        connection.sendall(head + body)
        return not close_after

    return deed


def raw(data: bytes) -> Deed:
    """These bytes and no more, then the end."""

    def deed(connection: socket.socket) -> bool:
        connection.sendall(data)
        return False

    return deed


def hang_up(_: socket.socket) -> bool:
    """Reads the request and closes: executed or not, nobody knows."""
    return False


def reset(connection: socket.socket) -> bool:
    """Reads the request and resets the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


class CannedServer:
    """Deed by deed, one a request, over all connections; the last one again and again."""

    def __init__(self, deeds: Sequence[Deed] = (answer(),)) -> None:
        self.deeds = list(deeds)
        self.requests: list[bytes] = []
        self.connections = 0
        self.silence = threading.Event()
        """Set when a test is over: ends the deeds that keep silent."""
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def keep_silent(self, _: socket.socket) -> bool:
        self.silence.wait(30)
        return False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.silence.set()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while (request := _read_request(connection)) is not None:
                with self._lock:
                    self.requests.append(request)
                    deed = self.deeds[min(len(self.requests), len(self.deeds)) - 1]
                try:
                    if not deed(connection):
                        return
                except OSError:
                    return


def _read_request(connection: socket.socket) -> bytes | None:
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                return None
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(v) for n, v in map(_header, head.split(b"\r\n")) if n == b"content-length"), 0)
        while len(body) < length:
            body += connection.recv(65536)
    except OSError:
        return None
    return head + b"\r\n\r\n" + body


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), value.strip()


def unused_port() -> int:
    """Nobody listens there: a connection is refused."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
