"""Inverse contracts: sized in contracts of a fixed worth, paid for in base."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.market import SymbolRules
from mysignals.domain.plan import Plan, Skip, make_plan
from mysignals.domain.signal import faults
from tests.domain.values import choices, draft, rules, sized, terms

INVERSE = rules(
    symbol="BTCUSD", quote="USD", tick=Decimal("0.5"), step=Decimal(1), min_quantity=Decimal(1),
    max_quantity=Decimal(1_000_000), min_notional=Decimal(0), max_leverage=100, contract_value=Decimal(1),
)  # fmt: skip


def planned(rules: SymbolRules = INVERSE, **changes: object) -> Plan | Skip:
    return make_plan(terms(symbol="BTCUSD"), choices(**changes), rules)


@pytest.mark.parametrize(
    ("mode", "value", "contracts"),
    [
        ("quote", 100, 1000),  # 100 USD of margin ten times
        ("multiplier", "0.5", 250),  # half of 0.01 BTC at 50,000
        ("percent", 10, 2000),  # a tenth of 2,000 USD ten times
    ],
)
def test_the_size_becomes_contracts(mode: str, value: str | int, contracts: int) -> None:
    plan = planned(sizing=sized(mode, value), available=Decimal(2000))
    assert isinstance(plan, Plan) and plan.quantity == contracts
    assert sum(exit_.quantity for exit_ in plan.exits) == contracts


def test_contracts_are_whole_and_rounded_down() -> None:
    plan = planned(sizing=sized("multiplier", "0.0333"))
    assert isinstance(plan, Plan) and plan.quantity == 16  # 0.000333 BTC at 50,000 are 16.65 USD


def test_less_than_one_contract_is_refused_with_what_would_do() -> None:
    skip = planned(rules(**{**_fields(), "contract_value": Decimal(100)}), sizing=sized("quote", 5))
    assert isinstance(skip, Skip)
    assert "1 contracts of 100 USD (100.00 USD)" in skip.sentence and "at least 10.00 USD" in skip.sentence


def _fields() -> dict[str, object]:
    return {name: getattr(INVERSE, name) for name in INVERSE.__dataclass_fields__}


def test_margin_is_paid_in_base() -> None:
    assert (INVERSE.settle, rules().settle) == ("BTC", "USDT")
    assert (INVERSE.unit, rules().unit) == ("contracts of 1 USD", "BTC")


@pytest.mark.parametrize(
    ("quantity", "broken"), [("0.0123456", set()), ("0.00001", {"quantity"}), ("21", {"quantity"})]
)
def test_a_draft_is_in_base_and_bounded_in_contracts(quantity: str, broken: set[str]) -> None:
    wanted = draft(symbol="BTCUSD", quantity=Decimal(quantity))
    assert set(faults(wanted, INVERSE)) == broken
