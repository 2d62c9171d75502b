"""What crosses the wire: a request as it arrived, a reply before it is rendered, a route between the two."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from typing import NamedTuple

REASONS = {status.value: status.phrase for status in HTTPStatus} | {418: "I'm a teapot"}


class Request:
    """One request. Header names are lower case; query and body are the bytes that were signed."""

    __slots__ = ("body", "fraction", "headers", "keep_alive", "method", "path", "query", "received_ms")

    def __init__(self, method: bytes, path: bytes, query: bytes, headers: dict[bytes, bytes], body: bytes) -> None:
        self.method, self.path, self.query, self.headers, self.body = method, path, query, headers, body
        self.keep_alive = True
        self.received_ms = 0
        self.fraction: Decimal | None = None  # of the quantity that may fill at once (fault "partial")


class Reply(NamedTuple):
    """`reason` is for the counters only: the venue's code, or empty for success."""

    status: int
    body: bytes
    headers: bytes = b""
    reason: str = ""
    content_type: bytes = b"application/json;charset=UTF-8"


@dataclass(slots=True, frozen=True)
class Route:
    """`about` is what faults are aimed at: order, query, cancel, or other (which only "any" hits).

    `{id}` as the last part of `path` stands for any text. The key is in `key_header`, unless `read_key` knows better.
    `take_in` is for a venue that checks a late request twice: on arrival, and when what it returned is called.
    """

    venue: str
    path: str
    about: str
    answer: Callable[[Request], Reply]
    key_header: bytes = b""
    trouble: Callable[[str, int | None, bytes | None, int | None], Reply] | None = field(default=None, repr=False)
    read_key: Callable[[Request], str] | None = None
    take_in: Callable[[Request], Callable[[], Reply]] | None = None

    def key_of(self, request: Request) -> str:
        if self.read_key is not None:
            return self.read_key(request)
        return request.headers.get(self.key_header, b"").decode("latin-1")


def render(reply: Reply, keep_alive: bool, with_body: bool = True) -> bytes:
    return b"HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s%s\r\n%s" % (
        reply.status,
        REASONS.get(reply.status, "Unknown").encode(),
        reply.content_type,
        len(reply.body),
        reply.headers,
        b"" if keep_alive else b"Connection: close\r\n",
        reply.body if with_body else b"",
    )
