"""The plan of a delivery is rebuilt from its rows: no rung of a ladder is forgotten while a part of it was tried."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.plan import Exit
from mysignals.models import Order
from mysignals.services.follow.placed import _placed, _with_unsent

PLANNED = (
    Exit(Leg.TARGET1, Leg.STOP, Decimal(51000), Decimal("0.0034")),
    Exit(Leg.TARGET2, Leg.STOP2, Decimal(52000), Decimal("0.0033")),
    Exit(Leg.TARGET3, Leg.STOP3, Decimal(53000), Decimal("0.0033")),
)


def order(quantity: str, trigger: str) -> Order:
    return Order(quantity=Decimal(quantity), price=None, trigger_price=Decimal(trigger))


def test_a_rung_whose_stop_was_refused_before_its_target_was_sent_stays_in_the_plan() -> None:
    orders = {
        Leg.STOP: order("0.0034", "49000"), Leg.TARGET1: order("0.0034", "51000"),
        Leg.STOP2: order("0.0033", "49000"),
        Leg.STOP3: order("0.0033", "49000"), Leg.TARGET3: order("0.0033", "53000"),
    }  # fmt: skip
    assert _placed(orders, PLANNED) == PLANNED


def test_a_stop_over_everything_does_not_make_its_rung_larger() -> None:
    orders = {
        Leg.STOP: order("0.01", "49000"),
        Leg.STOP2: order("0.0033", "49000"),
        Leg.TARGET2: order("0.0033", "52000"),
    }
    assert [rung.quantity for rung in _placed(orders, PLANNED)] == [Decimal("0.0034"), Decimal("0.0033")]


def test_what_was_placed_is_taken_as_it_is() -> None:
    orders = {Leg.STOP: order("0.005", "49000"), Leg.TARGET1: order("0.005", "51500")}
    assert _placed(orders, PLANNED) == (Exit(Leg.TARGET1, Leg.STOP, Decimal(51500), Decimal("0.005")),)


def test_before_the_first_target_the_plan_is_as_it_was_made() -> None:
    assert _placed({Leg.ENTRY: order("0.01", "0"), Leg.STOP: order("0.01", "49000")}, PLANNED) == ()


def entry(quantity: str, state: str = "filled", filled: str | None = None) -> Order:
    return Order(quantity=Decimal(quantity), filled_quantity=Decimal(filled or quantity), state=state)


def test_a_rung_of_which_nothing_was_sent_stays_in_the_plan_of_a_futures_copy() -> None:
    """The one stop that rode on the entry covers it until it has its own."""
    orders = {Leg.ENTRY: entry("0.01")}
    assert _with_unsent(orders, PLANNED, PLANNED[:2]) == PLANNED
    assert _with_unsent(orders, PLANNED, PLANNED[2:]) == PLANNED


def test_rungs_that_come_to_all_that_was_bought_are_all_there_are() -> None:
    """Bought in part, it was split anew into fewer parts."""
    whole = (Exit(Leg.TARGET1, Leg.STOP, Decimal(51000), Decimal("0.01")),)
    assert _with_unsent({Leg.ENTRY: entry("0.01")}, PLANNED, whole) == whole
    half = {Leg.ENTRY: entry("0.01", "cancelled", "0.0034")}
    assert _with_unsent(half, PLANNED, PLANNED[:1]) == PLANNED[:1]


def test_a_rung_of_which_nothing_was_sent_is_over_no_more_than_the_others_leave() -> None:
    partly = {Leg.ENTRY: entry("0.01", "cancelled", "0.004")}
    assert [rung.quantity for rung in _with_unsent(partly, PLANNED, PLANNED[:1])] == [
        Decimal("0.0034"), Decimal("0.0006"),
    ]  # fmt: skip
