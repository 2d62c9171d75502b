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


@dataclass(frozen=True, slots=True)
class Figures:
    """`filled` is None where the row does not tell it; the other two are 0 then."""

    filled: Decimal | None
    average: Decimal
    quantity: Decimal
    trigger: Decimal


def contract(row: Row) -> Figures:
    """Quantities are contracts; what was paid is told in base."""
    filled = _read(row, _whole, "cumQty")
    paid = _read(row, _value, "cumValueEv") or ZERO
    return Figures(
        filled,
        filled * CONTRACT_VALUE / paid if filled and paid > 0 else ZERO,
        _read(row, _whole, "orderQty") or ZERO,
        _read(row, _contract_price, "stopPxEp") or ZERO,
    )


def usdt_m(row: Row) -> Figures:
    filled = _read(row, number, "cumQtyRq")
    paid = _read(row, number, "cumValueRv") or ZERO
    return Figures(
        filled,
        paid / filled if filled and paid > 0 else ZERO,
        _read(row, number, "orderQtyRq") or ZERO,
        _read(row, number, "stopPxRp") or ZERO,
    )


def spot(row: Row) -> Figures:
    """The history calls the sums values where the live answers call them quantities."""
    filled = _read(row, _spot, "cumBaseQtyEv", "cumBaseValueEv")
    paid = _read(row, _spot, "cumQuoteQtyEv", "cumQuoteValueEv") or ZERO
    told_average = _read(row, _spot, "avgPriceEp", "avgTransactPriceEp") or ZERO
    average = paid / filled if filled and paid > 0 else told_average
    return Figures(
        filled,
        average,
        _read(row, _spot, "baseQtyEv") or ZERO,
        _read(row, _spot, "stopPxEp") or ZERO,
    )


FIGURES: dict[Api, Callable[[Row], Figures]] = {Api.CONTRACT: contract, Api.USDT_M: usdt_m, Api.SPOT: spot}


def _read(row: Row, read: Callable[[Row, str], Decimal], *keys: str) -> Decimal | None:
    """The first of the keys that is there; histories hold null for what there is none of."""
    for key in keys:
        if row.get(key) is not None:
            found = read(row, key)
            if found < 0:
                raise Unreadable(f"{key} is negative")
            return found
    return None


def _whole(row: Row, key: str) -> Decimal:
    return unscaled(integer(row, key), 0)


def _value(row: Row, key: str) -> Decimal:
    return told(row, key, VALUE)


def _contract_price(row: Row, key: str) -> Decimal:
    return told(row, key, CONTRACT_PRICE)


def _spot(row: Row, key: str) -> Decimal:
    return told(row, key, SPOT)
