"""What goes over the wire, without a socket: request, response, and the answer that never came."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """An exchange key. Never printed."""

    api_key: str = field(repr=False)
    secret: str = field(repr=False)
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """`path` begins with `/` and holds no host; `query` is encoded as sent, without `?`."""

    method: str
    path: str
    query: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    expires_ms: int | None = None
    """The exchange refuses the request after this moment (Unix ms); None for unsigned calls."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NoReply:
    """No answer. `sent` is False only where certainly not a byte left."""

    sent: bool
    cause: str


Reply = HttpResponse | NoReply
