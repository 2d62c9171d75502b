"""The plan of a delivery is rebuilt from its rows: no rung of a ladder is forgotten while a part of it was tried."""

from __future__ import annotations

from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.plan import Exit
from mysignals.models import Order
from mysignals.services.follow.load import _placed

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
