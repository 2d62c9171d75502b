"""What a draft must satisfy before it becomes a signal."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.market import Side
from mysignals.domain.signal import faults
from tests.domain.values import draft, rules


def test_a_draft_that_keeps_every_rule_has_no_faults() -> None:
    assert faults(draft(), rules()) == {}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"stop": Decimal(50000)}, "sl", "must be below the price"),
        ({"stop": Decimal(51000)}, "sl", "must be below the price"),
        ({"targets": (Decimal(49900),)}, "tp1", "must be above price"),
        ({"targets": (Decimal(51000), Decimal(51000))}, "tp2", "must be above tp1"),
        ({"targets": (Decimal(51000), Decimal(52000), Decimal(51500))}, "tp3", "must be above tp2"),
        ({"side": Side.SELL}, "sl", "must be above the price"),
        ({"price": Decimal("50000.05")}, "price", "tick 0.1"),
        ({"stop": Decimal("49000.01")}, "sl", "tick 0.1"),
        ({"targets": (Decimal("51000.01"),)}, "tp1", "tick 0.1"),
        ({"quantity": Decimal("0.0105")}, "quantity", "step 0.001"),
        ({"quantity": Decimal("0.001")}, "quantity", "smallest order of BTCUSDT is 100 USDT"),
        ({"quantity": Decimal(1001)}, "quantity", "largest quantity"),
        ({"leverage": 126}, "leverage", "largest leverage"),
    ],
)
def test_a_broken_rule_is_named_with_its_field(changes: dict[str, object], field: str, words: str) -> None:
    found = faults(draft(**changes), rules())
    assert words in found[field]


def test_a_quantity_under_the_smallest_is_refused() -> None:
    found = faults(draft(quantity=Decimal("0.01")), rules(min_quantity=Decimal("0.02")))
    assert "smallest quantity of BTCUSDT is 0.02 BTC" in found["quantity"]


@pytest.mark.parametrize("known", [None, rules(trading=False)])
def test_a_symbol_that_does_not_trade_is_refused(known: object) -> None:
    assert "not a futures pair" in faults(draft(), known)["symbol"]  # type: ignore[arg-type]


def test_a_short_that_mirrors_every_rule_has_no_faults() -> None:
    short = draft(side=Side.SELL, stop=Decimal(51000), targets=(Decimal(49000), Decimal(48000)))
    assert faults(short, rules()) == {}
