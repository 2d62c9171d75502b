"""Each of Bitget's four APIs at the simulated Bitget, over both transports, from the key's check to a flat position."""

from __future__ import annotations

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
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side
from mysignals.domain.outcomes import (
    Accepted,
    Balances,
    ModeRead,
    NotSent,
    OpenOrder,
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
)
from mysignals.exchanges.dialect import Call, Dialect
from mysignals.exchanges.key_check import KeyCheck, check_key
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for, dialects_of
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import system_clock_ms
from mysignals.exchanges.wire import Credentials
from tests.exchanges.trading import Runner
from tests.support.simulator_process import SimulatorProcess

from .asking import F, S, d

NAMES = count(1)
ISOLATED, CROSS = MarginMode.ISOLATED, MarginMode.CROSS
VERSIONS, MODES = ("v2", "v1"), (PositionMode.ONE_WAY, PositionMode.HEDGE)


@dataclass
class Trader:
    """One account, spoken to in one version of the API."""

    simulator: SimulatorProcess
    version: str
    key: Credentials
    transport: Runner
    mode: PositionMode = PositionMode.ONE_WAY

    def dialect(self, market: Market) -> Dialect:
        return dialect_for("bitget", market, self.version)

    def tell(self, market: Market, intent: Intent) -> Outcome:
        return self.transport.run_flows([ask(self.dialect(market), intent, self.key, "paper")])[0]

    def first(self, market: Market, intent: Intent) -> OrderReport:
        outcome = self.tell(market, intent)
        assert isinstance(outcome, Accepted), outcome
        return outcome.orders[0]

    def refused(self, market: Market, intent: Intent) -> Reason:
        outcome = self.tell(market, intent)
        assert isinstance(outcome, Rejected), outcome
        return outcome.reason

    def price(self, market: Market = F) -> Decimal:
        outcome = self.tell(market, ReadPrice(market, "BTCUSDT"))
        assert isinstance(outcome, PriceRead), outcome
        return outcome.price

    def move_price(self, to: Decimal) -> None:
        self.simulator.control("POST", "/_control/prices", {"venue": "bitget", "symbol": "BTCUSDT", "price": str(to)})

    def fault(self, kind: str, on: str = "order", **more: object) -> None:
        fault = {"venue": "bitget", "kind": kind, "on": on, "count": 1, **more}
        self.simulator.control("POST", "/_control/faults", fault)

    def market_order(self, side: Side = Side.BUY, quantity: str = "0.01", **more: object) -> PlaceOrder:
        values = {"hedge": self.mode is PositionMode.HEDGE, "margin_mode": CROSS, **more}
        return PlaceOrder(F, "BTCUSDT", side, EntryType.MARKET, d(quantity), None, name(), **values)  # type: ignore[arg-type]

    def exit_order(self, kind: ExitKind, trigger: Decimal, side: Side = Side.SELL, quantity: str = "0.01") -> PlaceExit:
        hedge = self.mode is PositionMode.HEDGE
        return PlaceExit(F, "BTCUSDT", side, kind, d(quantity), trigger, name(), hedge)

    def looked_up(self, market: Market, order: PlaceOrder | PlaceExit, *, history: bool = False) -> Outcome:
        """By our own id."""
        kind = order.kind if isinstance(order, PlaceExit) else None
        query = QueryOrder(market, "BTCUSDT", order.client_id, kind is not None, history=history, kind=kind)
        return self.tell(market, query)

    def resting(self, market: Market, *, conditional: bool = False) -> tuple[OpenOrder, ...]:
        outcome = self.tell(market, ReadOpenOrders(market, "BTCUSDT", conditional))
        assert isinstance(outcome, OpenOrders), outcome
        return outcome.items

    def held(self) -> list[tuple[str, Decimal]]:
        outcome = self.tell(F, ReadPositions("BTCUSDT"))
        assert isinstance(outcome, Positions), outcome
        everywhere = self.tell(F, ReadPositions())
        assert outcome == everywhere
        return sorted((position.side, position.amount) for position in outcome.items)


def name() -> str:
    return f"b-{next(NAMES)}"


def opened(simulator: SimulatorProcess, transport: Runner, version: str) -> Trader:
    account = simulator.open_account("bitget", balances={"USDT": "100000", "BTC": "1"})
    key = Credentials(account["api_key"], account["secret"], account["passphrase"])
    return Trader(simulator, version, key, transport)


