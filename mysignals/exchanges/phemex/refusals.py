"""A refusal of Phemex as an outcome: did not happen, or nobody knows (EXCHANGES 1.1, 6.2, 6.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mysignals.domain.market import Market
from mysignals.domain.outcomes import ARRIVED_BEFORE, Reason, Rejected, Unknown
from mysignals.exchanges.limits import header
from mysignals.exchanges.reading import Unreadable, document, mapping, printable
from mysignals.exchanges.wire import HttpResponse

from .codes import AMBIGUOUS, DUPLICATES, REASONS, WORDED, by_words

UNAUTHENTICATED, FORBIDDEN, TIMED_OUT, TOO_MANY, SERVER_ERROR = 401, 403, 408, 429, 500
"""The seed calls 403 the rate limit of an address; in Phemex's own envelope it is lack of privilege (EXCHANGES 8.1 line
18). What its edge answers, or what says when to come again, has shut out our address and tells nothing of the key."""
COME_AGAIN = "x-ratelimit-retry-after"

_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """Why an answer is none of success. `codes` are not 0: the answer's, then the order's own."""

    codes: tuple[int, ...]
    message: str


def failure(answer: Any, *, is_order: bool) -> Said | None:
    """None of success. `is_order` where the answer is one order that is being written: its bizError counts too.

    Market data comes in another envelope, histories in none at all (EXCHANGES 6.2, 6.7).
    """
    if isinstance(answer, list):
        return None
    told = mapping(answer)
    if "error" in told:
        return _market_data_failure(told["error"])
    code = number(told.get("code"))
    if code is None:
        raise Unreadable("neither success nor an error")
    codes = (code, _biz_error(told.get("data")) if is_order else 0)
    if not any(codes):
        return None
    return Said(tuple(code for code in codes if code), _words(told.get("msg")))


def _market_data_failure(error: Any) -> Said | None:
    if error is None:
        return None
    code = number(mapping(error).get("code"))
    return Said((code,) if code else (), _words(error.get("message")))


def _biz_error(data: Any) -> int:
    if not isinstance(data, dict) or "bizError" not in data:
        return 0
    code = number(data["bizError"])
    if code is None:
        raise Unreadable("bizError is no number")
    return code


def number(value: Any) -> int | None:
    """A code comes as JSON number or as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _words(message: Any) -> str:
    return printable(message) if isinstance(message, str) else ""


def refusal(said: Said, market: Market, *, is_write: bool) -> Rejected | Unknown:
    """Of a code in an answer, whatever its status."""
    doubt = _doubt(said)
    if doubt is not None:
        return doubt
    shown = str(said.codes[0]) if said.codes else ""
    for code in said.codes:
        reason = _reason(code, said.message, market)
        if reason is not None:
            return Rejected(reason, str(code), said.message)
    if is_write:
        return Unknown(f"a code we do not know: {said.message}", shown, unmapped=True)
    return Rejected(Reason.UNKNOWN, shown, said.message)


def _reason(code: int, message: str, market: Market) -> Reason | None:
    if code in WORDED:
        return by_words(message) or WORDED[code]
    return REASONS[market].get(code)


def _doubt(said: Said) -> Unknown | None:
    """One code that proves an earlier arrival, or proves nothing, outweighs the other."""
    for code in said.codes:
        if code in DUPLICATES:
            return Unknown(ARRIVED_BEFORE, str(code))
    for code in said.codes:
        if code in AMBIGUOUS:
            return Unknown(said.message or "execution status unknown", str(code))
    return None


def refusal_of_status(response: HttpResponse, market: Market, *, is_write: bool) -> Rejected | Unknown:
    """Of a status that is not success. 5xx: the execution status is unknown and could be success (EXCHANGES 6.2)."""
    status, said = response.status, _said(response.body)
    shown = str(said.codes[0]) if said.codes else f"HTTP {status}"
    if status == TOO_MANY:
        return Rejected(Reason.RATE, shown, said.message)
    if status >= SERVER_ERROR or status == TIMED_OUT:
        return Unknown(f"HTTP {status}: {said.message}" if said.message else f"HTTP {status}", shown)
    doubt = _doubt(said)
    if doubt is not None:
        return doubt
    if status == UNAUTHENTICATED:
        return Rejected(by_words(said.message) or Reason.AUTH, shown, said.message)
    if status == FORBIDDEN:
        is_ban = header(response.headers, COME_AGAIN) is not None
        return Rejected(_why_forbidden(said, market, is_ban=is_ban), shown, said.message)
    if not said.codes:
        return Unknown(f"HTTP {status} without an error code", shown)
    return refusal(said, market, is_write=is_write)


def _why_forbidden(said: Said, market: Market, *, is_ban: bool) -> Reason:
    known = next((REASONS[market][code] for code in said.codes if code in REASONS[market]), None)
    otherwise = Reason.RATE if is_ban or not said.codes else Reason.PERMISSION
    return known or by_words(said.message) or otherwise


def _said(body: bytes) -> Said:
    """Plain text and HTML have no code."""
    try:
        answer = document(body)
    except Unreadable:
        return Said((), printable(body[:300].decode("utf-8", "replace").strip()))
    told = answer if isinstance(answer, dict) else {}
    code = number(told.get("code"))
    return Said((code,) if code else (), _words(told.get("msg")))
