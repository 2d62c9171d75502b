"""One trade as Magnr tells it (Magnr documentation, EXCHANGES 7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.domain.market import Side
from mysignals.domain.outcomes import Closing, OrderState, Trade
from mysignals.exchanges.reading import Unreadable, identifier, mapping, number, text, whole

from .markets import SYMBOL

SIDES = {"buy": Side.BUY, "sell": Side.SELL}
STATES = {
    "pending": OrderState.NEW,
    "open": OrderState.FILLED,
    "closed": OrderState.FILLED,
    "settled": OrderState.FILLED,
}
"""Of the entry: a trade that is closed or settled was open once."""

OVER = ("closed", "settled")
CLOSINGS = {
    "stop": Closing.STOP,
    "trail": Closing.STOP,
    "limit": Closing.TARGET,
    "user": Closing.USER,
    "insufficient funds": Closing.LIQUIDATION,
}
"""`trail` is missing in Magnr's own table of fields (EXCHANGES 8.2)."""


def trade_id(answer: Any) -> str:
    """A JSON number although the tables say text; compared as text (EXCHANGES 7)."""
    found = identifier(mapping(answer), "id")
    if not found.isascii() or not found.replace("-", "").isalnum():
        raise Unreadable("no id of a trade")
    return found


def trade(answer: Any) -> Trade:
    """The pair is not told: we trade one only."""
    told = mapping(answer)
    side, status = SIDES.get(text(told, "side")), text(told, "status")
    if side is None:
        raise Unreadable("neither buy nor sell")
    return Trade(
        exchange_id=trade_id(told),
        symbol=SYMBOL,
        side=side,
        quantity=_above_zero(told, "size"),
        leverage=whole(told, "leverage"),
        created_ms=_milliseconds(told, "created_at"),
        state=STATES.get(status, OrderState.UNKNOWN),
        open_price=_price(told, "open_price"),
        close_price=_price(told, "close_price"),
        closing=_closing(told.get("closed_reason")) if status in OVER else None,
        stop_margin=_amount(told, "stop_margin"),
        take=_amount(told, "sell_limit"),
    )


def _closing(reason: Any) -> Closing:
    return CLOSINGS.get(reason, Closing.OTHER) if isinstance(reason, str) else Closing.OTHER


def _milliseconds(told: dict[str, Any], key: str) -> int:
    """Magnr tells seconds."""
    return int(_above_zero(told, key) * 1000)


def _above_zero(told: dict[str, Any], key: str) -> Decimal:
    found = number(told, key)
    if found <= 0:
        raise Unreadable(f"{key} is not above zero")
    return found


def _amount(told: dict[str, Any], key: str) -> Decimal | None:
    """Null until it is known, or where it was not set."""
    return None if told.get(key) is None else number(told, key)


def _price(told: dict[str, Any], key: str) -> Decimal | None:
    return None if told.get(key) is None else _above_zero(told, key)
