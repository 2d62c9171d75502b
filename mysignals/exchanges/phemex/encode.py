"""From a draft to the request that is sent: timed in whole seconds and signed (EXCHANGES 6.2)."""

from __future__ import annotations

from mysignals.exchanges.wire import Credentials, HttpRequest

from .draft import Draft
from .signing import prehash, signature

JSON = ("Content-Type", "application/json")
SECOND_MS = 1000
SHORTEST_MS = 2 * SECOND_MS
"""How long a request may live although it was to live shorter: that cannot be said in whole seconds."""


def request(draft: Draft, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
    """Refused by Phemex from `expires_ms` on, at the latest: never after `now_ms + expiry_ms`, nor, where that is less,
    after SHORTEST_MS.
    """
    if not draft.is_signed:
        return HttpRequest(draft.method, draft.path, draft.query)
    expiry_s = _header_s(now_ms, expiry_ms)
    told = prehash(draft.path, draft.query, expiry_s, draft.body)
    headers: tuple[tuple[str, str], ...] = (
        ("x-phemex-access-token", credentials.api_key),
        ("x-phemex-request-expiry", str(expiry_s)),
        ("x-phemex-request-signature", signature(credentials.secret, told)),
    )
    if draft.body:
        headers = (*headers, JSON)
    expires_ms = (expiry_s + 1) * SECOND_MS
    return HttpRequest(draft.method, draft.path, draft.query, draft.body.encode(), headers, expires_ms)


def _header_s(now_ms: int, expiry_ms: int) -> int:
    """Seconds; the seed says milliseconds (EXCHANGES 8.1 line 27).

    Phemex refuses `expiry < now` and does not tell whether it counts its own time in whole seconds. If it does, it
    takes a request until the named second ends: so the one before the deadline is named, or else the next one.
    """
    return max((now_ms + expiry_ms) // SECOND_MS - 1, now_ms // SECOND_MS + 1)
