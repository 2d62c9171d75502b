"""A trade at the simulated Binance, over both transports: entry, exits, look-up, cancel, close."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count

import pytest

from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
    ReadBalances,
    ReadPositions,
    ReadPrice,
    ReadRules,
    ReadSymbolSettings,
    SetLeverage,
    SetMarginMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market, Side
from mysignals.domain.outcomes import (
    Accepted,
    Balances,
    OrderReport,
    OrderState,
    Outcome,
    Positions,
    PriceRead,
    Reason,
    Rejected,
    RulesRead,
    SymbolSettings,
    Unknown,
)
from mysignals.exchanges.key_check import check_key
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import system_clock_ms
from mysignals.exchanges.wire import Credentials
from tests.exchanges.trading import Runner
from tests.support.simulator_process import SimulatorProcess

VENUES = {Market.SPOT: "binance", Market.FUTURES: "binance-futures"}
NAMES = count(int(time.time()) % 100_000 * 1000)
Ask = Callable[[Market, Intent], Outcome]


@pytest.fixture
def ask_venue(transport: Runner, simulator: SimulatorProcess) -> Iterator[Ask]:
    opened = {market: simulator.open_account(venue, balances={"USDT": "100000"}) for market, venue in VENUES.items()}
    keys = {market: Credentials(account["api_key"], account["secret"]) for market, account in opened.items()}

    def run(market: Market, intent: Intent) -> Outcome:
        return transport.run_flows([ask(dialect_for("binance", market), intent, keys[market], "paper")])[0]

    yield run
    simulator.control("DELETE", "/_control/faults")


def first(outcome: Outcome) -> OrderReport:
    assert isinstance(outcome, Accepted), outcome
    return outcome.orders[0]


def name() -> str:
    return f"j-{next(NAMES)}"


def market_order(market: Market, side: Side = Side.BUY, quantity: str = "0.01", **more: bool) -> PlaceOrder:
    return PlaceOrder(market, "BTCUSDT", side, EntryType.MARKET, Decimal(quantity), None, name(), **more)


def price(ask_venue: Ask, market: Market) -> Decimal:
    outcome = ask_venue(market, ReadPrice(market, "BTCUSDT"))
    assert isinstance(outcome, PriceRead), outcome
    return outcome.price


@pytest.mark.parametrize("market", Market)
def test_the_rules_hold_the_symbols_of_the_market(ask_venue: Ask, market: Market) -> None:
    outcome = ask_venue(market, ReadRules(market))
    assert isinstance(outcome, RulesRead)
    rules = {rule.symbol: rule for rule in outcome.rules}
    assert rules["BTCUSDT"].trading
    assert min(rules["ETHUSDT"].tick, rules["ETHUSDT"].step, rules["ETHUSDT"].min_notional) > 0


def test_a_spot_trade_from_entry_to_cancelled_exits(ask_venue: Ask) -> None:
    entry = market_order(Market.SPOT)
    bought = first(ask_venue(Market.SPOT, entry))
    assert (bought.state, bought.filled) == (OrderState.FILLED, Decimal("0.01"))
    assert bought.commission_in_base > 0
    assert first(ask_venue(Market.SPOT, QueryOrder(Market.SPOT, "BTCUSDT", entry.client_id))).filled == bought.filled
    now, stop_id = price(ask_venue, Market.SPOT), name()
    up, down = (now * 2).quantize(Decimal(1)), (now / 2).quantize(Decimal(1))
    oco = PlaceOco("BTCUSDT", Side.SELL, Decimal("0.009"), up, down, None, name(), name(), stop_id)
    assert first(ask_venue(Market.SPOT, oco)).client_id == oco.target_id
    cancelled = ask_venue(Market.SPOT, CancelOrder(Market.SPOT, "BTCUSDT", stop_id))
    assert isinstance(cancelled, Accepted)
    assert {order.state for order in cancelled.orders} == {OrderState.CANCELLED}
    again = ask_venue(Market.SPOT, CancelOrder(Market.SPOT, "BTCUSDT", stop_id))
    assert isinstance(again, Rejected)
    assert again.reason is Reason.TOO_LATE


@pytest.mark.parametrize("stop_limit", [None, "0.79"])
def test_a_protected_spot_entry_rests_with_its_exits_pending(ask_venue: Ask, stop_limit: str | None) -> None:
    now = price(ask_venue, Market.SPOT)
    at = {part: (now * Decimal(part)).quantize(Decimal("0.01")) for part in ("0.9", "1.1", "0.8", "0.79")}
    limit = None if stop_limit is None else at[stop_limit]
    entry = PlaceProtectedEntry(
        "BTCUSDT", Side.BUY, Decimal("0.01"), at["0.9"], Decimal("0.00999"), at["1.1"], at["0.8"], limit,
        name(), name(), name(), name(),
    )  # fmt: skip
    outcome = ask_venue(Market.SPOT, entry)
    assert isinstance(outcome, Accepted), outcome
    assert [o.client_id for o in outcome.orders] == [entry.entry_id, entry.target_id, entry.stop_id]
    assert [o.state for o in outcome.orders] == [OrderState.NEW, OrderState.PENDING, OrderState.PENDING]
    assert isinstance(ask_venue(Market.SPOT, CancelOrder(Market.SPOT, "BTCUSDT", entry.entry_id)), Accepted)


def test_a_futures_trade_from_settings_to_flat(ask_venue: Ask) -> None:
    market = Market.FUTURES
    assert ask_venue(market, SetLeverage("BTCUSDT", 7)) == Accepted()
    for _ in range(2):
        assert ask_venue(market, SetMarginMode("BTCUSDT", MarginMode.ISOLATED)) == Accepted()
    assert ask_venue(market, ReadSymbolSettings("BTCUSDT")) == SymbolSettings("BTCUSDT", 7, MarginMode.ISOLATED)
    assert first(ask_venue(market, market_order(market))).state is OrderState.FILLED
    half = (price(ask_venue, market) / 2).quantize(Decimal(1))
    stop = PlaceExit(market, "BTCUSDT", Side.SELL, ExitKind.STOP, Decimal("0.01"), half, name())
    assert first(ask_venue(market, stop)).client_id == stop.client_id
    found = ask_venue(market, QueryOrder(market, "BTCUSDT", stop.client_id, conditional=True))
    assert first(found).state is OrderState.NEW
    gone = ask_venue(market, CancelOrder(market, "BTCUSDT", stop.client_id, conditional=True))
    assert first(gone).state is OrderState.CANCELLED
    held = ask_venue(market, ReadPositions("BTCUSDT"))
    assert isinstance(held, Positions)
    assert [position.amount for position in held.items] == [Decimal("0.01")]
    assert first(ask_venue(market, market_order(market, Side.SELL, reduce_only=True))).state is OrderState.FILLED
    assert ask_venue(market, ReadPositions("BTCUSDT")) == Positions(())


@pytest.mark.parametrize("market", Market)
def test_an_order_beyond_the_balance_is_a_refusal_for_want_of_funds(ask_venue: Ask, market: Market) -> None:
    outcome = ask_venue(market, market_order(market, quantity="90"))
    assert isinstance(outcome, Rejected), outcome
    assert outcome.reason is Reason.FUNDS


@pytest.mark.parametrize("market", Market)
def test_an_order_nobody_placed_is_not_found(ask_venue: Ask, market: Market) -> None:
    outcome = ask_venue(market, QueryOrder(market, "BTCUSDT", "nobody"))
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.NOT_FOUND


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize("kind", ["lost_answer", "error_after_execute", "garbage"])
def test_an_order_whose_answer_is_lost_is_unknown_and_found_by_its_id(
    ask_venue: Ask, simulator: SimulatorProcess, market: Market, kind: str
) -> None:
    simulator.control("POST", "/_control/faults", {"venue": VENUES[market], "kind": kind, "on": "order", "count": 1})
    order = market_order(market)
    assert isinstance(ask_venue(market, order), Unknown)
    assert first(ask_venue(market, QueryOrder(market, "BTCUSDT", order.client_id))).state is OrderState.FILLED
    ledger = simulator.control("GET", f"/_control/ledger?venue={VENUES[market]}")
    told = ledger if isinstance(ledger, list) else ledger["orders"]
    assert sum(line["client_id"] == order.client_id for line in told) == 1


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize(
    ("kind", "reason"),
    [("rate_limit", Reason.RATE), ("ban", Reason.RATE), ("maintenance", Reason.MAINTENANCE),
     ("error_before_execute", Reason.MAINTENANCE)],
)  # fmt: skip
def test_what_certainly_did_not_happen_is_a_refusal(
    ask_venue: Ask, simulator: SimulatorProcess, market: Market, kind: str, reason: Reason
) -> None:
    simulator.control("POST", "/_control/faults", {"venue": VENUES[market], "kind": kind, "on": "order", "count": 1})
    order = market_order(market)
    outcome = ask_venue(market, order)
    assert isinstance(outcome, Rejected), outcome
    assert outcome.reason is reason
    assert isinstance(ask_venue(market, QueryOrder(market, "BTCUSDT", order.client_id)), Rejected)


@pytest.mark.parametrize("market", Market)
def test_the_balance_is_what_the_account_was_given(ask_venue: Ask, market: Market) -> None:
    outcome = ask_venue(market, ReadBalances(market))
    assert isinstance(outcome, Balances)
    assert outcome.available("USDT") == 100_000


@pytest.mark.parametrize(("permissions", "fit"), [(["read", "trade"], True), (["read", "trade", "withdraw"], False)])
def test_a_key_that_may_withdraw_is_found_out(simulator: SimulatorProcess, permissions: list[str], fit: bool) -> None:
    account = simulator.open_account("binance", permissions=permissions)
    transport = BlockingTransport(simulator.url, system_clock_ms)
    dialects = {market: dialect_for("binance", market) for market in Market}
    found = transport.run(check_key(dialects, Credentials(account["api_key"], account["secret"]), "paper"))
    transport.close()
    assert (found.ok, found.may_withdraw) == (fit, not fit)
