"""A proxy between client and server that loses answers, as a bad line does: the server has done its part by then."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Line:
    """`cuts`: how many answers are still to be lost. `requests`: the first line of each that went through."""

    url: str
    cuts: int = 0
    requests: list[str] = field(default_factory=list)


@contextmanager
def cutting(server: str) -> Iterator[Line]:
    address = urlsplit(server)
    there = (address.hostname or "", address.port or 80)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = Line(f"http://127.0.0.1:{listening.getsockname()[1]}")
        serving = threading.Thread(target=_serve, args=(listening, there, line), daemon=True)
        serving.start()
        yield line
        listening.shutdown(socket.SHUT_RDWR)
        serving.join(10)


def _serve(listening: socket.socket, there: tuple[str, int], line: Line) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        with client, socket.create_connection(there, timeout=20) as server:
            client.settimeout(20)
            _one(client, server, line)


def _one(client: socket.socket, server: socket.socket, line: Line) -> None:
    """One request a connection: the server is told to close, so that its answer is whole when it does."""
    head, _, body = _request(client)
    line.requests.append(head.split(b"\r\n")[0].decode())
    server.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
    answer = b""
    while part := server.recv(65536):
        answer += part
    if line.cuts:
        line.cuts -= 1
    else:
        client.sendall(answer)


def _request(client: socket.socket) -> tuple[bytes, bytes, bytes]:
    read = b""
    while b"\r\n\r\n" not in read:
        read += client.recv(65536)
    head, end, body = read.partition(b"\r\n\r\n")
    lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
    length = next((int(one.split(b":")[1]) for one in lines if one.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += client.recv(65536)
    return b"\r\n".join(lines), end, body
