"""Spot pairs that have sold more than their part: the others have less to sell, or nothing, and rest no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import ExitKind, Leg, PlaceOrder
from mysignals.domain.market import EntryType, Market
from mysignals.domain.plan import Plan
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import SUFFIX
from mysignals.exchanges.standing import Known, Legs
from mysignals.exchanges.transports.pooled import Loop
from tests.domain.values import terms
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.exchanges.test_half_filled_spot import resting
from tests.exchanges.test_spot_pairs import CANCELLED, FILLED, HELD, NEW, REJECTED, SIZE, exchange, placed, plan, told
from tests.exchanges.trading import PLACES, Place, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

PAIRS = [
    place for place in PLACES if place.market is Market.SPOT and place.abilities.exits is ExitStyle.SEPARATE
]  # fmt: skip
STOP, STOP2, STOP3 = Leg.STOP, Leg.STOP2, Leg.STOP3
TARGET1, TARGET2, TARGET3 = Leg.TARGET1, Leg.TARGET2, Leg.TARGET3
PART = HELD / 3


@pytest.fixture
def trader(place: Place, simulator: SimulatorProcess, pooled: Loop) -> Iterator[Trader]:
    """Whose wallet holds nothing but what its copy has bought."""
    one = new_trader(place, simulator, pooled)
    one.account = simulator.open_account(place.venue, balances={"USDT": "100000"})
    yield one
    simulator.control("DELETE", "/_control/faults")


@pytest.mark.parametrize("place", PAIRS, ids=str)
def test_exits_whose_part_another_pair_has_sold_rest_no_longer_than_to_the_next_look(trader: Trader) -> None:
    made = trader.plan(EntryType.MARKET, "ladder")
    trader.open(made)
    trader.move_price("51100")
    trader.move_price("48900")
    assert resting(trader, made)
    assert trader.follow(made).ending is Ending.CLOSED
    assert resting(trader, made) == []


@pytest.mark.parametrize("place", [place for place in PAIRS if place.abilities.history_in_one_list], ids=str)
def test_where_questions_are_scarce_a_ladder_whose_stops_have_sold_costs_six(trader: Trader) -> None:
    """What rests, what is over, three cancels, and what rests behind them."""
    made = trader.plan(EntryType.MARKET, "ladder")
    trader.open(made)
    trader.move_price("48900")
    before = _requests(trader)
    assert trader.follow(made).ending is Ending.CLOSED
    assert _requests(trader) - before == 6
    assert resting(trader, made) == []


def _requests(trader: Trader) -> int:
    told = trader.simulator.control("GET", f"/_control/requests?venue={trader.place.venue}")
    assert isinstance(told, dict)
    return int(told["total"])


@pytest.mark.parametrize("place", PAIRS, ids=str)
def test_a_part_that_still_is_there_keeps_its_exits(trader: Trader) -> None:
    made = trader.plan(EntryType.MARKET, "ladder")
    trader.open(made)
    trader.move_price("51100")
    assert trader.follow(made).ending is None
    assert len(resting(trader, made)) == 4


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("place", PAIRS, ids=str)
def test_an_exit_that_a_dead_turn_has_placed_is_cancelled_with_the_others(trader: Trader, refused: bool) -> None:
    """Our books have no row of it, or that of an earlier refusal."""
    made = trader.plan(EntryType.MARKET)
    trader.open(made)
    row = trader.legs.pop(TARGET1)
    if refused:
        trader.legs[TARGET1] = replace(row, state=REJECTED, reason="funds")
    trader.move_price("48900")
    assert trader.follow(made).ending is Ending.CLOSED
    assert resting(trader, made) == []


def books(**exits: Known) -> Legs:
    return {Leg.ENTRY: Known(FILLED, SIZE, SIZE)} | {Leg(leg): known for leg, known in exits.items()}


def looked_after(scripted: ScriptedExchange, legs: Legs, made: Plan, *there: Leg, close: bool = True) -> Seen:
    scripted.there = {"ms1x" + SUFFIX[leg] for leg in there}
    choice = Choice(terms().targets, "ladder")
    return drive(look_after(session(scripted, close_unprotected=close), made, choice, legs))


def test_a_late_rung_has_no_exits_over_what_the_others_have_sold() -> None:
    """A turn died behind the second rung, and the first one has sold twice until the next turn."""
    looks = [told(STOP, FILLED, PART), told(TARGET1, FILLED, PART), told(STOP2, FILLED, PART), told(TARGET2, NEW)]
    scripted = exchange(*looks)
    looked_after(scripted, books(), plan(targets="ladder"), STOP, TARGET1, STOP2, TARGET2)
    assert placed(scripted) == []


def test_a_late_rung_is_over_what_the_others_have_left() -> None:
    looks = [told(STOP, FILLED, PART), told(TARGET1, NEW), told(STOP2, NEW), told(TARGET2, NEW)]
    scripted = exchange(*looks)
    looked_after(scripted, books(), plan(targets="ladder"), STOP, TARGET1, STOP2, TARGET2)
    assert [quantity for _, quantity in placed(scripted)] == [PART, PART]


def test_a_part_that_was_refused_and_is_sold_already_is_not_sold_again() -> None:
    refused = Known(REJECTED, PART, reason="trigger")
    gone = Known(FILLED, PART, PART)
    scripted = exchange()
    seen = looked_after(
        scripted, books(stop=gone, target1=gone, stop2=gone, target2=Known(NEW, PART), stop3=refused, target3=refused),
        plan(targets="ladder"), STOP, TARGET1, STOP2,
    )  # fmt: skip
    assert not [intent for intent in scripted.asked if isinstance(intent, PlaceOrder)]
    assert placed(scripted) == [] and seen.exits is None


def test_a_stop_alone_is_no_part_that_is_sold() -> None:
    """Its target was never sent: two sold rungs of three are not all of the copy."""
    gone = Known(FILLED, PART, PART)
    legs = books(
        stop=Known(NEW, PART), stop2=Known(CANCELLED, PART), target2=gone, stop3=Known(CANCELLED, PART), target3=gone
    )
    scripted = exchange(told(STOP, NEW))
    seen = looked_after(scripted, legs, plan(targets="ladder"), *legs)
    assert (placed(scripted), seen.ending) == ([(ExitKind.TARGET, PART)], None)
