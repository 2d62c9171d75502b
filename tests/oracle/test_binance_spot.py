"""Binance spot as ccxt sees it: what it reads is what the books say."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.support.simulator_process import SimulatorProcess

from .account import Account, Market
from .facts import Facts, by_ccxt, by_ledger, dec
from .raw import Binance
from .redirected import binance_spot

SYMBOL, NATIVE = "BTC/USDT", "BTCUSDT"
STATES = {
    "NEW": "open", "PARTIALLY_FILLED": "open", "FILLED": "closed", "CANCELED": "canceled", "EXPIRED": "expired",
}  # fmt: skip
FUNDS = {"USDT": "10000", "BTC": "1"}
MARKET = Market("binance", SYMBOL, NATIVE, FUNDS, binance_spot, Binance)
Client = Account[Binance]


@pytest.fixture
def account(simulator: SimulatorProcess) -> Client:
    return Account(simulator, MARKET)


def told(account: Client, order_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = account.raw.get("/api/v3/order", symbol=NATIVE, orderId=order_id)
    return answer


def by_raw(told: dict[str, Any]) -> Facts:
    return Facts(
        str(told["orderId"]), told["clientOrderId"], told["side"].lower(), dec(told["origQty"]), dec(told["price"]),
        dec(told["stopPrice"]), dec(told["executedQty"]), STATES[told["status"]], reduce_only=False,
    )  # fmt: skip


def all_agree(account: Client, order: dict[str, Any]) -> Facts:
    """ccxt, ledger and a raw read tell one and the same."""
    facts = by_ccxt(order)
    assert facts == by_ledger(account.row(order), STATES)
    assert facts == by_raw(told(account, order["id"]))
    return facts


# what, type, side, amount, price, parameters; then the venue's type, the state and the filled quantity
ORDERS: list[tuple[str, tuple[str, str, str, str | None], dict[str, Any], str, str, str]] = [
    ("market buy", ("market", "buy", "0.01", None), {}, "MARKET", "closed", "0.01"),
    ("market sell", ("market", "sell", "0.5", None), {}, "MARKET", "closed", "0.5"),
    ("limit that rests", ("limit", "buy", "0.01", "40000"), {}, "LIMIT", "open", "0"),
    ("limit that crosses", ("limit", "buy", "0.01", "50100"), {}, "LIMIT", "closed", "0.01"),
    ("post-only", ("limit", "sell", "0.01", "60000"), {"postOnly": True}, "LIMIT_MAKER", "open", "0"),
    ("IOC at the price", ("limit", "buy", "0.01", "50000"), {"timeInForce": "IOC"}, "LIMIT", "closed", "0.01"),
    ("IOC below it", ("limit", "buy", "0.01", "40000"), {"timeInForce": "IOC"}, "LIMIT", "expired", "0"),
    ("FOK below it", ("limit", "buy", "0.01", "40000"), {"timeInForce": "FOK"}, "LIMIT", "expired", "0"),
    ("stop", ("market", "sell", "0.01", None), {"stopLossPrice": "45000"}, "STOP_LOSS", "open", "0"),
    ("target", ("market", "sell", "0.01", None), {"takeProfitPrice": "60000"}, "TAKE_PROFIT", "open", "0"),
    ("stop with a limit", ("limit", "sell", "0.01", "44900"), {"stopLossPrice": "45000"}, "STOP_LOSS_LIMIT", "open",
     "0"),
    ("target with a limit", ("limit", "sell", "0.01", "59900"), {"takeProfitPrice": "60000"}, "TAKE_PROFIT_LIMIT",
     "open", "0"),
    ("our own id", ("limit", "buy", "0.01", "40000"), {"clientOrderId": "sig-42-e1"}, "LIMIT", "open", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "asked", "params", "kind", "state", "filled"), ORDERS, ids=[row[0] for row in ORDERS])
def test_an_order_is_read_alike_when_placed_and_when_fetched(
    account: Client,
    what: str,
    asked: tuple[str, str, str, str | None],
    params: dict[str, Any],
    kind: str,
    state: str,
    filled: str,
) -> None:
    placed = account.place(*asked, **params)
    facts = all_agree(account, placed)
    assert (facts.side, facts.quantity) == (asked[1], dec(asked[2]))
    assert facts.price == (dec(asked[3]) if asked[0] == "limit" else 0)
    assert (facts.state, facts.filled) == (state, dec(filled))
    assert told(account, placed["id"])["type"] == kind
    if "clientOrderId" in params:
        assert facts.client_id == params["clientOrderId"]
    assert by_ccxt(account.ccxt.fetch_order(placed["id"], SYMBOL)) == facts


def test_markets_are_those_of_the_rules_with_tick_step_and_minimum(account: Client) -> None:
    account.ccxt.load_markets()
    told = account.raw.get("/api/v3/exchangeInfo")["symbols"]
    assert len(told) >= 8
    for symbol in told:
        market = account.ccxt.markets_by_id[symbol["symbol"]][0]
        filters = {each["filterType"]: each for each in symbol["filters"]}
        assert dec(market["precision"]["price"]) == dec(filters["PRICE_FILTER"]["tickSize"]) > 0
        assert dec(market["precision"]["amount"]) == dec(filters["LOT_SIZE"]["stepSize"]) > 0
        assert dec(market["limits"]["amount"]["min"]) == dec(filters["LOT_SIZE"]["minQty"]) > 0
        assert dec(market["limits"]["cost"]["min"]) == dec(filters["NOTIONAL"]["minNotional"]) > 0
        assert (market["active"], market["spot"]) == (True, True)


def test_the_time_is_the_simulators(account: Client) -> None:
    account.simulator.control("POST", "clock", {"now_ms": 1_700_000_000_123})
    assert account.ccxt.fetch_time() == 1_700_000_000_123


def test_balances_are_what_was_there_with_every_trade_applied(account: Client) -> None:
    account.place("market", "buy", "0.02")
    account.place("market", "sell", "0.5")
    account.place("limit", "buy", "0.01", "40000")
    balance = account.ccxt.fetch_balance()
    quote, base = dec(FUNDS["USDT"]), dec(FUNDS["BTC"])
    for trade in account.ccxt.fetch_my_trades(SYMBOL):
        sign = 1 if trade["side"] == "buy" else -1
        quote -= sign * dec(trade["cost"])
        base += sign * dec(trade["amount"])
        fee = dec(trade["fee"]["cost"])
        assert fee == Decimal("0.001") * dec(trade["amount"] if sign > 0 else trade["cost"])
        base, quote = (base - fee, quote) if trade["fee"]["currency"] == "BTC" else (base, quote - fee)
    assert (dec(balance["USDT"]["total"]), dec(balance["BTC"]["total"])) == (quote, base)
    assert dec(balance["USDT"]["used"]) == 400
    raw = {each["asset"]: each for each in account.raw.get("/api/v3/account")["balances"]}
    for asset in FUNDS:
        told = (dec(balance[asset]["free"]), dec(balance[asset]["used"]))
        assert told == (dec(raw[asset]["free"]), dec(raw[asset]["locked"]))


def test_the_trades_of_an_order_add_up_to_it(account: Client) -> None:
    account.fault("partial", on="order", fraction="0.25")
    order = account.place("limit", "buy", "0.04", "50000")
    assert (order["status"], dec(order["filled"])) == ("open", Decimal("0.01"))
    account.move_price("49000")
    trades = account.ccxt.fetch_order_trades(order["id"], SYMBOL)
    fetched = account.ccxt.fetch_order(order["id"], SYMBOL)
    assert sum(dec(trade["amount"]) for trade in trades) == dec(fetched["filled"]) == Decimal("0.04")
    assert sum(dec(trade["cost"]) for trade in trades) == dec(fetched["cost"])
    assert len(trades) == 2
    all_agree(account, fetched)


def test_open_and_closed_orders_are_those_of_the_ledger(account: Client) -> None:
    placed = [account.place(*asked, **params) for _, asked, params, _, _, _ in ORDERS]
    open_ = {order["id"] for order in account.ccxt.fetch_open_orders(SYMBOL)}
    closed = {order["id"] for order in account.ccxt.fetch_closed_orders(SYMBOL)}
    states = {order["id"]: STATES[account.row(order)["state"]] for order in placed}
    assert open_ == {order_id for order_id, state in states.items() if state == "open"}
    assert closed == {order_id for order_id, state in states.items() if state == "closed"}
    assert {order["id"] for order in account.ccxt.fetch_orders(SYMBOL)} == set(states)


def test_a_triggered_stop_has_sold(account: Client) -> None:
    stop = account.place("market", "sell", "0.01", stopLossPrice="45000")
    account.move_price("44000")
    fetched = account.ccxt.fetch_order(stop["id"], SYMBOL)
    assert (fetched["status"], dec(fetched["average"])) == ("closed", Decimal(44000))
    all_agree(account, fetched)


LIST = {
    "symbol": NATIVE, "side": "SELL", "quantity": "0.01", "aboveType": "LIMIT_MAKER", "abovePrice": "60000",
    "belowType": "STOP_LOSS_LIMIT", "belowStopPrice": "45000", "belowPrice": "44900", "belowTimeInForce": "GTC",
}  # fmt: skip


@pytest.mark.parametrize(("moved", "filled"), [("61000", "60000"), ("44950", "44900")])
def test_of_a_stop_and_a_target_that_cancel_each_other_one_sells(account: Client, moved: str, filled: str) -> None:
    """An OCO, which ccxt has no word of its own for."""
    account.ccxt.privatePostOrderListOco(LIST)
    both = account.ccxt.fetch_open_orders(SYMBOL)
    assert {all_agree(account, order).price for order in both} == {Decimal(60000), Decimal(44900)}
    account.move_price(moved)
    ended = [account.fetched(order) for order in both]
    states = {all_agree(account, order).price: order["status"] for order in ended}
    assert (states.pop(Decimal(filled)), list(states.values())) == ("closed", ["expired"])
    assert dec(account.ccxt.fetch_balance()["BTC"]["total"]) == dec(FUNDS["BTC"]) - Decimal("0.01")


def test_a_cancelled_order_is_cancelled_everywhere(account: Client) -> None:
    order = account.place("limit", "buy", "0.01", "40000")
    assert account.ccxt.cancel_order(order["id"], SYMBOL)["status"] == "canceled"
    assert all_agree(account, account.ccxt.fetch_order(order["id"], SYMBOL)).state == "canceled"
    assert dec(account.ccxt.fetch_balance()["USDT"]["used"]) == 0


def test_cancel_all_leaves_nothing_and_is_refused_when_nothing_is_left(account: Client) -> None:
    placed = [
        account.place("limit", "buy", "0.01", "40000"),
        account.place("market", "sell", "0.01", stopLossPrice="45000"),
    ]
    account.ccxt.cancel_all_orders(SYMBOL)
    assert account.ccxt.fetch_open_orders(SYMBOL) == []
    for order in placed:
        assert all_agree(account, account.ccxt.fetch_order(order["id"], SYMBOL)).state == "canceled"
    with pytest.raises(ccxt.OrderNotFound, match="-2011"):
        account.ccxt.cancel_all_orders(SYMBOL)


Deed = Callable[[Client], Any]


def sent_raw(account: Client, **changed: str) -> Any:
    """Past ccxt's own rounding and its own list of symbols."""
    asked = {"symbol": NATIVE, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}
    return account.ccxt.privatePostOrder({**asked, "price": "40000", **changed})


