"""Closes that the exchange fills in part, on simulated exchanges: all is closed in the end, once, whatever dies."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, Outcome
from mysignals.domain.plan import Plan
from mysignals.exchanges.flattening import flatten
from mysignals.exchanges.look_up import cancel, looked_up
from mysignals.exchanges.seen import Ending
from mysignals.exchanges.transports.pooled import Loop
from tests.exchanges.dying import cut_after
from tests.exchanges.test_whole_conversations import nothing_is_left
from tests.exchanges.trading import PLACES, Place, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

SEPARATE = [p for p in PLACES if p.market is Market.FUTURES and p.abilities.exits is ExitStyle.SEPARATE]
MOST_CALLS, MOST_TURNS = 40, 8


@pytest.fixture
def trader(place: Place, simulator: SimulatorProcess, pooled: Loop) -> Iterator[Trader]:
    yield new_trader(place, simulator, pooled)
    simulator.control("DELETE", "/_control/faults")


def bare(trader: Trader) -> Plan:
    """Open, its exits are gone; our books do not have them, and the id of its stop is used up."""
    plan = trader.plan()
    trader.open(plan)
    for leg in (Leg.STOP, Leg.TARGET1):
        assert isinstance(trader.ask(cancel(trader.session(), plan, leg)), Accepted)
        del trader.legs[leg]
    return plan


def closes_in_part(trader: Trader) -> None:
    trader.fault(kind="partial", on="order", count=1, fraction="0.5", api_key=trader.account["api_key"])


def sold(trader: Trader, plan: Plan) -> Decimal:
    total = Decimal(0)
    for sign in ("", "r", "r2", "r3"):
        made = trader.session(client_ids={Leg.CLOSE: trader.root + "-c" + sign})
        outcome: Outcome = trader.run(looked_up(made, plan, Leg.CLOSE))
        total += outcome.orders[0].filled if isinstance(outcome, Accepted) else 0
    return total


def follow_to_the_end(trader: Trader, plan: Plan) -> Ending | None:
    for _ in range(MOST_TURNS):
        seen = trader.follow(plan)
        if seen.ending in (Ending.CLOSED, Ending.CLOSED_THERE):
            return seen.ending
    return None


@pytest.mark.parametrize("place", SEPARATE, ids=str)
def test_what_a_close_has_left_is_closed_by_the_next_one(trader: Trader) -> None:
    plan = bare(trader)
    closes_in_part(trader)
    trader.follow(plan)
    assert 0 < trader.legs[Leg.CLOSE].filled < trader.legs[Leg.ENTRY].filled
    assert follow_to_the_end(trader, plan) is Ending.CLOSED
    assert sold(trader, plan) == trader.legs[Leg.ENTRY].filled == trader.legs[Leg.CLOSE].filled
    nothing_is_left(trader)


@pytest.mark.parametrize(
    "place", [p for p in SEPARATE if str(p) in ("binance-futures-BTCUSDT", "phemex-futures-BTCUSDT")], ids=str
)
def test_a_turn_that_dies_after_any_call_is_gone_on_with_and_closes_what_was_bought_once(trader: Trader) -> None:
    for calls in range(MOST_CALLS):
        trader.root, trader.legs, trader.names, trader.ids = f"ms{calls}xdies", {}, {}, {}
        plan = bare(trader)
        closes_in_part(trader)
        done = trader.run(cut_after(calls, trader.turn(plan)))
        if done is not None:
            trader.note(done)
        assert follow_to_the_end(trader, plan) is Ending.CLOSED, (calls, trader.legs)
        assert sold(trader, plan) == trader.legs[Leg.ENTRY].filled, calls
        trader.simulator.control("DELETE", "/_control/faults")
        trader.run(flatten(trader.session(root=trader.root + "z"), trader.place.market, trader.place.symbol))
        if done is not None:
            return
    raise AssertionError(f"the turn did not end within {MOST_CALLS} calls")
