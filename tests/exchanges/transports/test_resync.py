"""A refusal for its time: the clock is measured once, the call is signed anew once, and one order is placed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain.intents import Intent, PlaceOrder, ReadBalances, ReadTrades
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import Accepted, Balances, NotSent, Reason, Rejected
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.session import Asking
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.offsets import Asked, Measured, dated
from mysignals.exchanges.transports.pooled import Loop, PooledTransport, system_clock_ms
from mysignals.exchanges.wire import Credentials, HttpResponse
from tests.exchanges.one_by_one import OneByOne
from tests.exchanges.trading import PLACES, Place, Runner, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

from .canned import CannedServer, answer

TEN_MINUTES = 600_000
BINANCE, MAGNR = PLACES[1], PLACES[-1]
TELLING = [place for place in PLACES if place.abilities.tells_time]


class Watch:
    """Our own clock, which may go wrong."""

    def __init__(self) -> None:
        self.behind_ms = 0

    def __call__(self) -> int:
        return system_clock_ms() - self.behind_ms


class Heard(list[Measured]):
    def __call__(self, measured: Measured) -> None:
        self.append(measured)


Way = tuple[Runner, Watch, Heard]


@pytest.fixture(params=["blocking", "pooled"])
def way(request: pytest.FixtureRequest, simulator: SimulatorProcess) -> Iterator[Way]:
    simulator.reset()
    watch, heard = Watch(), Heard()
    runner: OneByOne | Loop
    if request.param == "blocking":
        runner = OneByOne(BlockingTransport(simulator.url, watch, tell=heard))
    else:
        runner = Loop(PooledTransport(simulator.url, connections=8, clock_ms=watch, tell=heard))
    yield runner, watch, heard
    runner.close()


def entry(place: Place, client_id: str = "ms1xresync-e") -> PlaceOrder:
    """Rests below the price."""
    quantity = Decimal(10) if place.symbol == "BTCUSD" else Decimal("0.01")
    return PlaceOrder(place.market, place.symbol, Side.BUY, EntryType.LIMIT, quantity, Decimal(49000), client_id,
                      hedge=place.mode.value == "hedge")  # fmt: skip


def questions(simulator: SimulatorProcess, place: Place) -> int:
    """How often the venue was asked for its time."""
    rows = simulator.control("GET", f"requests?venue={place.venue}")["requests"]
    return sum(row["count"] for row in rows if row["path"].endswith(("/time", "/timestamp")))


@pytest.mark.parametrize("place", TELLING, ids=str)
def test_a_write_that_comes_too_late_by_our_clock_is_placed_once_by_theirs(
    way: Way, simulator: SimulatorProcess, place: Place
) -> None:
    runner, watch, heard = way
    trader = new_trader(place, simulator, runner)
    watch.behind_ms = TEN_MINUTES
    outcome = trader.ask(entry(place))
    assert isinstance(outcome, Accepted), outcome
    assert len(trader.ledger()) == 1
    assert questions(simulator, place) == 1
    assert [one.exchange for one in eventually(heard, 1)] == [place.exchange]
    assert abs(heard[0].offset_ms - TEN_MINUTES) <= heard[0].round_trip_ms + 1000


def test_a_question_is_asked_again_as_well(way: Way, simulator: SimulatorProcess) -> None:
    runner, watch, _ = way
    trader = new_trader(BINANCE, simulator, runner)
    watch.behind_ms = -TEN_MINUTES
    assert isinstance(trader.ask(ReadBalances(Market.FUTURES, "USDT")), Balances)


def test_a_venue_that_goes_on_refusing_is_asked_twice_and_refused_once(way: Way, simulator: SimulatorProcess) -> None:
    runner, _, _ = way
    trader = new_trader(BINANCE, simulator, runner)
    trader.fault(kind="reject", on="order", body={"code": -1021, "msg": "Timestamp for this request is outside."})
    outcome = trader.ask(entry(BINANCE))
    assert isinstance(outcome, Rejected) and outcome.reason is Reason.TIME
    assert refusals(simulator) == 2
    assert questions(simulator, BINANCE) == 1
    assert trader.ledger() == []


def test_one_that_cannot_tell_its_time_does_not_lose_the_refusal(way: Way, simulator: SimulatorProcess) -> None:
    runner, _, heard = way
    trader = new_trader(BINANCE, simulator, runner)
    trader.fault(kind="reject", on="order", count=1, body={"code": -1021, "msg": "Timestamp."})
    trader.fault(kind="refuse", on="any", count=1)
    assert isinstance(trader.ask(entry(BINANCE)), Accepted)
    assert len(trader.ledger()) == 1
    assert heard == []


def test_where_no_time_is_told_a_refusal_is_final(way: Way, simulator: SimulatorProcess) -> None:
    runner, watch, heard = way
    trader = new_trader(MAGNR, simulator, runner)
    watch.behind_ms = TEN_MINUTES
    outcome = trader.ask(ReadTrades())
    assert isinstance(outcome, Rejected) and outcome.reason is Reason.TIME
    assert heard == []


def test_five_hundred_refused_at_once_ask_one_question_and_are_placed_once_each(simulator: SimulatorProcess) -> None:
    simulator.reset()
    watch, heard = Watch(), Heard()
    runner = Loop(PooledTransport(simulator.url, connections=64, clock_ms=watch, tell=heard, timeout_s=30))
    trader = new_trader(BINANCE, simulator, runner)
    watch.behind_ms = TEN_MINUTES
    ids = [f"ms{number}xresync-e" for number in range(500)]
    small = replace(entry(BINANCE), type=EntryType.MARKET, price=None, quantity=Decimal("0.003"))
    outcomes = runner.run_flows([asking(trader, replace(small, client_id=one)) for one in ids])
    runner.close()
    assert sorted(row["client_id"] for row in trader.ledger()) == sorted(ids)
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert questions(simulator, BINANCE) == 1


def test_the_fence_holds_for_the_second_try(simulator: SimulatorProcess) -> None:
    simulator.reset()
    watch = Watch()
    runner = Loop(PooledTransport(simulator.url, connections=4, clock_ms=watch))
    trader = new_trader(BINANCE, simulator, runner)
    watch.behind_ms = TEN_MINUTES
    fence_ms = watch() + 5_300  # The first try passes it, with 5 s to live; the answer to it is held back for a second.
    trader.fault(kind="delay", on="order", count=1, delay_ms=1000)
    (outcome,) = runner.run_flows([asking(trader, entry(BINANCE))], fence_ms)
    runner.close()
    assert outcome == NotSent("fence")
    assert refusals(simulator) == 1 and trader.ledger() == []


def test_what_was_sent_before_the_last_question_needs_no_other() -> None:
    asked, before_s = Asked(), time.monotonic()
    assert asked.is_due("venue", before_s)
    asked.note("venue")
    assert not asked.is_due("venue", before_s)
    assert asked.is_due("another venue", before_s)


def test_one_venue_is_asked_once_a_second_at_most() -> None:
    asked = Asked()
    asked.note("venue")
    assert not asked.is_due("venue", time.monotonic())


def asking(trader: Trader, intent: Intent) -> Asking:
    return ask(trader.place.dialect, intent, trader.credentials, "paper")


def refusals(simulator: SimulatorProcess) -> int:
    rows: Sequence[dict[str, Any]] = simulator.control("GET", "requests?venue=binance-futures")["requests"]
    return sum(row["count"] for row in rows if row["path"].endswith("/fapi/v1/order") and row["status"] == 400)


def eventually(heard: Heard, many: int, within_s: float = 5.0) -> Heard:
    """It is told aside, so that no conversation waits for it."""
    until = time.monotonic() + within_s
    while len(heard) < many and time.monotonic() < until:
        time.sleep(0.01)
    return heard


def magnr_call() -> Call:
    return Call(MAGNR.dialect, ReadTrades(), Credentials("a-key", "a-secret"), "paper")


@pytest.mark.parametrize(
    ("date", "offset_ms"),
    [
        ("Tue, 14 Nov 2023 22:23:20 GMT", 600_500), ("Tue, 14 Nov 2023 22:13:20 GMT", 0), ("yesterday", None),
        ("Tue, 99 Nov 2023 22:23:20 GMT", None),
    ],
    ids=["ten minutes ahead", "within its second", "no date", "no such day"],
)  # fmt: skip
def test_a_venue_that_tells_no_time_is_read_off_the_date_of_its_answers(date: str, offset_ms: int | None) -> None:
    """14 November 2023, 22:13:20 is 1,700,000,000 s."""
    response = HttpResponse(200, b"[]", (("date", date),))
    found = dated(magnr_call(), response, 1_700_000_000_000, 1_700_000_000_000)
    assert (found.offset_ms if found else None) == offset_ms


@pytest.mark.parametrize("kind", ["blocking", "pooled"])
def test_the_date_of_an_answer_sets_the_clock_of_the_next_request(kind: str) -> None:
    with CannedServer() as server:
        server.deeds = [answer(b"[]", 200, b"Date: Tue, 14 Nov 2023 22:23:20 GMT\r\n")]
        runner: OneByOne | Loop
        if kind == "blocking":
            runner = OneByOne(BlockingTransport(server.url, lambda: 1_700_000_000_000))
        else:
            runner = Loop(PooledTransport(server.url, clock_ms=lambda: 1_700_000_000_000))
        for _ in range(2):
            call = magnr_call()
            runner.run_flows([ask(call.dialect, call.intent, call.credentials, "paper")])
        runner.close()
        tonces = [
            int(line.split(b": ")[1]) for line in b"\r\n".join(server.requests).split(b"\r\n") if line[:5] == b"Tonce"
        ]
    first, second = tonces
    assert second - first == 600_500
