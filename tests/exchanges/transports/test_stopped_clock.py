"""A machine that stood still with all of its clocks: what it signs anew by the venue's time is not within its fence."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

import pytest

from mysignals.domain.intents import ReadBalances
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, NotSent, Outcome
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.transports.offsets import Slips
from mysignals.exchanges.transports.pooled import Loop, PooledTransport, system_clock_ms
from mysignals.exchanges.wire import Reply
from tests.exchanges.trading import Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

from .test_resync import BINANCE, asking, entry

FENCE_MS = 15_000
SLEPT_MS = 30_000
Conversation = Callable[[Trader], Generator[Call, Reply, Outcome]]
Scene = tuple[Loop, Trader]


@pytest.fixture
def scene(simulator: SimulatorProcess) -> Iterator[Scene]:
    """On a clock that was right when it was measured."""
    simulator.reset()
    transport = PooledTransport(simulator.url, connections=4)
    runner = Loop(transport)
    transport.offsets[f"{simulator.url}/{BINANCE.venue}"] = 0
    yield runner, new_trader(BINANCE, simulator, runner)
    runner.close()


def sleeping(trader: Trader) -> Generator[Call, Reply, Outcome]:
    """Every clock of ours stands still while the world goes on, and the conversation with it."""
    yield from asking(trader, ReadBalances(Market.FUTURES, "USDT"))
    sleep(trader)
    return (yield from asking(trader, entry(BINANCE)))


def sleeping_before_a_question(trader: Trader) -> Generator[Call, Reply, Outcome]:
    """The answer to the question has told how late it is."""
    sleep(trader)
    yield from asking(trader, ReadBalances(Market.FUTURES, "USDT"))
    return (yield from asking(trader, entry(BINANCE)))


def sleep(trader: Trader) -> None:
    trader.simulator.control("POST", "/_control/clock", {"advance_ms": SLEPT_MS})


@pytest.mark.parametrize("conversation", [sleeping, sleeping_before_a_question])
def test_an_entry_of_before_is_not_sent_after_it(scene: Scene, conversation: Conversation) -> None:
    runner, trader = scene
    (outcome,) = runner.run_flows([conversation(trader)], system_clock_ms() + FENCE_MS)
    assert outcome == NotSent("fence") and trader.ledger() == []


def test_one_that_is_claimed_afterwards_by_the_right_time_is_sent_at_once(scene: Scene) -> None:
    runner, trader = scene
    fence_ms = system_clock_ms() + SLEPT_MS + FENCE_MS
    (outcome,) = runner.run_flows([sleeping(trader)], fence_ms)
    assert isinstance(outcome, Accepted) and len(trader.ledger()) == 1


def test_the_smallest_offset_of_late_counts_and_is_forgotten() -> None:
    now = [0.0]
    slips = Slips(lambda: now[0])
    assert slips.least("venue", 40) == 40
    slips.note("venue", 10, 30)
    slips.note("venue", 30, 40)
    assert (slips.least("venue", 40), slips.least("venue", 5), slips.least("another", 40)) == (10, 5, 40)
    slips.note("venue", 40, 20)  # One that falls is the smallest itself.
    now[0] = 19.0
    assert slips.least("venue", 20) == 10
    now[0] = 21.0
    assert slips.least("venue", 20) == 20
