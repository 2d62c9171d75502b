"""From a signal and a follower's choices to sized legs, or to the reason why not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysignals.domain.intents import Leg
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.money import is_multiple
from mysignals.domain.plan import Plan, Skip, SkipReason, make_plan, resized
from mysignals.domain.sizing import TAKER_FEE, split
from tests.domain.values import choices, rules, sized, terms


def planned(**changes: object) -> Plan:
    made = make_plan(terms(), choices(**changes), rules())
    assert isinstance(made, Plan), made
    return made


def skipped(made: Plan | Skip) -> Skip:
    assert isinstance(made, Skip), made
    return made


def test_a_quote_amount_is_margin_on_futures() -> None:
    assert planned(sizing=sized("quote", 100)).quantity == Decimal("0.020")  # 100 x 10 / 50,000


def test_a_quote_amount_is_spent_whole_on_spot() -> None:
    spot = terms(market=Market.SPOT, leverage=1)
    made = make_plan(spot, choices(sizing=sized("quote", 100)), rules(market=Market.SPOT, min_notional=Decimal(5)))
    assert isinstance(made, Plan)
    assert made.quantity == Decimal("0.002")


def test_a_percentage_is_of_the_available_balance_as_margin() -> None:
    assert planned(sizing=sized("percent", 2), available=Decimal(5000)).quantity == Decimal("0.020")


def test_a_risk_loses_its_percentage_at_the_stop_with_fees() -> None:
    made = planned(sizing=sized("risk", 1), available=Decimal(10000))
    lost = made.quantity * (1000 + TAKER_FEE * (50000 + 49000))
    assert Decimal(90) < lost <= Decimal(100)


def test_a_risk_never_takes_more_than_the_balance_can_carry() -> None:
    made = planned(sizing=sized("risk", 100), available=Decimal(1000))
    assert made.quantity * 50000 / made.leverage <= Decimal(1000)


def test_a_multiplier_scales_the_providers_quantity() -> None:
    assert planned(sizing=sized("multiplier", "2.55")).quantity == Decimal("0.025")


def test_leverage_is_capped_by_the_follower_and_by_the_symbol() -> None:
    assert planned(max_leverage=3).leverage == 3
    capped = make_plan(terms(leverage=100), choices(max_leverage=125), rules(max_leverage=50))
    assert isinstance(capped, Plan)
    assert capped.leverage == 50


def test_a_size_under_the_minimum_is_skipped_with_the_size_that_works() -> None:
    skip = skipped(make_plan(terms(), choices(sizing=sized("quote", 4)), rules()))
    assert skip.reason is SkipReason.MINIMUM
    assert "at least 10.00 USDT a signal" in skip.sentence


def test_the_size_that_the_skip_names_does_work() -> None:
    assert isinstance(make_plan(terms(), choices(sizing=sized("quote", 10)), rules()), Plan)


@pytest.mark.parametrize(
    ("change_terms", "change_choices", "reason"),
    [
        ({"age_seconds": 60.5}, {}, SkipReason.TOO_OLD),
        ({}, {"open_now": 10}, SkipReason.MAX_OPEN),
        ({}, {"sizing": sized("percent", 5), "available": Decimal(0)}, SkipReason.FUNDS),
    ],
)
def test_a_limit_skips_with_its_reason(
    change_terms: dict[str, object], change_choices: dict[str, object], reason: SkipReason
) -> None:
    assert skipped(make_plan(terms(**change_terms), choices(**change_choices), rules())).reason is reason


def test_a_symbol_the_exchange_does_not_list_is_skipped() -> None:
    assert skipped(make_plan(terms(), choices(), None)).reason is SkipReason.NOT_LISTED


def test_a_market_entry_is_skipped_once_the_price_has_moved_too_far() -> None:
    market = terms(entry_type=EntryType.MARKET)
    assert isinstance(make_plan(market, choices(), rules(), Decimal(50250)), Plan)
    assert skipped(make_plan(market, choices(), rules(), Decimal(50251))).reason is SkipReason.PRICE_MOVED


def test_a_limit_entry_is_not_skipped_for_a_moved_price() -> None:
    assert isinstance(make_plan(terms(), choices(), rules(), Decimal(60000)), Plan)


def test_first_last_and_ladder_choose_their_targets() -> None:
    assert [e.price for e in planned(targets="first").exits] == [Decimal(51000)]
    assert [e.price for e in planned(targets="last").exits] == [Decimal(53000)]
    ladder = planned(targets="ladder", sizing=sized("quote", 500)).exits
    assert [e.leg for e in ladder] == [Leg.TARGET1, Leg.TARGET2, Leg.TARGET3]
    assert sum(e.quantity for e in ladder) == Decimal("0.100")


def test_a_ladder_whose_parts_would_be_too_small_has_fewer_rungs() -> None:
    exits = planned(targets="ladder", sizing=sized("quote", 35)).exits
    assert len(exits) == 2
    assert sum(e.quantity for e in exits) == Decimal("0.007")


def test_spot_exits_leave_room_for_the_commission_in_base() -> None:
    spot = terms(market=Market.SPOT, leverage=1)
    made = make_plan(spot, choices(sizing=sized("quote", 5000)), rules(market=Market.SPOT))
    assert isinstance(made, Plan)
    assert (made.quantity, made.exits[0].quantity) == (Decimal("0.100"), Decimal("0.099"))


def test_a_spot_sell_buys_back_all_it_sold() -> None:
    sell = terms(market=Market.SPOT, leverage=1, side=Side.SELL, stop=Decimal(51000), targets=(Decimal(49000),))
    made = make_plan(sell, choices(sizing=sized("quote", 5000)), rules(market=Market.SPOT))
    assert isinstance(made, Plan)
    assert made.exits[0].quantity == made.quantity


@given(steps=st.integers(1, 10**7), parts=st.integers(1, 3), least=st.integers(1, 1000))
def test_split_parts_lose_nothing_and_are_never_too_small(steps: int, parts: int, least: int) -> None:
    step = Decimal("0.001")
    made = split(steps * step, parts, step, least * step)
    assert sum(made) == steps * step
    assert len(made) == 1 or min(made) >= least * step
    assert max(made) - min(made) <= step


@given(
    value=st.decimals("0.01", "1e6", places=2), leverage=st.integers(1, 125), mode=st.sampled_from(["quote", "percent"])
)
def test_a_plan_is_on_the_grid_and_never_over_the_budget(value: Decimal, leverage: int, mode: str) -> None:
    sizing = sized(mode, str(value if mode == "quote" else min(value, Decimal(100))))
    made = make_plan(
        terms(leverage=leverage), choices(sizing=sizing, max_leverage=125, available=Decimal(10000)), rules()
    )
    if isinstance(made, Skip):
        return
    budget = value if mode == "quote" else 10000 * min(value, Decimal(100)) / 100
    assert is_multiple(made.quantity, Decimal("0.001"))
    assert made.quantity * 50000 <= budget * leverage


def test_a_spot_order_whose_stop_would_be_under_the_minimum_is_skipped() -> None:
    small = rules(market=Market.SPOT, min_notional=Decimal(5), step=Decimal("0.00001"), min_quantity=Decimal("0.00001"))
    spot = terms(market=Market.SPOT, leverage=1)
    skip = skipped(make_plan(spot, choices(sizing=sized("quote", 5)), small))
    assert skip.reason is SkipReason.MINIMUM
    needed = skip.sentence.split("at least ")[1].split(" ")[0]
    assert isinstance(make_plan(spot, choices(sizing=sized("quote", needed)), small), Plan)


def test_a_plan_resized_to_a_part_closes_that_part_and_no_more() -> None:
    part = resized(planned(targets="ladder", sizing=sized("quote", 500)), Decimal("0.007"))
    assert part.quantity == sum(rung.quantity for rung in part.exits) == Decimal("0.007")
