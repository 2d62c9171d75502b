"""What goes over the wire, without a socket: request, response, and the answer that never came."""

from __future__ import annotations

from dataclasses import field

from mysignals.domain.value import value


@value
class Credentials:
    """An exchange key. Never printed."""

    api_key: str = field(repr=False)
    secret: str = field(repr=False)
    passphrase: str = field(default="", repr=False)


@value
class HttpRequest:
    """`path` begins with `/` and holds no host; `query` is encoded as sent, without `?`."""

    method: str
    path: str
    query: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    expires_ms: int | None = None
    """The exchange refuses the request after this moment (Unix ms); None for unsigned calls."""


@value
class HttpResponse:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@value
class NoReply:
    """No answer. `sent` is False only where certainly not a byte left."""

    sent: bool
    cause: str


Reply = HttpResponse | NoReply
