"""A trade at the simulated Phemex on all three APIs, over both transports: what we say is understood there."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

import pytest

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadRules,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side, SymbolRules
from mysignals.domain.outcomes import (
    Accepted,
    Balances,
    ModeRead,
    OpenOrders,
    OrderReport,
    OrderState,
    Outcome,
    Positions,
    PriceRead,
    Reason,
    Rejected,
    RulesRead,
    SymbolSettings,
    TimeRead,
    Unknown,
)
from mysignals.exchanges.key_check import check_key
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialects_of
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import system_clock_ms
from mysignals.exchanges.wire import Credentials
from tests.exchanges.trading import Runner
from tests.support.simulator_process import SimulatorProcess

from .asking import INVERSE, LINEAR, F, S, d

NAMES = count(int(time.time()) % 100_000 * 1000)
DIALECTS = dialects_of("phemex")
RICH = {"USDT": "100000", "BTC": "10", "ETH": "100"}


@dataclass(frozen=True)
class Place:
    """What is traded, how much of it, and what the simulator calls it."""

    market: Market
    symbol: str
    quantity: Decimal
    there: str
    mode: PositionMode = PositionMode.ONE_WAY

    @property
    def hedge(self) -> bool:
        return self.mode is PositionMode.HEDGE


SPOT = Place(S, LINEAR, d("0.01"), "sBTCUSDT")
USDT_M = Place(F, LINEAR, d("0.01"), "BTCUSDT")
HEDGED = replace(USDT_M, mode=PositionMode.HEDGE)
CONTRACT = Place(F, INVERSE, d("100"), "BTCUSD")
FUTURES = (USDT_M, HEDGED, CONTRACT)
everywhere = pytest.mark.parametrize("place", [SPOT, *FUTURES], ids=["spot", "usdt-m", "hedged", "contract"])
on_futures = pytest.mark.parametrize("place", FUTURES, ids=["usdt-m", "hedged", "contract"])


@dataclass
class Trader:
    """An account of its own; what it places is a long."""

    simulator: SimulatorProcess
    key: Credentials
    place: Place
    transport: Runner

    def ask(self, intent: Intent) -> Outcome:
        dialect = DIALECTS[getattr(intent, "market", F)]
        return self.transport.run_flows([ask(dialect, intent, self.key, "paper")])[0]

    def entry(self, **changed: object) -> PlaceOrder:
        at = self.place
        order = PlaceOrder(at.market, at.symbol, Side.BUY, EntryType.MARKET, at.quantity, None, name(), hedge=at.hedge)
        return replace(order, **changed)  # type: ignore[arg-type]

    def limit(self, price: str) -> PlaceOrder:
        return self.entry(type=EntryType.LIMIT, price=d(price))

    def closing(self, **changed: object) -> PlaceOrder:
        return self.entry(side=Side.SELL, reduce_only=True, **changed)

    def exit(self, kind: ExitKind, price: str, quantity: Decimal | None = None) -> PlaceExit:
        at = self.place
        return PlaceExit(
            at.market, at.symbol, Side.SELL, kind, quantity or at.quantity, d(price), name(), hedge=at.hedge
        )

    def query(self, client_id: str, **more: bool) -> QueryOrder:
        return QueryOrder(
            self.place.market, self.place.symbol, client_id, position=Side.BUY, hedge=self.place.hedge, **more
        )

    def look(self, placed: PlaceOrder | PlaceExit) -> OrderReport:
        """Among the live ones, then in the history."""
        query = self.query(placed.client_id)
        outcome = self.ask(query)
        if isinstance(outcome, Rejected) and outcome.reason is Reason.NOT_FOUND:
            outcome = self.ask(replace(query, history=True))
        return first(outcome)

    def cancel(self, placed: PlaceOrder | PlaceExit) -> Outcome:
        return self.ask(
            CancelOrder(
                self.place.market, self.place.symbol, placed.client_id, isinstance(placed, PlaceExit),
                position=Side.BUY, hedge=self.place.hedge,
            )
        )  # fmt: skip

    def resting(self, conditional: bool) -> list[str]:
        told = self.ask(ReadOpenOrders(self.place.market, self.place.symbol, conditional))
        assert isinstance(told, OpenOrders), told
        return [order.report.client_id for order in told.items]

    def held(self) -> list[Decimal]:
        told = self.ask(ReadPositions(self.place.symbol))
        assert isinstance(told, Positions), told
        return [position.amount for position in told.items]

    def move(self, price: str) -> None:
        self.simulator.control(
            "POST", "/_control/prices", {"venue": "phemex", "symbol": self.place.there, "price": price}
        )

    def fault(self, kind: str, on: str) -> None:
        self.simulator.control("POST", "/_control/faults", {"venue": "phemex", "kind": kind, "on": on, "count": 1})


@pytest.fixture
def place() -> Place:
    return USDT_M


@pytest.fixture
def trader(simulator: SimulatorProcess, transport: Runner, place: Place) -> Trader:
    account = simulator.open_account("phemex", balances=RICH, position_mode=place.mode.value)
    opened = Trader(simulator, Credentials(account["api_key"], account["secret"]), place, transport)
    opened.move("50000")
    return opened


def first(outcome: Outcome) -> OrderReport:
    assert isinstance(outcome, Accepted), outcome
    return outcome.orders[0]


def refused(outcome: Outcome) -> Reason:
    assert isinstance(outcome, Rejected), outcome
    return outcome.reason


def name() -> str:
    return f"j-{next(NAMES)}"


def test_a_key_is_checked_by_its_balances(simulator: SimulatorProcess) -> None:
    account = simulator.open_account("phemex", balances=RICH)
    good = Credentials(account["api_key"], account["secret"])
    transport = BlockingTransport(simulator.url, system_clock_ms)
    found = transport.run(check_key(DIALECTS, good, "paper"))
    stolen = transport.run(check_key(DIALECTS, Credentials(good.api_key, "x" + good.secret[1:]), "paper"))
    nobody = transport.run(check_key(DIALECTS, Credentials("nobody", good.secret), "paper"))
    transport.close()
    # Each symbol has a position mode of its own there, so there is none to tell of the account.
    assert (found.ok, found.position_mode, found.may_withdraw) == (True, None, None)
    assert (stolen.ok, stolen.reason) == (nobody.ok, nobody.reason) == (False, Reason.AUTH)


@everywhere
def test_what_anybody_may_ask(trader: Trader) -> None:
    market, symbol = trader.place.market, trader.place.symbol
    told = trader.ask(ReadRules(market))
    assert isinstance(told, RulesRead), told
    rules: dict[str, SymbolRules] = {rule.symbol: rule for rule in told.rules}
    assert rules[symbol].trading
    assert rules[symbol].is_inverse is (symbol == INVERSE)
    assert min(rules[symbol].tick, rules[symbol].step, rules["ETHUSDT"].tick) > 0
    assert trader.ask(ReadPrice(market, symbol)) == PriceRead(d("50000"))
    now = trader.ask(ReadTime(market))
    assert isinstance(now, TimeRead)
    assert abs(now.now_ms - time.time() * 1000) < 60_000


@pytest.mark.parametrize("asked", [ReadBalances(S), ReadBalances(S, "BTC"), ReadBalances(F), ReadBalances(F, "BTC")])
def test_a_balance_is_what_the_account_was_given(trader: Trader, asked: ReadBalances) -> None:
    asset = asked.asset or "USDT"
    told = trader.ask(asked)
    assert isinstance(told, Balances), told
    assert told.available(asset) == d(RICH[asset])


@on_futures
def test_leverage_and_margin_mode_are_set_together_and_read_with_the_position_mode(trader: Trader) -> None:
    symbol, mode, hedge = trader.place.symbol, trader.place.mode, trader.place.hedge
    for margin in (MarginMode.ISOLATED, MarginMode.CROSS, MarginMode.CROSS):
        assert trader.ask(SetLeverage(symbol, 7, margin, hedge)) == Accepted()
        assert trader.ask(ReadSymbolSettings(symbol)) == SymbolSettings(symbol, 7, margin, mode)
        assert trader.ask(SetMarginMode(symbol, margin, 3, hedge)) == Accepted()
        assert trader.ask(ReadSymbolSettings(symbol)) == SymbolSettings(symbol, 3, margin, mode)
    assert refused(trader.ask(SetLeverage(symbol, 999, MarginMode.ISOLATED, hedge))) is Reason.LEVERAGE


def test_leverage_said_for_another_position_mode_is_refused(trader: Trader) -> None:
    assert refused(trader.ask(SetLeverage(LINEAR, 7, MarginMode.CROSS, hedge=True))) is Reason.MODE


def test_the_position_mode_is_that_of_a_symbol_and_does_not_change_under_an_order(trader: Trader) -> None:
    to_hedge = SetPositionMode(PositionMode.HEDGE, LINEAR)
    assert trader.ask(ReadPositionMode()) == ModeRead(PositionMode.ONE_WAY)
    assert trader.ask(to_hedge) == trader.ask(to_hedge) == Accepted()
    assert trader.ask(ReadPositionMode()) == ModeRead(PositionMode.HEDGE)
    settings = trader.ask(ReadSymbolSettings(LINEAR))
    assert isinstance(settings, SymbolSettings)
    assert settings.position_mode is PositionMode.HEDGE
    assert refused(trader.ask(trader.entry())) is Reason.MODE
    assert first(trader.ask(trader.entry(hedge=True))).state is OrderState.NEW
    assert refused(trader.ask(SetPositionMode(PositionMode.ONE_WAY, LINEAR))) is Reason.MODE


@everywhere
def test_a_market_order_is_acknowledged_and_its_fill_is_in_the_history(trader: Trader) -> None:
    entry = trader.entry()
    acknowledged = first(trader.ask(entry))
    assert (acknowledged.state, acknowledged.filled) == (OrderState.NEW, 0)
    assert refused(trader.ask(trader.query(entry.client_id))) is Reason.NOT_FOUND
    filled = first(trader.ask(trader.query(entry.client_id, history=True)))
    assert filled.exchange_id == acknowledged.exchange_id
    assert (filled.state, filled.filled, filled.average_price) == (
        OrderState.FILLED, trader.place.quantity, d("50000"),
    )  # fmt: skip
    assert (filled.commission_in_base > 0) is (trader.place.market is S)
    by_id = replace(trader.query("", history=True), exchange_id=acknowledged.exchange_id)
    assert first(trader.ask(by_id)).client_id == entry.client_id
    if trader.place.market is F:
        assert trader.held() == [trader.place.quantity]
        assert first(trader.ask(trader.closing())).state is OrderState.NEW
        assert trader.held() == []
        assert refused(trader.ask(trader.closing())) is Reason.REDUCE_ONLY


def test_a_short_is_a_negative_amount_whose_profit_is_computed(trader: Trader) -> None:
    trader.ask(trader.entry(side=Side.SELL))
    trader.move("49000")
    told = trader.ask(ReadPositions())
    assert isinstance(told, Positions)
    (short,) = told.items
    assert (short.amount, short.entry_price, short.mark_price) == (d("-0.01"), d("50000"), d("49000"))
    assert short.unrealised == 10


@pytest.mark.parametrize("place", [HEDGED], ids=["hedged"])
def test_a_hedged_account_holds_a_long_and_a_short_of_one_symbol(trader: Trader) -> None:
    trader.ask(trader.entry())
    trader.ask(trader.entry(side=Side.SELL, quantity=d("0.02")))
    told = trader.ask(ReadPositions(LINEAR))
    assert isinstance(told, Positions)
    assert sorted((held.side, held.amount) for held in told.items) == [("long", d("0.01")), ("short", d("-0.02"))]
    assert first(trader.ask(trader.entry(reduce_only=True))).state is OrderState.NEW
    assert sorted(trader.held()) == [d("-0.01"), d("0.01")]


@everywhere
def test_a_limit_order_rests_until_it_is_cancelled(trader: Trader) -> None:
    order = trader.limit("40000")
    assert first(trader.ask(order)).state is OrderState.NEW
    assert trader.look(order).state is OrderState.NEW
    assert (trader.resting(conditional=False), trader.resting(conditional=True)) == ([order.client_id], [])
    assert first(trader.cancel(order)).client_id == order.client_id
    assert trader.look(order).state is OrderState.CANCELLED
    assert refused(trader.cancel(order)) in (Reason.TOO_LATE, Reason.NOT_FOUND)
    assert trader.resting(conditional=False) == []


@everywhere
def test_what_is_over_stands_in_one_list(trader: Trader) -> None:
    """With our ids, or on spot, where the documents tell none, at least with the exchange's."""
    order, other = trader.limit("49000"), trader.limit("48000")
    made = [first(trader.ask(one)) for one in (order, other)]
    asked = ReadOpenOrders(trader.place.market, trader.place.symbol, history=True)
    assert trader.ask(asked) == OpenOrders(())
    trader.move("48900")
    trader.cancel(other)
    told = trader.ask(asked)
    assert isinstance(told, OpenOrders)
    found = {one.report.exchange_id: one.report.state for one in told.items}
    assert found == {made[0].exchange_id: OrderState.FILLED, made[1].exchange_id: OrderState.CANCELLED}


