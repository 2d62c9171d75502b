"""A refusal of Binance as an outcome: did not happen, or nobody knows (EXCHANGES 1.1, 2.7, 3.6)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.market import Market
from mysignals.domain.outcomes import ARRIVED_BEFORE, Reason, Rejected, Unknown
from mysignals.exchanges.reading import Unreadable, document, printable
from mysignals.exchanges.wire import HttpResponse

from .codes import (
    AMBIGUOUS,
    DUPLICATE_MESSAGE,
    DUPLICATES,
    FAILED_FILTER,
    FAILED_IN_5XX,
    REASONS,
    REJECTED_BY_MESSAGE,
    by_filter,
    by_message,
)

FAILED_503 = "Service Unavailable."
FORBIDDEN, TIMED_OUT, SERVER_ERROR, UNAVAILABLE = 403, 408, 500, 503
TOO_MANY = (418, 429)
"""418 is Binance's ban of an address that ignored 429."""


def error_code(answer: Any) -> int | None:
    """The code of an error envelope; None where the answer is none. Success may carry code 200."""
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) and code < 0 else None


def refusal(response: HttpResponse, market: Market, *, is_write: bool) -> Rejected | Unknown:
    code, message = _said(response.body)
    if response.status in TOO_MANY:
        return Rejected(Reason.RATE, _shown(code, response.status), message)
    if response.status >= SERVER_ERROR or response.status == TIMED_OUT:
        return _server_error(response.status, code, message, market)
    if code is None:
        return _without_code(response.status, message)
    return _by_code(code, message, market, is_write=is_write)


def _said(body: bytes) -> tuple[int | None, str]:
    """Code and message; HTML and other foreign bodies have no code."""
    try:
        answer = document(body)
    except Unreadable:
        return None, printable(body[:300].decode("utf-8", "replace").strip())
    message = answer.get("msg") if isinstance(answer, dict) else None
    return error_code(answer), printable(message) if isinstance(message, str) else ""


def _shown(code: int | None, status: int) -> str:
    return f"HTTP {status}" if code is None else str(code)


def _server_error(status: int, code: int | None, message: str, market: Market) -> Rejected | Unknown:
    """Decided by the body: 503 has four meanings on futures."""
    shown = _shown(code, status)
    if code in FAILED_IN_5XX:
        return Rejected(REASONS[market][code], shown, message)
    if status == UNAVAILABLE and market is Market.FUTURES and message == FAILED_503:
        return Rejected(Reason.MAINTENANCE, shown, message)
    return Unknown(f"HTTP {status}: {message}" if message else f"HTTP {status}", shown)


def _without_code(status: int, message: str) -> Rejected | Unknown:
    """A firewall answers 403 before the request reaches the exchange: it shuts an address out for a time, and knows
    nothing of keys.
    """
    if status == FORBIDDEN:
        return Rejected(Reason.RATE, "HTTP 403", message)
    return Unknown(f"HTTP {status} without an error code", f"HTTP {status}")


def _by_code(code: int, message: str, market: Market, *, is_write: bool) -> Rejected | Unknown:
    shown = str(code)
    if code in DUPLICATES or (code == REJECTED_BY_MESSAGE and DUPLICATE_MESSAGE in message.lower()):
        return Unknown(ARRIVED_BEFORE, shown)
    if code in AMBIGUOUS:
        return Unknown(message or "execution status unknown", shown)
    reason = _reason(code, message, market)
    if reason is None:
        return _unmapped(shown, message, is_write=is_write)
    return Rejected(reason, shown, message)


def _unmapped(shown: str, message: str, *, is_write: bool) -> Rejected | Unknown:
    if is_write:
        return Unknown(f"a code we do not know: {message}", shown, unmapped=True)
    return Rejected(Reason.UNKNOWN, shown, message)


def _reason(code: int, message: str, market: Market) -> Reason | None:
    if code == REJECTED_BY_MESSAGE:
        return by_message(message)
    if code == FAILED_FILTER:
        return by_filter(message)
    return REASONS[market].get(code)