@pytest.fixture(params=VERSIONS)
def trader(request: pytest.FixtureRequest, simulator: SimulatorProcess, transport: Runner) -> Trader:
    simulator.reset()
    return opened(simulator, transport, request.param)


@pytest.fixture(params=MODES)
def hedged_or_not(request: pytest.FixtureRequest, trader: Trader) -> Trader:
    assert trader.tell(F, SetPositionMode(request.param)) == Accepted()
    trader.mode = request.param
    return trader


def checked(trader: Trader) -> KeyCheck:
    return trader.transport.run_flows([check_key(dialects_of("bitget", trader.version), trader.key, "paper")])[0]


# The key.


def test_a_good_key_is_good(trader: Trader) -> None:
    found = checked(trader)
    assert (found.ok, found.may_withdraw, found.position_mode) == (True, False, PositionMode.ONE_WAY)


@pytest.mark.parametrize("part", ["api_key", "secret", "passphrase"])
def test_a_wrong_key_secret_or_passphrase_is_refused(trader: Trader, part: str) -> None:
    trader.key = replace(trader.key, **{part: "z" * 16})
    assert checked(trader).reason is Reason.AUTH


@pytest.mark.parametrize(("code", "words"), [("30032", "`api_version` v2"), ("40085", "has to be made a classic one")])
def test_what_is_wrong_with_the_account_is_told_by_the_check(trader: Trader, code: str, words: str) -> None:
    trader.fault("reject", "any", body=code)
    found = checked(trader)
    assert not found.ok
    assert found.is_final
    assert words in found.message


@pytest.mark.parametrize("market", Market)
def test_a_retired_api_refuses_questions_and_orders_alike(trader: Trader, market: Market) -> None:
    order = PlaceOrder(market, "BTCUSDT", Side.SELL, EntryType.MARKET, d("0.01"), None, name())
    for on, intent in (("any", ReadBalances(market)), ("any", order)):
        trader.fault("reject", on, body="30032")
        assert trader.refused(market, intent) is Reason.RETIRED


# Reading.


@pytest.mark.parametrize("market", Market)
def test_rules_price_time_and_balance(trader: Trader, market: Market) -> None:
    rules = trader.tell(market, ReadRules(market))
    assert isinstance(rules, RulesRead)
    by_symbol = {rule.symbol: rule for rule in rules.rules}
    assert by_symbol["BTCUSDT"].trading
    assert min(by_symbol["ETHUSDT"].tick, by_symbol["ETHUSDT"].step, by_symbol["ETHUSDT"].min_notional) > 0
    assert trader.price(market) == 50_000
    told = trader.tell(market, ReadTime(market))
    assert isinstance(told, TimeRead)
    assert abs(told.now_ms - system_clock_ms()) < 10_000
    for asset in (None, "USDT"):
        balances = trader.tell(market, ReadBalances(market, asset))
        assert isinstance(balances, Balances)
        assert balances.available("USDT") == 100_000


def test_both_versions_have_the_same_rules(simulator: SimulatorProcess, blocking: Runner) -> None:
    traders = [opened(simulator, blocking, version) for version in VERSIONS]
    for market in Market:
        told = [trader.tell(market, ReadRules(market)) for trader in traders]
        steps = [{rule.symbol: (rule.tick, rule.step) for rule in rules.rules} for rules in told]  # type: ignore[union-attr]
        assert steps[0] == steps[1]


# Settings.


def test_leverage_is_one_for_each_margin_mode(trader: Trader) -> None:
    for mode, leverage in ((ISOLATED, 7), (CROSS, 9)):
        for _ in range(2):
            assert trader.tell(F, SetMarginMode("BTCUSDT", mode)) == Accepted()
            assert trader.tell(F, SetLeverage("BTCUSDT", leverage, mode)) == Accepted()
        assert trader.tell(F, ReadSymbolSettings("BTCUSDT")) == SymbolSettings("BTCUSDT", leverage, mode)
    assert trader.tell(F, SetMarginMode("BTCUSDT", ISOLATED)) == Accepted()
    assert trader.tell(F, ReadSymbolSettings("BTCUSDT")) == SymbolSettings("BTCUSDT", 7, ISOLATED)


