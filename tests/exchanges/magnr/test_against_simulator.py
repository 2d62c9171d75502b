"""Trades at the simulated Magnr, over both transports: open, read, closed by price and by hand, and its tonces."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
import requests

from mysignals.domain.intents import CloseTrade, Intent, OpenTrade, ReadTrade, ReadTrades
from mysignals.domain.market import Side
from mysignals.domain.outcomes import (
    Accepted,
    Closing,
    OrderState,
    Outcome,
    Reason,
    Rejected,
    Trade,
    Trades,
)
from mysignals.exchanges.magnr import FUTURES
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.wire import Credentials, HttpResponse
from tests.exchanges.trading import Runner
from tests.support.simulator_process import SimulatorProcess

Ask = Callable[[Intent], Outcome]


@pytest.fixture
def price(simulator: SimulatorProcess) -> Callable[[str], None]:
    def move(to: str) -> None:
        simulator.control("POST", "/_control/prices", {"venue": "magnr", "symbol": "BTCUSD", "price": to})

    move("50000")
    return move


@pytest.fixture
def fault(simulator: SimulatorProcess) -> Iterator[Callable[[str, str], None]]:
    yield lambda kind, on: simulator.control(
        "POST", "/_control/faults", {"venue": "magnr", "kind": kind, "on": on, "count": 1}
    )
    simulator.control("DELETE", "/_control/faults")


@pytest.fixture
def asked(transport: Runner, simulator: SimulatorProcess) -> Ask:
    key = rich(simulator)

    def run(intent: Intent) -> Outcome:
        return transport.run_flows([ask(FUTURES, intent, key, "paper")])[0]

    return run


def rich(simulator: SimulatorProcess) -> Credentials:
    opened = simulator.open_account("magnr", balances={"BTC": "10"})
    return Credentials(opened["api_key"], opened["secret"])


def opening(side: Side = Side.BUY, quantity: str = "0.2", leverage: int = 10) -> OpenTrade:
    return OpenTrade("BTCUSD", side, Decimal(quantity), leverage, Decimal(500), Decimal("1000.5"))


def accepted(outcome: Outcome) -> str:
    assert isinstance(outcome, Accepted), outcome
    return outcome.orders[0].exchange_id


def trade(outcome: Outcome) -> Trade:
    assert isinstance(outcome, Trade), outcome
    return outcome


def listed(outcome: Outcome) -> tuple[Trade, ...]:
    assert isinstance(outcome, Trades), outcome
    return outcome.items


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("leverage", [2, 5, 10])
def test_a_trade_opens_at_the_price_with_its_exits(
    asked: Ask, price: Callable[[str], None], side: Side, leverage: int
) -> None:
    before = int(time.time() * 1000)
    number = accepted(asked(opening(side, leverage=leverage)))
    found = trade(asked(ReadTrade(number)))
    assert (found.exchange_id, found.symbol, found.side, found.quantity) == (number, "BTCUSD", side, Decimal("0.2"))
    assert (found.state, found.open_price, found.close_price, found.closing) == (
        OrderState.FILLED, Decimal(50000), None, None,
    )  # fmt: skip
    assert (found.leverage, found.stop_margin, found.take) == (leverage, Decimal(500), Decimal("1000.5"))
    assert abs(found.created_ms - before) < 60_000
    assert listed(asked(ReadTrades())) == (found,)


@pytest.mark.parametrize(
    ("side", "moved", "closing"),
    [(Side.BUY, "49500", Closing.STOP), (Side.BUY, "51000.5", Closing.TARGET), (Side.SELL, "50500", Closing.STOP),
     (Side.SELL, "48999.5", Closing.TARGET)],
)  # fmt: skip
def test_the_price_closes_a_trade_at_its_distance(
    asked: Ask, price: Callable[[str], None], side: Side, moved: str, closing: Closing
) -> None:
    number = accepted(asked(opening(side)))
    price(moved)
    found = trade(asked(ReadTrade(number)))
    assert (found.closing, found.close_price) == (closing, Decimal(moved))


def test_a_trade_is_closed_by_hand_and_only_once(asked: Ask, price: Callable[[str], None]) -> None:
    number = accepted(asked(opening()))
    assert accepted(asked(CloseTrade(number))) == number
    assert trade(asked(ReadTrade(number))).closing is Closing.USER
    again = asked(CloseTrade(number))
    assert isinstance(again, Rejected)
    assert again.reason is Reason.TOO_LATE


@pytest.mark.parametrize("intent", [ReadTrade("999999"), CloseTrade("999999")])
def test_a_trade_nobody_opened_is_not_found(asked: Ask, intent: Intent) -> None:
    outcome = asked(intent)
    assert isinstance(outcome, Rejected), outcome
    assert outcome.reason is Reason.NOT_FOUND


@pytest.mark.parametrize(
    ("intent", "reason"), [(opening(quantity="900"), Reason.FUNDS), (opening(leverage=3), Reason.LEVERAGE)]
)
def test_a_trade_that_cannot_be_opened_is_refused_with_its_reason(asked: Ask, intent: Intent, reason: Reason) -> None:
    outcome = asked(intent)
    assert isinstance(outcome, Rejected), outcome
    assert outcome.reason is reason, outcome
    assert listed(asked(ReadTrades())) == ()


def test_a_pending_trade_has_no_price_until_it_moves(
    asked: Ask, price: Callable[[str], None], fault: Callable[[str, str], None]
) -> None:
    fault("partial", "order")
    number = accepted(asked(opening()))
    pending = trade(asked(ReadTrade(number)))
    assert (pending.state, pending.open_price, pending.closing) == (OrderState.NEW, None, None)
    assert isinstance(asked(CloseTrade(number)), Rejected)
    price("50010")
    assert trade(asked(ReadTrade(number))).open_price == Decimal(50010)


def test_a_clock_that_stands_still_spoils_no_tonce(simulator: SimulatorProcess) -> None:
    """The transport hands in a number that rises with every request of a key."""
    stopped = int(time.time() * 1000)
    transport = BlockingTransport(simulator.url, lambda: stopped)
    key = rich(simulator)
    told = [transport.run(ask(FUTURES, ReadTrades(), key, "paper")) for _ in range(2)]
    transport.close()
    assert told == [Trades(()), Trades(())]


def test_a_tonce_that_was_used_is_refused_as_a_matter_of_time(simulator: SimulatorProcess) -> None:
    request = FUTURES.encode(ReadTrades(), rich(simulator), int(time.time() * 1000), 5000)
    answers = [
        requests.get(f"{simulator.url}/magnr{request.path}", headers=dict(request.headers), timeout=10)
        for _ in range(2)
    ]
    first, second = (FUTURES.decode(ReadTrades(), HttpResponse(a.status_code, a.content)) for a in answers)
    assert isinstance(first, Trades)
    assert isinstance(second, Rejected)
    assert second.reason is Reason.TIME
