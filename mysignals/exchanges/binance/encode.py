"""From a draft to the request that is sent: timed, signed, in query or body."""

from __future__ import annotations

from mysignals.exchanges.wire import Credentials, HttpRequest

from .draft import Draft
from .signing import signed

KEY_HEADER = "X-MBX-APIKEY"
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def request(draft: Draft, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
    """Binance refuses a signed request once `expiry_ms` (recvWindow, at most 60000) have passed since `now_ms`."""
    if not draft.is_signed:
        return HttpRequest(draft.method, draft.path, draft.parameters)
    payload = signed(credentials.secret, draft.parameters, now_ms, expiry_ms)
    key = (KEY_HEADER, credentials.api_key)
    expires_ms = now_ms + expiry_ms
    if draft.method == "POST":
        return HttpRequest("POST", draft.path, "", payload.encode(), (key, FORM), expires_ms)
    return HttpRequest(draft.method, draft.path, payload, b"", (key,), expires_ms)