@everywhere
def test_a_limit_order_fills_when_the_price_comes(trader: Trader) -> None:
    order = trader.limit("49000")
    trader.ask(order)
    trader.move("48900")
    found = trader.look(order)
    assert (found.state, found.filled) == (OrderState.FILLED, trader.place.quantity)
    assert found.average_price is not None
    tolerance = d("0.2") if trader.place is CONTRACT else 0
    assert abs(found.average_price - d("49000")) <= tolerance, "a contract's is known by eight decimals of its base"
    assert refused(trader.cancel(order)) in (Reason.TOO_LATE, Reason.NOT_FOUND)


@everywhere
@pytest.mark.parametrize(("kind", "trigger"), [(ExitKind.STOP, "45000"), (ExitKind.TARGET, "55000")])
def test_an_exit_waits_for_its_price_and_then_closes(trader: Trader, kind: ExitKind, trigger: str) -> None:
    trader.ask(trader.entry(quantity=trader.place.quantity * 2))
    exit_ = trader.exit(kind, trigger)
    assert first(trader.ask(exit_)).state is OrderState.NEW
    assert trader.look(exit_).state is OrderState.NEW
    told = trader.ask(ReadOpenOrders(trader.place.market, trader.place.symbol, conditional=True))
    assert isinstance(told, OpenOrders)
    (waiting,) = told.items
    assert (waiting.kind, waiting.trigger_price, waiting.side) == (kind, d(trigger), Side.SELL)
    assert trader.resting(conditional=False) == []
    trader.move(trigger)
    done = trader.look(exit_)
    assert (done.state, done.filled) == (OrderState.FILLED, trader.place.quantity)
    if trader.place.market is F:
        assert trader.held() == [trader.place.quantity]