@pytest.mark.parametrize("side", Side)
def test_leverage_in_hedge_mode_is_set_for_the_side_to_be_opened(trader: Trader, side: Side) -> None:
    assert trader.tell(F, SetPositionMode(PositionMode.HEDGE)) == Accepted()
    assert trader.tell(F, SetMarginMode("BTCUSDT", ISOLATED)) == Accepted()
    assert trader.tell(F, SetLeverage("BTCUSDT", 11, ISOLATED, hedge=True, side=side)) == Accepted()
    one_side_only = trader.version == "v1"
    told = trader.tell(F, ReadSymbolSettings("BTCUSDT"))
    assert told == SymbolSettings("BTCUSDT", 0 if one_side_only else 11, ISOLATED)
    whole = trader.tell(F, SetLeverage("BTCUSDT", 12, ISOLATED, hedge=True))
    assert isinstance(whole, Rejected) if one_side_only else whole == Accepted()


def test_leverage_beyond_the_maximum_and_a_mode_over_positions_are_refused(trader: Trader) -> None:
    assert trader.refused(F, SetLeverage("BTCUSDT", 999)) is Reason.LEVERAGE
    trader.first(F, trader.market_order())
    assert trader.refused(F, SetPositionMode(PositionMode.HEDGE)) is Reason.MODE
    assert trader.refused(F, SetMarginMode("BTCUSDT", ISOLATED)) is Reason.MODE


def test_the_position_mode_is_what_it_was_set_to(hedged_or_not: Trader) -> None:
    assert hedged_or_not.tell(F, ReadPositionMode()) == ModeRead(hedged_or_not.mode)


def test_an_order_of_the_other_mode_is_refused(hedged_or_not: Trader) -> None:
    order = replace(hedged_or_not.market_order(), hedge=hedged_or_not.mode is PositionMode.ONE_WAY)
    assert hedged_or_not.refused(F, order) is Reason.MODE


# Contracts.


@pytest.mark.parametrize(("side", "sign"), [(Side.BUY, 1), (Side.SELL, -1)])
def test_a_position_is_opened_and_closed(hedged_or_not: Trader, side: Side, sign: int) -> None:
    trader = hedged_or_not
    entry = trader.market_order(side)
    assert trader.first(F, entry).state is OrderState.NEW, "an acknowledgement is no fill"
    for history in (False, True):
        found = trader.looked_up(F, entry, history=history)
        assert isinstance(found, Accepted)
        report = found.orders[0]
        assert (report.state, report.filled, report.average_price) == (OrderState.FILLED, d("0.01"), d("50000"))
    named = {Side.BUY: "long", Side.SELL: "short"}[side] if trader.mode is PositionMode.HEDGE else "both"
    assert trader.held() == [(named, sign * d("0.01"))]
    trader.first(F, trader.market_order(side.opposite, reduce_only=True))
    assert trader.held() == []


def test_both_sides_are_held_at_once_in_hedge_mode(trader: Trader) -> None:
    assert trader.tell(F, SetPositionMode(PositionMode.HEDGE)) == Accepted()
    trader.mode = PositionMode.HEDGE
    trader.first(F, trader.market_order(Side.BUY, "0.02"))
    trader.first(F, trader.market_order(Side.SELL, "0.01"))
    assert trader.held() == [("long", d("0.02")), ("short", d("-0.01"))]
    trader.first(F, trader.market_order(Side.SELL, "0.02", reduce_only=True))
    assert trader.held() == [("short", d("-0.01"))]


def test_a_limit_order_rests_is_found_and_is_cancelled(hedged_or_not: Trader) -> None:
    trader = hedged_or_not
    order = replace(trader.market_order(), type=EntryType.LIMIT, price=d("45000"))
    assert trader.first(F, order).state is OrderState.NEW
    (rests,) = trader.resting(F)
    assert (rests.report.client_id, rests.side, rests.quantity) == (order.client_id, Side.BUY, d("0.01"))
    assert abs(rests.created_ms - system_clock_ms()) < 10_000
    assert trader.first(F, CancelOrder(F, "BTCUSDT", order.client_id)).exchange_id == rests.report.exchange_id
    found = trader.looked_up(F, order)
    assert isinstance(found, Accepted)
    assert found.orders[0].state is OrderState.CANCELLED
    assert trader.refused(F, CancelOrder(F, "BTCUSDT", order.client_id)) is Reason.TOO_LATE
    assert trader.refused(F, CancelOrder(F, "BTCUSDT", "", exchange_id=rests.report.exchange_id)) is Reason.TOO_LATE


