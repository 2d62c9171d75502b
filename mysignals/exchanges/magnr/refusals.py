"""A refusal of Magnr as an outcome: did not happen, or nobody knows (EXCHANGES 1.1, 7)."""

from __future__ import annotations

from mysignals.domain.intents import WRITES, Intent, OpenTrade, ReadTrades
from mysignals.domain.outcomes import Reason, Rejected, Unknown
from mysignals.exchanges.reading import Unreadable, document, printable
from mysignals.exchanges.wire import HttpResponse

from .codes import FORBIDDEN, NOT_FOUND, TOO_MANY, UNAUTHORIZED, reason_of

TIMED_OUT, SERVER_ERROR = 408, 500
REFUSED_AT_THE_DOOR = (UNAUTHORIZED, FORBIDDEN, TOO_MANY)
"""Whoever answers so, Magnr or what stands before it, has not let the request in; the body is not documented."""
SAYS_NOTHING = ("", "forbidden")
"""Of a 403: no word about the key, as an edge answers that has shut out our address for a time."""


def refusal(intent: Intent, response: HttpResponse) -> Rejected | Unknown:
    status, words = response.status, _words(response.body)
    shown, said = f"HTTP {status}", words or ""
    if status >= SERVER_ERROR or status == TIMED_OUT:
        return Unknown(f"{shown}: {said}" if said else shown, shown)
    if words is None and status not in REFUSED_AT_THE_DOOR:
        return Unknown(f"{shown} without a list of errors", shown)
    reason = None if _is_misplaced(intent, status) else reason_of(status, said, type(intent))
    if status == FORBIDDEN and said.lower() in SAYS_NOTHING:
        reason = Reason.RATE
    if reason is not None:
        return Rejected(reason, shown, said)
    if isinstance(intent, WRITES):
        return Unknown(f"a status we do not know: {said}", shown, unmapped=True)
    return Rejected(Reason.UNKNOWN, shown, said)


def _words(body: bytes) -> str | None:
    """The strings of `{"errors": [...]}` in one line; None where the body is no error of Magnr's."""
    try:
        answer = document(body)
    except Unreadable:
        return None
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if not isinstance(errors, list) or not all(isinstance(error, str) for error in errors):
        return None
    return printable("; ".join(errors[:10]))


def _is_misplaced(intent: Intent, status: int) -> bool:
    """An unknown trade is no answer to a question that names none."""
    return status == NOT_FOUND and isinstance(intent, OpenTrade | ReadTrades)
