"""A refusal of Bitget as an outcome: did not happen, or nobody knows (EXCHANGES 1.1, 5.7)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.outcomes import ARRIVED_BEFORE, Reason, Rejected, Unknown
from mysignals.exchanges.reading import Unreadable, document, printable
from mysignals.exchanges.wire import HttpResponse

from .codes import AMBIGUOUS, DUPLICATES, REASONS, SCALE_OR_BURST, SCALE_WORDS, SUCCESS

LONGEST_CODE = 8
FORBIDDEN, TIMED_OUT, TOO_MANY, SERVER_ERROR = 403, 408, 429, 500


def refusal(response: HttpResponse, *, is_write: bool) -> Rejected | Unknown:
    code, message = _said(response.body)
    status = f"HTTP {response.status}"
    if response.status == TOO_MANY:
        return Rejected(Reason.RATE, code or status, message)
    if response.status >= SERVER_ERROR or response.status == TIMED_OUT:
        if REASONS.get(code) is Reason.MAINTENANCE:
            return Rejected(Reason.MAINTENANCE, code, message)
        return Unknown(f"{status}: {message}" if message else status, code or status)
    if not code or code == SUCCESS:
        return _without_code(response.status, message)
    return by_code(code, message, is_write=is_write)


def code_of(answer: dict[str, Any]) -> str:
    """Empty where there is none. Documented as text; a number is read too."""
    code = answer.get("code")
    if isinstance(code, int) and not isinstance(code, bool):
        code = str(code)
    return code if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) <= LONGEST_CODE else ""


def by_code(code: str, message: str, *, is_write: bool) -> Rejected | Unknown:
    if code in DUPLICATES:
        return Unknown(ARRIVED_BEFORE, code)
    if code in AMBIGUOUS or (code == SCALE_OR_BURST and SCALE_WORDS not in message.lower()):
        return Unknown(message or "execution status unknown", code)
    reason = REASONS.get(code)
    if reason is not None:
        return Rejected(reason, code, message)
    if is_write:
        return Unknown(f"a code we do not know: {message}", code, unmapped=True)
    return Rejected(Reason.UNKNOWN, code, message)


def _said(body: bytes) -> tuple[str, str]:
    """Code and message; HTML and other foreign bodies have no code."""
    try:
        answer = document(body)
    except Unreadable:
        return "", printable(body[:300].decode("utf-8", "replace").strip())
    if not isinstance(answer, dict):
        return "", ""
    message = answer.get("msg")
    return code_of(answer), printable(message) if isinstance(message, str) else ""


def _without_code(status: int, message: str) -> Rejected | Unknown:
    """A firewall answers 403 before the request reaches the exchange: it shuts an address out for a time, and knows
    nothing of keys.
    """
    if status == FORBIDDEN:
        return Rejected(Reason.RATE, "HTTP 403", message)
    return Unknown(f"HTTP {status} without an error code", f"HTTP {status}")
