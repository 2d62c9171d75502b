"""The whole of an account at the simulated Binance: what rests, cancel of all, position mode, ids of Binance's own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    QueryOrder,
    ReadOpenOrders,
    ReadPositionMode,
    ReadPositions,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, Market, PositionMode, Side
from mysignals.domain.outcomes import (
    Accepted,
    ModeRead,
    OpenOrder,
    OpenOrders,
    OrderReport,
    OrderState,
    Outcome,
    Position,
    Positions,
    Reason,
    Rejected,
)
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.wire import Credentials
from tests.exchanges.trading import Runner
from tests.support.simulator_process import SimulatorProcess

F, S = Market.FUTURES, Market.SPOT
VENUES = {S: "binance", F: "binance-futures"}
NAMES = count(1)
Ask = Callable[[Market, Intent], Outcome]


@pytest.fixture
def tell(transport: Runner, simulator: SimulatorProcess) -> Ask:
    simulator.reset()
    balances = {"USDT": "100000", "BTC": "1"}
    opened = {market: simulator.open_account(venue, balances=balances) for market, venue in VENUES.items()}
    keys = {market: Credentials(account["api_key"], account["secret"]) for market, account in opened.items()}

    def run(market: Market, intent: Intent) -> Outcome:
        return transport.run_flows([ask(dialect_for("binance", market), intent, keys[market], "paper")])[0]

    return run


def first(outcome: Outcome) -> OrderReport:
    assert isinstance(outcome, Accepted), outcome
    return outcome.orders[0]


def resting(tell: Ask, market: Market, *, conditional: bool = False) -> tuple[OpenOrder, ...]:
    outcome = tell(market, ReadOpenOrders(market, "BTCUSDT", conditional))
    assert isinstance(outcome, OpenOrders), outcome
    return outcome.items


def name() -> str:
    return f"a-{next(NAMES)}"


def limit_buy(market: Market) -> PlaceOrder:
    return PlaceOrder(market, "BTCUSDT", Side.BUY, EntryType.LIMIT, Decimal("0.01"), Decimal(40000), name())


def market_buy(market: Market, *, hedge: bool = False) -> PlaceOrder:
    return PlaceOrder(market, "BTCUSDT", Side.BUY, EntryType.MARKET, Decimal("0.01"), None, name(), hedge=hedge)


def exit_at(price: int, kind: ExitKind = ExitKind.STOP, *, hedge: bool = False) -> PlaceExit:
    return PlaceExit(F, "BTCUSDT", Side.SELL, kind, Decimal("0.01"), Decimal(price), name(), hedge)


def oco() -> PlaceOco:
    prices = Decimal(60000), Decimal(45000), Decimal(44900)
    return PlaceOco("BTCUSDT", Side.SELL, Decimal("0.01"), *prices, name(), name(), name())


def test_what_rests_on_spot_is_told_with_the_stop_known_by_its_kind(tell: Ask) -> None:
    entry, exits = limit_buy(S), oco()
    first(tell(S, entry))
    first(tell(S, exits))
    told = {order.report.client_id: order for order in resting(tell, S)}
    assert set(told) == {entry.client_id, exits.target_id, exits.stop_id}
    assert (told[entry.client_id].kind, told[entry.client_id].side) == (None, Side.BUY)
    assert (told[exits.stop_id].kind, told[exits.stop_id].trigger_price) == (ExitKind.STOP, Decimal(45000))


def test_cancelling_all_of_spot_takes_lists_along_and_twice_is_no_mistake(tell: Ask) -> None:
    entry, exits = limit_buy(S), oco()
    first(tell(S, entry))
    first(tell(S, exits))
    outcome = tell(S, CancelAll(S, "BTCUSDT"))
    assert isinstance(outcome, Accepted)
    assert {order.client_id for order in outcome.orders} == {entry.client_id, exits.target_id, exits.stop_id}
    assert {order.state for order in outcome.orders} == {OrderState.CANCELLED}
    assert resting(tell, S) == ()
    assert tell(S, CancelAll(S, "BTCUSDT")) == Accepted()


def test_cancelling_all_of_futures_takes_two_calls(tell: Ask) -> None:
    entry, stop, target = limit_buy(F), exit_at(35000), exit_at(60000, ExitKind.TARGET)
    for intent in (entry, stop, target):
        first(tell(F, intent))
    told = {order.report.client_id: order for order in resting(tell, F, conditional=True)}
    assert {order_id: (order.kind, order.trigger_price) for order_id, order in told.items()} == {
        stop.client_id: (ExitKind.STOP, Decimal(35000)), target.client_id: (ExitKind.TARGET, Decimal(60000)),
    }  # fmt: skip
    assert [order.report.client_id for order in resting(tell, F)] == [entry.client_id]
    assert tell(F, CancelAll(F, "BTCUSDT")) == Accepted()
    assert (len(resting(tell, F)), len(resting(tell, F, conditional=True))) == (0, 2)
    assert tell(F, CancelAll(F, "BTCUSDT", conditional=True)) == Accepted()
    assert resting(tell, F, conditional=True) == ()
    for conditional in (False, True):
        assert tell(F, CancelAll(F, "BTCUSDT", conditional)) == Accepted()


@pytest.mark.parametrize("market", Market)
def test_an_order_is_found_and_cancelled_by_binances_own_id(tell: Ask, market: Market) -> None:
    entry = limit_buy(market)
    placed = first(tell(market, entry))
    found = first(tell(market, QueryOrder(market, "BTCUSDT", "", exchange_id=placed.exchange_id)))
    assert (found.client_id, found.state) == (entry.client_id, OrderState.NEW)
    gone = first(tell(market, CancelOrder(market, "BTCUSDT", "", exchange_id=placed.exchange_id)))
    assert (gone.client_id, gone.state) == (entry.client_id, OrderState.CANCELLED)


def test_a_conditional_order_is_found_and_cancelled_by_binances_own_id(tell: Ask) -> None:
    stop = exit_at(45000)
    placed = first(tell(F, stop))
    by_id = {"conditional": True, "exchange_id": placed.exchange_id}
    assert first(tell(F, QueryOrder(F, "BTCUSDT", "", **by_id))).client_id == stop.client_id
    assert first(tell(F, CancelOrder(F, "BTCUSDT", "", **by_id))).state is OrderState.CANCELLED


def test_what_a_triggered_stop_became_can_be_asked_for(tell: Ask, simulator: SimulatorProcess) -> None:
    first(tell(F, market_buy(F)))
    stop = exit_at(45000)
    first(tell(F, stop))
    simulator.control("POST", "prices", {"venue": VENUES[F], "symbol": "BTCUSDT", "price": "44000"})
    triggered = first(tell(F, QueryOrder(F, "BTCUSDT", stop.client_id, conditional=True)))
    assert triggered.became
    born = first(tell(F, QueryOrder(F, "BTCUSDT", stop.client_id, exchange_id=triggered.became)))
    assert (born.exchange_id, born.state, born.filled) == (triggered.became, OrderState.FILLED, Decimal("0.01"))


def test_position_mode_is_set_set_again_and_refused_with_a_position(tell: Ask) -> None:
    for _ in range(2):
        assert tell(F, SetPositionMode(PositionMode.HEDGE)) == Accepted()
    assert tell(F, ReadPositionMode()) == ModeRead(PositionMode.HEDGE)
    first(tell(F, market_buy(F, hedge=True)))
    refused = tell(F, SetPositionMode(PositionMode.ONE_WAY))
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.code) == (Reason.MODE, "-4068")


def test_an_exit_in_hedge_mode_rests_on_the_position_that_it_closes(tell: Ask) -> None:
    assert tell(F, SetPositionMode(PositionMode.HEDGE)) == Accepted()
    first(tell(F, market_buy(F, hedge=True)))
    first(tell(F, exit_at(45000, hedge=True)))
    (stop,) = resting(tell, F, conditional=True)
    assert (stop.kind, stop.side) == (ExitKind.STOP, Side.SELL)
    (position,) = held(tell)
    assert (position.side, position.amount) == ("long", Decimal("0.01"))


def held(tell: Ask) -> tuple[Position, ...]:
    outcome = tell(F, ReadPositions("BTCUSDT"))
    assert isinstance(outcome, Positions), outcome
    return outcome.items