@pytest.mark.parametrize("market", Market)
def test_all_that_rests_is_cancelled_and_nothing_is_as_good(trader: Trader, market: Market) -> None:
    for _ in range(2):
        order = PlaceOrder(market, "BTCUSDT", Side.BUY, EntryType.LIMIT, d("0.01"), d("48000"), name())
        assert isinstance(trader.tell(market, order), Accepted)
    assert len(trader.resting(market)) == 2
    for _ in range(2):
        assert isinstance(trader.tell(market, CancelAll(market, "BTCUSDT")), Accepted)
        assert trader.resting(market) == ()


@pytest.mark.parametrize(("side", "stop", "target"), [(Side.BUY, "45000", "55000"), (Side.SELL, "55000", "45000")])
def test_exits_that_ride_on_an_entry_become_orders_that_are_known_by_bitgets_id(
    hedged_or_not: Trader, side: Side, stop: str, target: str
) -> None:
    trader = hedged_or_not
    trader.first(F, trader.market_order(side, stop=d(stop), target=d(target)))
    exits = {order.kind: order for order in trader.resting(F, conditional=True)}
    assert {kind: order.trigger_price for kind, order in exits.items()} == {
        ExitKind.STOP: d(stop), ExitKind.TARGET: d(target),
    }  # fmt: skip
    assert {(order.side, order.quantity) for order in exits.values()} == {(side.opposite, d("0.01"))}
    target_id = exits[ExitKind.TARGET].report.exchange_id
    kind = ExitKind.TARGET
    assert trader.first(F, CancelOrder(F, "BTCUSDT", "", True, target_id, kind=kind)).state is OrderState.CANCELLED
    asked = QueryOrder(F, "BTCUSDT", "", conditional=True, exchange_id=target_id, kind=kind)
    assert trader.refused(F, asked) is Reason.NOT_FOUND
    assert trader.first(F, replace(asked, history=True)).state is OrderState.CANCELLED


def test_exits_do_not_ride_on_an_entry_that_rests(trader: Trader) -> None:
    entry = replace(trader.market_order(stop=d("40000"), target=d("60000")), type=EntryType.LIMIT, price=d("48000"))
    trader.first(F, entry)
    assert trader.resting(F, conditional=True) == ()
    trader.move_price(d("48000"))
    assert len(trader.resting(F, conditional=True)) == 2
    assert [amount for _, amount in trader.held()] == [d("0.01")]


@pytest.mark.parametrize("kind", ExitKind)
@pytest.mark.parametrize("side", Side)
def test_an_exit_of_ours_is_triggered_and_tells_what_it_became(
    hedged_or_not: Trader, kind: ExitKind, side: Side
) -> None:
    trader = hedged_or_not
    trader.first(F, trader.market_order(side))
    below = (kind is ExitKind.STOP) is (side is Side.BUY)
    trigger = d("45000") if below else d("55000")
    order = trader.exit_order(kind, trigger, side.opposite)
    placed = trader.first(F, order)
    resting = trader.looked_up(F, order)
    assert isinstance(resting, Accepted)
    assert (resting.orders[0].state, resting.orders[0].exchange_id) == (OrderState.NEW, placed.exchange_id)
    trader.move_price(trigger)
    assert trader.held() == []
    assert trader.refused(F, QueryOrder(F, "BTCUSDT", order.client_id, True, kind=kind)) is Reason.NOT_FOUND
    done = trader.looked_up(F, order, history=True)
    assert isinstance(done, Accepted)
    assert done.orders[0].state is OrderState.TRIGGERED
    born = trader.first(F, QueryOrder(F, "BTCUSDT", "", exchange_id=done.orders[0].became))
    assert (born.state, born.filled) == (OrderState.FILLED, d("0.01"))


def test_an_exit_is_cancelled_by_our_id(hedged_or_not: Trader) -> None:
    trader = hedged_or_not
    trader.first(F, trader.market_order())
    order = trader.exit_order(ExitKind.STOP, d("45000"))
    trader.first(F, order)
    cancel = CancelOrder(F, "BTCUSDT", order.client_id, conditional=True, kind=ExitKind.STOP)
    assert trader.first(F, cancel).state is OrderState.CANCELLED
    assert trader.refused(F, cancel) in (Reason.NOT_FOUND, Reason.TOO_LATE)
    done = trader.looked_up(F, order, history=True)
    assert isinstance(done, Accepted)
    assert done.orders[0].state is OrderState.CANCELLED