@on_futures
def test_exits_may_wait_before_there_is_a_position_and_close_at_most_what_is_open(trader: Trader) -> None:
    stop, target = trader.exit(ExitKind.STOP, "45000"), trader.exit(ExitKind.TARGET, "55000")
    too_much = trader.exit(ExitKind.STOP, "44000", trader.place.quantity * 3)
    for exit_ in (stop, target, too_much):
        assert first(trader.ask(exit_)).state is OrderState.NEW
    trader.ask(trader.entry(quantity=trader.place.quantity * 2))
    trader.move("44900")
    assert trader.held() == [trader.place.quantity]
    trader.move("43900")
    assert trader.held() == []
    assert trader.look(too_much).filled == trader.place.quantity
    trader.move("56000")
    assert trader.look(target).state is OrderState.CANCELLED


@everywhere
def test_an_exit_is_cancelled_by_its_id(trader: Trader) -> None:
    stop = trader.exit(ExitKind.STOP, "45000")
    trader.ask(stop)
    assert first(trader.cancel(stop)).client_id == stop.client_id
    assert trader.look(stop).state is OrderState.CANCELLED
    assert refused(trader.cancel(stop)) in (Reason.TOO_LATE, Reason.NOT_FOUND)


@everywhere
def test_all_are_cancelled_by_two_calls_one_for_those_that_wait(trader: Trader) -> None:
    order, stop = trader.limit("40000"), trader.exit(ExitKind.STOP, "45000")
    for intent in (order, stop):
        first(trader.ask(intent))
    market, symbol = trader.place.market, trader.place.symbol
    assert trader.ask(CancelAll(market, symbol)) == Accepted()
    assert (trader.resting(conditional=False), trader.resting(conditional=True)) == ([], [stop.client_id])
    assert trader.ask(CancelAll(market, symbol, conditional=True)) == Accepted()
    assert trader.resting(conditional=True) == []
    assert trader.ask(CancelAll(market, symbol)) == Accepted()


