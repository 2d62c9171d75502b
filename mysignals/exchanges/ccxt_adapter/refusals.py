"""An error of ccxt's as an outcome: did not happen, or nobody knows."""

from __future__ import annotations

from typing import Any

from mysignals.domain.intents import WRITES, CancelOrder, Intent, SetLeverage, SetMarginMode, SetPositionMode
from mysignals.domain.outcomes import ARRIVED_BEFORE, Accepted, Reason, Rejected, Unknown
from mysignals.exchanges.reading import Unreadable, document, printable
from mysignals.exchanges.wire import HttpResponse

from .codes import ALREADY_SO, AMBIGUOUS, DUPLICATE_WORDS, DUPLICATES, REASONS
from .profiles import Profile

SERVER_ERROR, TIMED_OUT = 500, 408
TOO_MANY = (418, 429)
SETTINGS = (SetLeverage, SetMarginMode, SetPositionMode)
CODES = ("sCode", "code", "retCode", "ret_code", "error_code", "label")
WORDS = ("sMsg", "msg", "retMsg", "ret_msg", "message", "error_message")
"""Where exchanges say what is wrong; an order's own words go before those of the whole answer."""


def refusal(
    error: Exception, intent: Intent, response: HttpResponse, profile: Profile
) -> Accepted | Rejected | Unknown:
    """`error` is one of ccxt's."""
    code, words = said(response)
    kinds = [kind.__name__ for kind in type(error).__mro__]
    shown, told = code or f"HTTP {response.status}", words or kinds[0]
    if response.status in TOO_MANY:
        return Rejected(Reason.RATE, shown, told)
    if response.status >= SERVER_ERROR or response.status == TIMED_OUT or code in profile.ambiguous:
        return Unknown(f"HTTP {response.status}: {told}", shown)
    if code in profile.duplicates or kinds[0] in DUPLICATES or DUPLICATE_WORDS in words.lower():
        return Unknown(ARRIVED_BEFORE, shown)
    if isinstance(intent, SETTINGS) and (code in profile.already_so or not ALREADY_SO.isdisjoint(kinds)):
        return Accepted()
    reason = profile.reasons.get(code) or _reason(kinds)
    if reason is not None:
        return Rejected(_late(reason, intent), shown, told)
    is_unmapped = AMBIGUOUS.isdisjoint(kinds) and bool(code)
    if not is_unmapped or isinstance(intent, WRITES):
        return Unknown(f"{kinds[0]}: {told}", shown, unmapped=is_unmapped)
    return Rejected(Reason.UNKNOWN, shown, told)


def _reason(kinds: list[str]) -> Reason | None:
    """The narrowest class counts, be it a reason or an ambiguous one."""
    known = next((kind for kind in kinds if kind in REASONS or kind in AMBIGUOUS), "")
    return REASONS.get(known)


def _late(reason: Reason, intent: Intent) -> Reason:
    """What cannot be cancelled because it is not there was filled or cancelled before, or never was: it is asked."""
    return Reason.TOO_LATE if reason is Reason.NOT_FOUND and isinstance(intent, CancelOrder) else reason


def said(response: HttpResponse) -> tuple[str, str]:
    """Code and words of an answer, as far as it has any in one of the usual places."""
    try:
        answer = document(response.body)
    except Unreadable:
        return "", printable(response.body[:300].decode("utf-8", "replace").strip())
    parts = [part for part in (_first(answer), answer) if isinstance(part, dict)]
    return _text(parts, CODES), printable(_text(parts, WORDS))


def _first(answer: Any) -> Any:
    data = answer.get("data") if isinstance(answer, dict) else None
    return data[0] if isinstance(data, list) and data else None


def _text(parts: list[dict[str, Any]], keys: tuple[str, ...]) -> str:
    for part in parts:
        for key in keys:
            value = part.get(key)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value)[:64].strip():
                return str(value)[:300] if keys is WORDS else str(value)[:64]
    return ""
