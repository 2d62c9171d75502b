"""What a plan puts at stake, and the links that a wallet opens."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.at_stake import at_stake
from mysignals.domain.market import Market, Side
from mysignals.domain.payment_link import Payment
from mysignals.domain.plan import Plan, make_plan
from mysignals.domain.sizing import Sizing, SizingMode
from tests.domain.values import choices, rules, terms


def planned(**changes: object) -> Plan:
    sizing = Sizing(SizingMode.QUOTE, Decimal(100))
    found = make_plan(terms(**changes), choices(sizing=sizing, targets="first"), rules())
    assert isinstance(found, Plan)
    return found


def test_a_long_loses_the_way_to_its_stop_and_the_fees_of_both_sides() -> None:
    plan = planned()
    stake = at_stake(plan)
    assert stake.notional == plan.quantity * plan.reference and stake.margin == stake.notional / plan.leverage
    fees = (plan.reference + plan.stop) * Decimal("0.001")
    assert stake.loss == plan.quantity * (plan.reference - plan.stop + fees) > 0
    (rung,) = plan.exits
    assert stake.gain == rung.quantity * (rung.price - plan.reference - (rung.price + plan.reference) / 1000)


def test_a_short_loses_above_its_entry() -> None:
    plan = planned(side=Side.SELL, stop=Decimal(51000), targets=(Decimal(49000),))
    stake = at_stake(plan)
    assert stake.loss > plan.quantity * 1000 and stake.gain > 0


def test_what_is_put_in_on_spot_is_all_of_it() -> None:
    sizing = Sizing(SizingMode.QUOTE, Decimal(1000))
    plan = make_plan(
        terms(market=Market.SPOT, leverage=1), choices(sizing=sizing, targets="first"), rules(market=Market.SPOT)
    )
    assert isinstance(plan, Plan)
    assert at_stake(plan).margin == at_stake(plan).notional


def test_an_inverse_contract_is_counted_in_quote() -> None:
    inverse = rules(contract_value=Decimal(100), step=Decimal(1), min_quantity=Decimal(1))
    plan = make_plan(
        terms(), choices(sizing=Sizing(SizingMode.QUOTE, Decimal(1000)), targets="first"), inverse
    )  # fmt: skip
    assert isinstance(plan, Plan)
    stake, base = at_stake(plan), plan.quantity * 100 / plan.reference
    assert stake.notional == plan.quantity * 100
    assert stake.loss == base * (plan.reference - plan.stop + (plan.reference + plan.stop) / 1000)


@pytest.mark.parametrize(("user", "written"), [("7", "7"), ("a&b=c", "a%26b%3Dc")])
def test_links_name_chain_contract_and_every_argument_in_its_place(user: str, written: str) -> None:
    paid = Payment(137, "0xC", "0xT", 12_500_000, "0xP", "0xR", 42, user)
    assert paid.allowance == "ethereum:0xT@137/approve?address=0xC&uint256=12500000"
    assert paid.link == f"ethereum:0xC@137/pay?address=0xP&address=0xR&uint256=42&string={written}"
