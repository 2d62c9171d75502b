"""What Phemex's error numbers mean; all three APIs share them, as `code` of an answer and as `bizError` of an order.

Phemex documentation, EXCHANGES 6.9. A number that stands in no table proves nothing.
"""

from __future__ import annotations

from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason

AMBIGUOUS = frozenset({10003, 10004, 10005, 11061, 11016, 11025, 11107})
"""The first four refuse a cancel because something is on its way with the order already, so it may rest or fill yet;
the others are the engine's own failures. Whoever asked looks the order up."""

DUPLICATES = frozenset({11085, 10001, 11033, 19999})
"""Prove that an earlier send of the same client order id arrived."""

NOTHING_FOUND = 10002
"""No such order; also the answer to a list or a cancel of all where nothing rests."""

WORDED = {401: Reason.AUTH, 10500: None}
"""The words tell which refusal it is; the reason where they do not. 10500 alone proves nothing."""

_TABLE = {
    NOTHING_FOUND: Reason.NOT_FOUND,
    **dict.fromkeys((11062, 11063, 11108, 11109, 11110, 11015), Reason.TOO_LATE),
    **dict.fromkeys((34003, 39996, 11022, 11023, 11024), Reason.PERMISSION),
    39995: Reason.RATE,
    **dict.fromkeys(
        (11001, 11003, 11005, 11010, 11082, 11100, 11101, 11105, 11106, 35104),
        Reason.FUNDS,
    ),
    **dict.fromkeys((11012, 11053, 11054, 11055, 11056, 11114), Reason.PRECISION),
    **dict.fromkeys((11058, 11115), Reason.MINIMUM),
    **dict.fromkeys((11002, 11004, 11081, 11150), Reason.LEVERAGE),
    **dict.fromkeys((11011, 11013, 11014, 11057, 11059, 11060), Reason.REDUCE_ONLY),
    **dict.fromkeys((11040, 11041, 11042), Reason.MAINTENANCE),
    **dict.fromkeys((11045, 11046, 11075, 11076, 11078, 11079), Reason.PRECISION),
    **dict.fromkeys(
        (11043, 11044, 11047, 11048, 11049, 11050, 11051, 11052, *range(11087, 11095)),
        Reason.TRIGGER,
    ),
    **dict.fromkeys((11038, 11039, 11074, 11077, 11080, 11083, 11084, 11086, 11095, 11096), Reason.PARAMETER),
    **dict.fromkeys((11027, 11028, 11070, 39997), Reason.SYMBOL),
    **dict.fromkeys((412, 6001, 30000, 30018, 11034, 11035, 11036, 11037, 11111, 11112), Reason.PARAMETER),
    **dict.fromkeys((11031, 11032, 11116), Reason.TOO_MANY),
    **dict.fromkeys((20004, 20005), Reason.MODE),
}
"""11040 to 11042: no mark, index or last price at the moment. 11023, 11024: a liquidation is at work on the account."""

REASONS: dict[Market, dict[int, Reason]] = {Market.SPOT: _TABLE, Market.FUTURES: _TABLE}

WORDS = {
    "ip mismatch": Reason.IP,
    "privilege": Reason.PERMISSION,
    "expir": Reason.TIME,
    "signature": Reason.AUTH,
    "api-key": Reason.AUTH,
    "api key": Reason.AUTH,
    "missing required": Reason.PARAMETER,
}
"""Of 10500 and of HTTP 401; each key is a part of the message, in lower case. The first that is found counts."""


def by_words(message: str) -> Reason | None:
    """None where the words are new."""
    lowered = message.lower()
    return next((reason for part, reason in WORDS.items() if part in lowered), None)
