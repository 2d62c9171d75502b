"""Values that tests of the domain share: a market, a signal, a follower."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from mysignals.domain.market import EntryType, MarginMode, Market, Side, SymbolRules
from mysignals.domain.plan import Choices, Terms
from mysignals.domain.signal import Draft
from mysignals.domain.sizing import Sizing, SizingMode

RULES = SymbolRules(
    symbol="BTCUSDT",
    market=Market.FUTURES,
    base="BTC",
    quote="USDT",
    tick=Decimal("0.10"),
    step=Decimal("0.001"),
    min_quantity=Decimal("0.001"),
    max_quantity=Decimal(1000),
    min_notional=Decimal(100),
    max_leverage=125,
    trading=True,
)


def rules(**changes: Any) -> SymbolRules:
    return replace(RULES, **changes)


def draft(**changes: Any) -> Draft:
    """A long of 0.01 BTC at 50,000 with every rule kept."""
    return replace(
        Draft(
            Market.FUTURES, "BTCUSDT", Side.BUY, EntryType.LIMIT, Decimal("0.01"), Decimal(50000), Decimal(49000),
            (Decimal(51000), Decimal(52000), Decimal(53000)), 10,
        ),
        **changes,
    )  # fmt: skip


def terms(**changes: Any) -> Terms:
    """The same long, a second old."""
    return replace(
        Terms(
            Market.FUTURES, "BTCUSDT", Side.BUY, EntryType.LIMIT, Decimal("0.01"), Decimal(50000), Decimal(49000),
            (Decimal(51000), Decimal(52000), Decimal(53000)), 10, 1.0, 60,
        ),
        **changes,
    )  # fmt: skip


def sized(mode: str, value: str | int) -> Sizing:
    return Sizing(SizingMode(mode), Decimal(value))


def choices(**changes: Any) -> Choices:
    """100 USDT of margin a signal, first target."""
    return replace(Choices(sized("quote", 100), 20, 10, 0, 50, "first", MarginMode.CROSS), **changes)
