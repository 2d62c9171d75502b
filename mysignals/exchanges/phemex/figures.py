"""The numbers of an order, which every API tells in keys and scales of its own (EXCHANGES 6.6 to 6.8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mysignals.exchanges.reading import Unreadable, number

from .apis import Api
from .scales import CONTRACT_PRICE, CONTRACT_VALUE, SPOT, VALUE, integer, told, unscaled

ZERO = Decimal(0)
Row = dict[str, Any]
Read = Callable[[Row, str], Decimal]


@dataclass(frozen=True, slots=True)
class Figures:
    """0 where the row does not tell it. `average` is a price in quote, of what has filled."""

    filled: Decimal
    average: Decimal
    quantity: Decimal


def contract(row: Row) -> Figures:
    """Quantities are contracts; what was paid is told in base, so the average is as exact as its eight decimals."""
    filled, quantity = _read(row, _whole, "cumQty"), _read(row, _whole, "orderQty")
    paid = _read(row, _value, "cumValueEv") if filled else ZERO
    return Figures(filled, filled * CONTRACT_VALUE / paid if paid else ZERO, quantity)


def usdt_m(row: Row) -> Figures:
    filled, quantity = _read(row, number, "cumQtyRq"), _read(row, number, "orderQtyRq")
    paid = _read(row, number, "cumValueRv") if filled else ZERO
    return Figures(filled, paid / filled if paid else ZERO, quantity)


def spot(row: Row) -> Figures:
    """The history calls the sums values where the live answers call them quantities."""
    filled, quantity = _read(row, _spot, "cumBaseQtyEv", "cumBaseValueEv"), _read(row, _spot, "baseQtyEv")
    paid = _read(row, _spot, "cumQuoteQtyEv", "cumQuoteValueEv") if filled else ZERO
    if paid:
        return Figures(filled, paid / filled, quantity)
    return Figures(filled, _read(row, _spot, "avgPriceEp", "avgTransactPriceEp") if filled else ZERO, quantity)


FIGURES: dict[Api, Callable[[Row], Figures]] = {Api.CONTRACT: contract, Api.USDT_M: usdt_m, Api.SPOT: spot}


def trigger_price(row: Row, api: Api) -> Decimal:
    """0 of an order that waits for none."""
    if api is Api.USDT_M:
        return _read(row, number, "stopPxRp")
    return _read(row, _spot if api is Api.SPOT else _contract_price, "stopPxEp")


def _read(row: Row, read: Read, *keys: str) -> Decimal:
    """The first of the keys that is there; histories hold null for what there is none of."""
    for key in keys:
        if row.get(key) is not None:
            found = read(row, key)
            if found < 0:
                raise Unreadable(f"{key} is negative")
            return found
    return ZERO


def _whole(row: Row, key: str) -> Decimal:
    return unscaled(integer(row, key), 0)


def _value(row: Row, key: str) -> Decimal:
    return told(row, key, VALUE)


def _contract_price(row: Row, key: str) -> Decimal:
    return told(row, key, CONTRACT_PRICE)


def _spot(row: Row, key: str) -> Decimal:
    return told(row, key, SPOT)