def test_a_stop_on_the_wrong_side_or_without_a_position_is_refused(hedged_or_not: Trader) -> None:
    trader = hedged_or_not
    assert trader.refused(F, trader.exit_order(ExitKind.STOP, d("45000"))) is Reason.REDUCE_ONLY
    trader.first(F, trader.market_order())
    assert trader.refused(F, trader.exit_order(ExitKind.STOP, d("55000"))) is Reason.TRIGGER
    assert trader.refused(F, trader.exit_order(ExitKind.TARGET, d("45000"))) is Reason.TRIGGER
    wrong = trader.market_order(stop=d("55000"))
    assert trader.refused(F, wrong) is Reason.TRIGGER


@pytest.mark.parametrize(
    ("quantity", "reason"), [("200", Reason.FUNDS), ("0.00001", Reason.MINIMUM), ("0.00013", Reason.PRECISION)]
)
def test_an_order_that_the_account_or_the_symbol_does_not_allow_is_refused(
    trader: Trader, quantity: str, reason: Reason
) -> None:
    assert trader.refused(F, trader.market_order(quantity=quantity)) is reason


# Spot.


def spot_order(side: Side, quantity: str, price: str | None = None, type_: EntryType = EntryType.MARKET) -> PlaceOrder:
    return PlaceOrder(S, "BTCUSDT", side, type_, d(quantity), None if price is None else d(price), name())


def test_a_spot_purchase_costs_what_its_quantity_costs_and_is_sold_again(trader: Trader) -> None:
    bought = spot_order(Side.BUY, "0.01", "50000")
    assert trader.first(S, bought).state is OrderState.NEW
    for history in (False, True):
        found = trader.looked_up(S, bought, history=history)
        assert isinstance(found, Accepted)
        report = found.orders[0]
        assert (report.state, report.filled, report.average_price) == (OrderState.FILLED, d("0.01"), d("50000"))
        # v1 does not tell the fee: what is held is then sized by the usual one.
        assert report.commission_in_base == (d("0.00001") if trader.version == "v2" else 0)
    balances = trader.tell(S, ReadBalances(S, "BTC"))
    assert isinstance(balances, Balances)
    assert balances.available("BTC") == d("1.00999")
    trader.first(S, spot_order(Side.SELL, "0.00999"))
    balances = trader.tell(S, ReadBalances(S))
    assert isinstance(balances, Balances)
    assert balances.available("BTC") == 1


def test_a_spot_limit_order_rests_is_found_and_is_cancelled(trader: Trader) -> None:
    order = spot_order(Side.SELL, "0.01", "51000", EntryType.LIMIT)
    trader.first(S, order)
    (rests,) = trader.resting(S)
    assert (rests.report.client_id, rests.side, rests.quantity) == (order.client_id, Side.SELL, d("0.01"))
    balances = trader.tell(S, ReadBalances(S, "BTC"))
    assert isinstance(balances, Balances)
    assert (balances.by_asset[0].free, balances.by_asset[0].total) == (d("0.99"), 1)
    trader.first(S, CancelOrder(S, "BTCUSDT", order.client_id))
    for query in (
        QueryOrder(S, "BTCUSDT", order.client_id),
        QueryOrder(S, "BTCUSDT", order.client_id, history=True),
        QueryOrder(S, "BTCUSDT", "", exchange_id=rests.report.exchange_id),
        QueryOrder(S, "BTCUSDT", "", exchange_id=rests.report.exchange_id, history=True),
    ):
        assert trader.first(S, query).state is OrderState.CANCELLED
    assert trader.refused(S, CancelOrder(S, "BTCUSDT", order.client_id)) is Reason.TOO_LATE
    assert trader.refused(S, CancelOrder(S, "BTCUSDT", "", exchange_id=rests.report.exchange_id)) is Reason.TOO_LATE


@pytest.mark.parametrize(("kind", "trigger"), [(ExitKind.STOP, "45000"), (ExitKind.TARGET, "55000")])
def test_a_spot_exit_is_triggered_and_tells_what_it_became(trader: Trader, kind: ExitKind, trigger: str) -> None:
    order = PlaceExit(S, "BTCUSDT", Side.SELL, kind, d("0.5"), d(trigger), name())
    trader.first(S, order)
    (rests,) = trader.resting(S, conditional=True)
    assert (rests.trigger_price, rests.quantity, rests.side) == (d(trigger), d("0.5"), Side.SELL)
    trader.move_price(d(trigger))
    assert trader.refused(S, QueryOrder(S, "BTCUSDT", order.client_id, conditional=True)) is Reason.NOT_FOUND
    done = trader.looked_up(S, order, history=True)
    assert isinstance(done, Accepted)
    assert done.orders[0].state is OrderState.TRIGGERED
    born = trader.first(S, QueryOrder(S, "BTCUSDT", "", exchange_id=done.orders[0].became))
    assert (born.state, born.filled, born.average_price) == (OrderState.FILLED, d("0.5"), d(trigger))