def late(account: Client) -> Any:
    account.ccxt.nonce = lambda: account.ccxt.milliseconds() - 120_000
    return account.ccxt.fetch_balance()


def twice(account: Client) -> Any:
    for _ in range(2):
        account.place("limit", "buy", "0.01", "40000", clientOrderId="sig-42-e1")


def faulty(kind: str, **more: Any) -> Deed:
    def deed(account: Client) -> Any:
        account.ccxt.load_markets()
        account.fault(kind, **more)
        return account.place("limit", "buy", "0.01", "40000")

    return deed


def post_only_across(account: Client) -> Any:
    return account.place("limit", "buy", "0.01", "51000", postOnly=True)


REFUSALS: list[tuple[str, Deed, type[ccxt.BaseError], str]] = [
    ("too little quote", lambda a: a.place("limit", "buy", "10", "40000"), ccxt.InsufficientFunds, "insufficient"),
    ("too little base", lambda a: a.place("market", "sell", "2"), ccxt.InsufficientFunds, "insufficient"),
    ("no such symbol", lambda a: sent_raw(a, symbol="NOPEUSDT"), ccxt.BadSymbol, "-1121"),
    ("no such order", lambda a: a.ccxt.fetch_order("999", SYMBOL), ccxt.OrderNotFound, "-2013"),
    ("cancel of no order", lambda a: a.ccxt.cancel_order("999", SYMBOL), ccxt.OrderNotFound, "-2011"),
    ("off the step", lambda a: sent_raw(a, quantity="0.010001"), ccxt.InvalidOrder, "LOT_SIZE"),
    ("off the tick", lambda a: sent_raw(a, price="40000.001"), ccxt.InvalidOrder, "PRICE_FILTER"),
    # ccxt takes a notional too small for a bad request.
    ("below the minimum", lambda a: sent_raw(a, quantity="0.0001"), ccxt.BadRequest, "NOTIONAL"),
    ("far from the price", lambda a: sent_raw(a, price="9000"), ccxt.InvalidOrder, "PERCENT_PRICE"),
    ("illegal characters", lambda a: sent_raw(a, quantity="1e-2"), ccxt.BadRequest, "-1100"),
    ("a type that is not there", lambda a: sent_raw(a, type="SOMEHOW"), ccxt.BadRequest, "-1116"),
    ("wrong secret", lambda a: a.with_keys(secret="x" * 64).fetch_balance(), ccxt.AuthenticationError, "-1022"),
    ("wrong key", lambda a: a.with_keys(api_key="x" * 64).fetch_balance(), ccxt.AuthenticationError, "-2015"),
    ("late clock", late, ccxt.InvalidNonce, "-1021"),
    # ccxt has no class for a duplicate: the words tell it.
    ("same id twice", twice, ccxt.InvalidOrder, "Duplicate order sent"),
    ("stop on the wrong side", lambda a: a.place("market", "sell", "0.01", stopLossPrice="55000"),
     ccxt.OrderImmediatelyFillable, "trigger immediately"),
    ("post-only that crosses", post_only_across, ccxt.OrderImmediatelyFillable, "match and take"),
    ("too many requests", faulty("rate_limit"), ccxt.DDoSProtection, "-1003"),
    ("banned", faulty("ban"), ccxt.DDoSProtection, "418"),
    ("firewall", faulty("ban", status=403), ccxt.ExchangeNotAvailable, "403"),
    # ccxt takes a service that is shutting down for a bad request.
    ("maintenance", faulty("maintenance"), ccxt.BadRequest, "-1016"),
    ("market closed", faulty("reject", body={"code": -2010, "msg": "Market is closed."}), ccxt.MarketClosed, "closed"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "deed", "error", "words"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_has_the_class_and_the_words_of_the_exchange(
    account: Client, what: str, deed: Deed, error: type[ccxt.BaseError], words: str
) -> None:
    with pytest.raises(error, match=words):
        deed(account)


def test_a_key_that_may_only_read_cannot_trade(simulator: SimulatorProcess) -> None:
    reader = Account(simulator, MARKET, permissions=["read"])
    with pytest.raises(ccxt.AuthenticationError, match="-2015"):
        reader.place("limit", "buy", "0.01", "40000")


@pytest.mark.parametrize(
    ("kind", "error"), [("lost_answer", ccxt.NetworkError), ("error_after_execute", ccxt.OperationFailed)]
)
def test_an_order_whose_answer_was_lost_is_found_by_its_own_id(
    account: Client, kind: str, error: type[ccxt.BaseError]
) -> None:
    account.ccxt.load_markets()
    account.fault(kind, on="order")
    name = f"sig-{uuid.uuid4().hex[:12]}"
    with pytest.raises(error):
        account.place("market", "buy", "0.01", clientOrderId=name)
    found = account.ccxt.fetch_order("", SYMBOL, {"clientOrderId": name})
    assert (found["clientOrderId"], found["status"]) == (name, "closed")
    all_agree(account, found)