@on_futures
def test_attached_exits_are_made_by_the_exchange_when_the_entry_fills(trader: Trader) -> None:
    entry = trader.entry(stop=d("45000"), target=d("55000"))
    assert first(trader.ask(entry)).state is OrderState.NEW
    assert len(trader.resting(conditional=True)) == 2
    trader.move("44900")
    assert trader.held() == []
    trader.move("50000")
    trader.ask(trader.entry())
    again = trader.ask(trader.entry(stop=d("45000")))
    assert isinstance(again, Rejected)
    assert again.code == "11074"


@everywhere
def test_a_stop_on_the_wrong_side_of_the_price_is_refused_for_its_trigger(trader: Trader) -> None:
    for wrong in (trader.exit(ExitKind.STOP, "55000"), trader.exit(ExitKind.TARGET, "45000")):
        assert refused(trader.ask(wrong)) is Reason.TRIGGER


@everywhere
@pytest.mark.parametrize("kind", ["lost_answer", "error_after_execute", "garbage"])
def test_an_exit_whose_answer_is_lost_is_unknown_and_found_and_a_second_send_is_a_duplicate(
    trader: Trader, kind: str
) -> None:
    stop = trader.exit(ExitKind.STOP, "45000")
    trader.fault(kind, "order")
    assert isinstance(trader.ask(stop), Unknown)
    assert trader.look(stop).client_id == stop.client_id
    second = trader.ask(stop)
    assert isinstance(second, Unknown)
    assert "duplicate" in second.cause
