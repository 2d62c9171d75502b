"""Phemex's words and, in histories, numbers for sides, order types and states (EXCHANGES 6.4)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.intents import ExitKind
from mysignals.domain.market import EntryType, Side
from mysignals.domain.outcomes import OrderState
from mysignals.exchanges.reading import Unreadable

SIDES = {Side.BUY: "Buy", Side.SELL: "Sell"}
ORDER_TYPES = {EntryType.MARKET: "Market", EntryType.LIMIT: "Limit"}
EXIT_TYPES = {ExitKind.STOP: "Stop", ExitKind.TARGET: "MarketIfTouched"}
"""A stop fires when the price has got worse, MarketIfTouched when it has got better. The field table below the
documents' own table says the opposite of the latter, their examples do not."""

TRIGGER = "ByLastPrice"
RESTING = "GoodTillCancel"

_SIDES = {"Buy": Side.BUY, "Sell": Side.SELL, "1": Side.BUY, "2": Side.SELL}
_CONDITIONAL = {
    "Stop": ExitKind.STOP,
    "StopLimit": ExitKind.STOP,
    "MarketIfTouched": ExitKind.TARGET,
    "LimitIfTouched": ExitKind.TARGET,
    "3": ExitKind.STOP,
    "4": ExitKind.STOP,
    "5": ExitKind.TARGET,
    "6": ExitKind.TARGET,
}
_STATES = {
    "Created": OrderState.NEW,
    "Init": OrderState.NEW,
    "Untriggered": OrderState.NEW,
    "Deactivated": OrderState.CANCELLED,
    "Triggered": OrderState.TRIGGERED,
    "Rejected": OrderState.REJECTED,
    "New": OrderState.NEW,
    "PartiallyFilled": OrderState.PARTIALLY_FILLED,
    "Filled": OrderState.FILLED,
    "Canceled": OrderState.CANCELLED,
    "0": OrderState.NEW,
    "1": OrderState.NEW,
    "2": OrderState.CANCELLED,
    "3": OrderState.TRIGGERED,
    "4": OrderState.REJECTED,
    "5": OrderState.NEW,
    "6": OrderState.PARTIALLY_FILLED,
    "7": OrderState.FILLED,
    "8": OrderState.CANCELLED,
}
"""ccxt reads 3 as closed and 4 as cancelled; the documents say Triggered and Rejected (EXCHANGES 10)."""


def state(row: dict[str, Any]) -> OrderState:
    """UNKNOWN where the answer does not tell it, or in a word that is not documented."""
    return _STATES.get(_written(row.get("ordStatus")), OrderState.UNKNOWN)


def side(row: dict[str, Any]) -> Side:
    found = _SIDES.get(_written(row.get("side")))
    if found is None:
        raise Unreadable("a side that is not documented")
    return found


def exit_kind(row: dict[str, Any]) -> ExitKind | None:
    """None of an order that waits for no trigger."""
    value = row.get("ordType")
    return _CONDITIONAL.get(_written(row.get("orderType") if value is None else value))


def _written(value: Any) -> str:
    """Numbers come as JSON numbers and as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
