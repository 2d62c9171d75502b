"""From a draft to the request that is sent: timed, signed, in query or body (EXCHANGES 4.1 and 5.2)."""

from __future__ import annotations

from mysignals.exchanges.wire import Credentials, HttpRequest

from .draft import Draft
from .signing import prehash, signature

TOLERANCE_MS = 30_000
"""How old ACCESS-TIMESTAMP may be. Only secondary sources tell it (EXCHANGES 5.2), and v1 has no other deadline."""
LONGEST_WINDOW_MS = 59_999
"""receiveWindow has to be below 60000 (EXCHANGES 5.2)."""
HISTORY_MS = 89 * 24 * 3_600_000
"""Look-ups reach back 90 days (EXCHANGES 1.2); a day less, lest a clock that differs makes the span too long."""
LOCALE = ("locale", "en-US")
"""Without it, refusals may come in the language of the account."""
JSON = ("Content-Type", "application/json")


def request(draft: Draft, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
    """Bitget refuses an order with a deadline once `expiry_ms` have passed since `now_ms`, the rest after 30 s."""
    if not draft.is_signed:
        return HttpRequest(draft.method, draft.path, draft.query)
    window_ms = min(expiry_ms, LONGEST_WINDOW_MS)
    body = _body(draft, now_ms, window_ms)
    query = _with_span(draft.query, now_ms) if draft.is_history and draft.method == "GET" else draft.query
    signed = signature(credentials.secret, prehash(now_ms, draft.method, draft.path, query, body))
    headers = (
        ("ACCESS-KEY", credentials.api_key),
        ("ACCESS-SIGN", signed),
        ("ACCESS-TIMESTAMP", str(now_ms)),
        ("ACCESS-PASSPHRASE", credentials.passphrase),
        JSON,
        LOCALE,
    )
    is_bound = draft.has_deadline and not draft.may_outlive
    expires_ms = now_ms + (window_ms if is_bound else TOLERANCE_MS)
    return HttpRequest(draft.method, draft.path, query, body.encode(), headers, expires_ms)


def _body(draft: Draft, now_ms: int, window_ms: int) -> str:
    if draft.method == "GET":
        return ""
    fields = draft.fields
    if draft.has_deadline:
        fields += f',"requestTime":"{now_ms}","receiveWindow":"{window_ms}"'
    elif draft.is_history:
        fields += f',"startTime":"{now_ms - HISTORY_MS}","endTime":"{now_ms}"'
    return f"{{{fields}}}"


def _with_span(query: str, now_ms: int) -> str:
    return f"{query}&startTime={now_ms - HISTORY_MS}&endTime={now_ms}"
