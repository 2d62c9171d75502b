"""What Magnr's HTTP statuses mean: it has no error codes of its own, only words (EXCHANGES 7)."""

from __future__ import annotations

from mysignals.domain.intents import OpenTrade
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason

BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_MANY = 400, 401, 403, 404, 409, 429

AMBIGUOUS = frozenset({500, 504})
"""`System error, or the exchange failed to accept the trade`, and an exchange that did not answer Magnr."""

DUPLICATES: frozenset[int] = frozenset()
"""There are no ids of ours that could be sent twice."""

REASONS: dict[Market, dict[int, Reason]] = {
    Market.FUTURES: {
        BAD_REQUEST: Reason.PARAMETER,
        UNAUTHORIZED: Reason.AUTH,
        FORBIDDEN: Reason.PERMISSION,
        NOT_FOUND: Reason.NOT_FOUND,
        CONFLICT: Reason.TOO_LATE,
        TOO_MANY: Reason.RATE,
    }
}
"""Where the words do not say it better. 401, 403 and 429 are not documented and mean what they mean everywhere."""

OPENING = {CONFLICT: Reason.MODE}
"""A trade that is not there yet cannot be too late: the account as a whole is in the way."""

_KEY = {
    "tonce": Reason.TIME,
    "address": Reason.IP,
    "permission": Reason.PERMISSION,
    "may not": Reason.PERMISSION,
    "signature": Reason.AUTH,
}
_TRADE = {
    "insufficient": Reason.FUNDS,
    "funds": Reason.FUNDS,
    "balance": Reason.FUNDS,
    "deposit": Reason.FUNDS,
    "leverage": Reason.LEVERAGE,
    "minimum": Reason.MINIMUM,
    "too small": Reason.MINIMUM,
    "pair": Reason.SYMBOL,
}
WORDS = {BAD_REQUEST: _TRADE, CONFLICT: _TRADE, UNAUTHORIZED: _KEY, FORBIDDEN: _KEY}
"""Parts of the message in lower case, the first that is found counts. Magnr documents no words: those are usual."""


def reason_of(status: int, words: str, intent_type: type) -> Reason | None:
    """None for a status that is not documented: it proves nothing."""
    lowered = words.lower()
    told = next((reason for part, reason in WORDS.get(status, {}).items() if part in lowered), None)
    if told is None and intent_type is OpenTrade:
        told = OPENING.get(status)
    return told or REASONS[Market.FUTURES].get(status)