def test_a_spot_exit_is_cancelled_and_one_that_cannot_be_paid_ends_refused(trader: Trader) -> None:
    first, second = (PlaceExit(S, "BTCUSDT", Side.SELL, ExitKind.STOP, d("1"), d("45000"), name()) for _ in range(2))
    for order in (first, second):
        trader.first(S, order)
    cancel = CancelOrder(S, "BTCUSDT", first.client_id, conditional=True, kind=ExitKind.STOP)
    assert trader.first(S, cancel).state is OrderState.CANCELLED
    assert trader.refused(S, cancel) in (Reason.NOT_FOUND, Reason.TOO_LATE)
    trader.first(S, spot_order(Side.SELL, "0.5"))
    trader.move_price(d("45000"))
    for order, state in ((first, OrderState.CANCELLED), (second, OrderState.REJECTED)):
        done = trader.looked_up(S, order, history=True)
        assert isinstance(done, Accepted)
        assert (done.orders[0].state, done.orders[0].filled) == (state, 0)


def test_all_spot_exits_are_cancelled_where_the_api_can(simulator: SimulatorProcess, blocking: Runner) -> None:
    simulator.reset()
    trader = opened(simulator, blocking, "v2")
    trader.first(S, PlaceExit(S, "BTCUSDT", Side.SELL, ExitKind.STOP, d("0.1"), d("45000"), name()))
    assert isinstance(trader.tell(S, CancelAll(S, "BTCUSDT", conditional=True)), Accepted)
    assert trader.resting(S, conditional=True) == ()


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (spot_order(Side.SELL, "9"), Reason.FUNDS), (spot_order(Side.BUY, "9", "50000"), Reason.FUNDS),
        (spot_order(Side.SELL, "0.0010001"), Reason.PRECISION),
        (spot_order(Side.BUY, "0.00001", "50000"), Reason.MINIMUM),
    ],
)  # fmt: skip
def test_a_spot_order_that_the_account_or_the_symbol_does_not_allow_is_refused(
    trader: Trader, order: PlaceOrder, reason: Reason
) -> None:
    assert trader.refused(S, replace(order, client_id=name())) is reason


# What goes wrong.


@pytest.mark.parametrize("market", Market)
def test_an_order_nobody_placed_is_not_found(trader: Trader, market: Market) -> None:
    for conditional in (False, True):
        for history in (False, True):
            query = QueryOrder(market, "BTCUSDT", "nobody", conditional, history=history)
            assert trader.refused(market, query) is Reason.NOT_FOUND


def sale(trader: Trader, market: Market) -> PlaceOrder:
    return spot_order(Side.SELL, "0.01") if market is S else trader.market_order(Side.SELL)


@pytest.mark.parametrize(
    ("version", "market", "late_ms", "is_taken"),
    [
        ("v2", S, 4_000, True), ("v2", S, 6_000, False), ("v2", F, 4_000, True), ("v2", F, 6_000, False),
        ("v1", S, 20_000, True), ("v1", S, 31_000, False), ("v1", F, 20_000, True), ("v1", F, 31_000, False),
    ],
)  # fmt: skip
def test_an_order_that_arrives_after_its_deadline_is_not_placed(
    simulator: SimulatorProcess, blocking: Runner, version: str, market: Market, late_ms: int, is_taken: bool
) -> None:
    """v2's orders say 5 s themselves; v1's live as long as the header is tolerated."""
    trader = opened(simulator, blocking, version)
    late = BlockingTransport(simulator.url, lambda: system_clock_ms() - late_ms)
    call = Call(trader.dialect(market), sale(trader, market), trader.key, "paper")
    outcome = call.decode(late.send(call))
    late.close()
    if is_taken:
        assert isinstance(outcome, Accepted)
    else:
        assert isinstance(outcome, Rejected)
        assert outcome.reason is Reason.TIME


def test_without_a_simulator_nothing_is_sent() -> None:
    nowhere = BlockingTransport(None, system_clock_ms)
    call = Call(dialect_for("bitget", S), ReadTime(S), Credentials("k", "s", "p"), "paper")
    assert isinstance(call.decode(nowhere.send(call)), NotSent)
