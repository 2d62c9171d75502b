"""What Binance's error numbers mean, one table a market: the same number may mean two things.

Binance documentation, EXCHANGES 2.7 (spot) and 3.6 (USDT-M). A number that stands in no table proves nothing.
"""

from __future__ import annotations

from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason

AMBIGUOUS = frozenset({-1000, -1006, -1007})
"""Execution status unknown."""

FAILED_IN_5XX = frozenset({-1001, -1008, -1016})
"""Documented as did-not-happen although the status is 5xx."""

DUPLICATES = frozenset({-4116})
"""Proves that an earlier send of the same client order id arrived. Spot says it in the words of a -2010."""

REJECTED_BY_MESSAGE = -2010
FAILED_FILTER = -1013

_BOTH = {
    -1001: Reason.MAINTENANCE,
    -1002: Reason.AUTH,
    -1003: Reason.RATE,
    -1008: Reason.RATE,
    -1014: Reason.PARAMETER,
    -1015: Reason.RATE,
    -1016: Reason.MAINTENANCE,
    -1020: Reason.RETIRED,
    -1021: Reason.TIME,
    -1022: Reason.AUTH,
    **dict.fromkeys((-1100, -1101, -1102, -1103, -1104, -1105, -1106), Reason.PARAMETER),
    -1111: Reason.PRECISION,
    **dict.fromkeys((-1114, -1115, -1116, -1117, -1118, -1119, -1120), Reason.PARAMETER),
    -1121: Reason.SYMBOL,
    **dict.fromkeys((-1127, -1128, -1130), Reason.PARAMETER),
    -2008: Reason.AUTH,
    -2011: Reason.TOO_LATE,
    -2013: Reason.NOT_FOUND,
    -2014: Reason.AUTH,
    -2015: Reason.AUTH,
    -2026: Reason.NOT_FOUND,
}

_SPOT = {
    **_BOTH,
    **dict.fromkeys((-1158, -1165, -1166, -1196, -1197, -1198, -1199), Reason.TRIGGER),
}

_FUTURES = {
    **_BOTH,
    -2018: Reason.FUNDS,
    -2019: Reason.FUNDS,
    -2021: Reason.TRIGGER,
    -2022: Reason.REDUCE_ONLY,
    -2025: Reason.TOO_MANY,
    -2027: Reason.LEVERAGE,
    -2028: Reason.LEVERAGE,
    -4003: Reason.MINIMUM,
    -4004: Reason.MINIMUM,
    -4005: Reason.PRECISION,
    -4013: Reason.PRECISION,
    -4014: Reason.PRECISION,
    -4015: Reason.PARAMETER,
    -4023: Reason.PRECISION,
    -4028: Reason.LEVERAGE,
    -4045: Reason.TOO_MANY,
    **dict.fromkeys((-4047, -4048), Reason.MODE),
    **dict.fromkeys((-4050, -4051), Reason.FUNDS),
    **dict.fromkeys((-4060, -4061, -4062, -4067, -4068), Reason.MODE),
    -4109: Reason.PERMISSION,
    -4117: Reason.TRIGGER,
    -4118: Reason.REDUCE_ONLY,
    -4120: Reason.RETIRED,
    -4131: Reason.PARAMETER,
    -4137: Reason.PARAMETER,
    -4164: Reason.MINIMUM,
    -4168: Reason.MODE,
    -4400: Reason.PERMISSION,
    -4402: Reason.PERMISSION,
    **dict.fromkeys((-5021, -5022, -5041), Reason.TRIGGER),
    -5028: Reason.TIME,
}

# Of spot's documented codes -2021 and -2022 are left out: they answer cancel-replace alone, which we never ask.
REASONS: dict[Market, dict[int, Reason]] = {Market.SPOT: _SPOT, Market.FUTURES: _FUTURES}

NO_OTHER_MARGIN_TYPE, NO_OTHER_POSITION_SIDE = -4046, -4059
"""No need to change: the setting is what we asked for."""
UNKNOWN_ORDER = -2011
"""The order is gone; to a cancel of all orders of a symbol, that none rests."""

DUPLICATE_MESSAGE = "duplicate order sent"

MESSAGES = {
    "insufficient balance": Reason.FUNDS,
    "market is closed": Reason.SYMBOL,
    "not permitted for this account": Reason.SYMBOL,
    "disabled on this account": Reason.PERMISSION,
    "trigger immediately": Reason.TRIGGER,
    "immediately match and take": Reason.TRIGGER,
    "relationship of the prices": Reason.TRIGGER,
}
"""-2010 says in words why the engine refused; each key is a part of the message, in lower case."""

FILTERS = {
    "LOT_SIZE": Reason.PRECISION,
    "MARKET_LOT_SIZE": Reason.PRECISION,
    "PRICE_FILTER": Reason.PRECISION,
    "NOTIONAL": Reason.MINIMUM,
    "MIN_NOTIONAL": Reason.MINIMUM,
    "PERCENT_PRICE": Reason.PARAMETER,
    "PERCENT_PRICE_BY_SIDE": Reason.PARAMETER,
    "MAX_NUM_ORDERS": Reason.TOO_MANY,
    "MAX_NUM_ALGO_ORDERS": Reason.TOO_MANY,
}
"""-1013 names the filter that failed after `Filter failure: `."""


def by_filter(message: str) -> Reason:
    return FILTERS.get(message.partition("Filter failure:")[2].strip(), Reason.PARAMETER)


def by_message(message: str) -> Reason | None:
    """None where the words are new: what they mean nobody has written down yet."""
    lowered = message.lower()
    return next((reason for part, reason in MESSAGES.items() if part in lowered), None)
