"""Phemex's spot market as ccxt sees it: what it reads is what the books say."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.support.simulator_process import SimulatorProcess

from .account import Account, Market
from .facts import Facts, by_ccxt, by_ledger, dec
from .raw import Phemex
from .redirected import phemex

SYMBOL, NATIVE = "BTC/USDT", "sBTCUSDT"
STATES = {
    "Created": "open", "Untriggered": "open", "New": "open", "PartiallyFilled": "open", "Filled": "closed",
    "Canceled": "canceled",
}  # fmt: skip
FUNDS = {"USDT": "10000", "BTC": "1"}
MARKET = Market("phemex", SYMBOL, NATIVE, FUNDS, phemex, Phemex, priced_as=NATIVE)
Client = Account[Phemex]
SCALE = Decimal(100_000_000)


@pytest.fixture
def account(simulator: SimulatorProcess) -> Client:
    return Account(simulator, MARKET)


def told(account: Client, placed: dict[str, Any]) -> dict[str, Any]:
    asked = {"symbol": NATIVE, "orderID": placed["id"]}
    (row,) = account.raw.data("/api-data/spots/orders/by-order-id", **asked)["rows"]
    return dict(row)


def by_raw(row: dict[str, Any]) -> Facts:
    scaled = (row["baseQtyEv"], row["priceEp"], row["stopPxEp"], row["cumBaseQtyEv"])
    quantity, price, trigger, filled = (Decimal(value) / SCALE for value in scaled)
    return Facts(
        row["orderID"], row["clOrdID"], row["side"].lower(), quantity, price, trigger, filled,
        STATES[row["ordStatus"]], reduce_only=False,
    )  # fmt: skip


def all_agree(account: Client, placed: dict[str, Any]) -> Facts:
    """ccxt, ledger and a raw read tell one and the same."""
    facts = by_ccxt(account.fetched(placed))
    assert facts == by_ledger(account.row(placed), STATES) == by_raw(told(account, placed))
    return facts


# what, (type, side, amount, price), parameters; then the type, the state and the filled quantity
Asked = tuple[str, str, str, str | None]
ORDERS: list[tuple[str, Asked, dict[str, Any], str, str, str]] = [
    ("market sell", ("market", "sell", "0.5", None), {}, "Market", "closed", "0.5"),
    ("market buy by base", ("market", "buy", "0.01", None), {}, "Market", "closed", "0.01"),
    ("limit that rests", ("limit", "buy", "0.01", "40000"), {}, "Limit", "open", "0"),
    ("limit that crosses", ("limit", "buy", "0.01", "50100"), {}, "Limit", "closed", "0.01"),
    ("post-only", ("limit", "sell", "0.01", "52000"), {"timeInForce": "PostOnly"}, "Limit", "open", "0"),
    ("post-only that crosses", ("limit", "buy", "0.01", "51000"), {"timeInForce": "PostOnly"}, "Limit", "canceled",
     "0"),
    ("IOC at the price", ("limit", "buy", "0.01", "50000"), {"timeInForce": "ImmediateOrCancel"}, "Limit", "closed",
     "0.01"),
    ("IOC below it", ("limit", "buy", "0.01", "49000"), {"timeInForce": "ImmediateOrCancel"}, "Limit", "canceled",
     "0"),
    ("FOK below it", ("limit", "buy", "0.01", "49000"), {"timeInForce": "FillOrKill"}, "Limit", "canceled", "0"),
    ("stop", ("market", "sell", "0.01", None), {"triggerPrice": "45000"}, "Stop", "open", "0"),
    ("stop with a limit", ("limit", "sell", "0.01", "44900"), {"triggerPrice": "45000"}, "StopLimit", "open", "0"),
    ("target", ("MarketIfTouched", "sell", "0.01", None), {"triggerPrice": "60000"}, "MarketIfTouched", "open", "0"),
    ("our own id", ("limit", "buy", "0.01", "40000"), {"clientOrderId": "sig-42-e1"}, "Limit", "open", "0"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "asked", "params", "kind", "state", "filled"), ORDERS, ids=[row[0] for row in ORDERS])
def test_an_order_is_acknowledged_and_then_read_alike(
    account: Client, what: str, asked: Asked, params: dict[str, Any], kind: str, state: str, filled: str
) -> None:
    placed = account.place(*asked, **params)
    facts = all_agree(account, placed)
    assert (facts.id, facts.client_id) == (placed["id"], placed["clientOrderId"])
    assert (facts.side, facts.quantity) == (asked[1], dec(asked[2]))
    assert facts.price == (dec(asked[3]) if asked[0] == "limit" else 0)
    assert facts.trigger == dec(params.get("triggerPrice"))
    assert (facts.state, facts.filled) == (state, dec(filled))
    assert told(account, placed)["ordType"] == kind
    assert facts.client_id == params.get("clientOrderId", facts.client_id)
    assert [by_ccxt(each) for each in account.open_orders()] == ([facts] if state == "open" else [])


def test_a_market_purchase_may_name_what_is_to_be_spent(account: Client) -> None:
    """With a price, ccxt sends amount times price as the sum."""
    placed = account.place("market", "buy", "0.01", "50000")
    fetched, row = account.fetched(placed), told(account, placed)
    assert (row["qtyType"], Decimal(row["quoteQtyEv"]) / SCALE) == ("ByQuote", Decimal(500))
    assert dec(account.row(placed)["quote_quantity"]) == dec(fetched["cost"]) == 500
    assert dec(fetched["filled"]) == dec(account.row(placed)["filled"]) == Decimal("0.01")


def test_markets_are_those_of_the_products_with_tick_step_and_minimum(account: Client) -> None:
    account.ccxt.load_markets()
    products = account.raw.data("/public/products")["products"]
    told = [product for product in products if product["type"] == "Spot"]
    assert len(told) >= 8
    for product in told:
        (market,) = account.ccxt.markets_by_id[product["symbol"]]
        assert dec(market["precision"]["price"]) == Decimal(product["quoteTickSizeEv"]) / SCALE > 0
        assert dec(market["precision"]["amount"]) == Decimal(product["baseTickSizeEv"]) / SCALE > 0
        assert dec(market["limits"]["cost"]["min"]) == Decimal(product["minOrderValueEv"]) / SCALE > 0
        assert (market["spot"], market["active"]) == (True, True)


def test_balances_are_what_was_there_with_every_trade_applied(account: Client) -> None:
    account.place("limit", "buy", "0.02", "50000")
    account.place("market", "sell", "0.5")
    account.place("limit", "buy", "0.01", "40000")
    balance = account.ccxt.fetch_balance({"type": "spot"})
    quote, base = dec(FUNDS["USDT"]), dec(FUNDS["BTC"])
    for trade in account.ccxt.fetch_my_trades(SYMBOL):
        sign = 1 if trade["side"] == "buy" else -1
        quote -= sign * dec(trade["cost"])
        base += sign * dec(trade["amount"])
        fee = dec(trade["fee"]["cost"])
        assert fee == Decimal("0.001") * dec(trade["amount"] if sign > 0 else trade["cost"])
        base, quote = (base - fee, quote) if trade["fee"]["currency"] == "BTC" else (base, quote - fee)
    assert (dec(balance["USDT"]["total"]), dec(balance["BTC"]["total"])) == (quote, base)
    raw = {each["currency"]: each for each in account.raw.data("/spot/wallets")}
    for asset in FUNDS:
        locked = Decimal(raw[asset]["lockedTradingBalanceEv"] + raw[asset]["lockedWithdrawEv"]) / SCALE
        assert dec(balance[asset]["used"]) == locked
        assert dec(balance[asset]["total"]) == Decimal(raw[asset]["balanceEv"]) / SCALE
    assert dec(balance["USDT"]["used"]) >= 400


def test_the_trades_of_an_order_add_up_to_it(account: Client) -> None:
    account.fault("partial", on="order", fraction="0.25")
    order = account.place("limit", "buy", "0.04", "50000")
    assert all_agree(account, order).filled == Decimal("0.01")
    account.move_price("49000")
    trades = account.ccxt.fetch_my_trades(SYMBOL)
    fetched = account.fetched(order)
    assert sum(dec(trade["amount"]) for trade in trades) == dec(fetched["filled"]) == Decimal("0.04")
    assert sum(dec(trade["cost"]) for trade in trades) == dec(fetched["cost"])
    assert {trade["order"] for trade in trades} == {order["id"]}


def test_open_and_ended_orders_are_those_of_the_ledger(account: Client) -> None:
    for _, asked, params, _, _, _ in ORDERS:
        account.place(*asked, **params)
    states = {row["order_id"]: STATES[row["state"]] for row in account.rows()}
    open_ = {order_id for order_id, state in states.items() if state == "open"}
    assert {each["id"] for each in account.open_orders()} == open_
    fetched = {each["id"]: each["status"] for each in account.ccxt.fetch_orders(SYMBOL)}
    assert {order_id: status for order_id, status in fetched.items() if status != "open"} == {
        order_id: state for order_id, state in states.items() if state != "open"
    }


@pytest.mark.parametrize(
    ("type_", "trigger", "moved"), [("market", "45000", "44000"), ("MarketIfTouched", "60000", "61000")]
)
def test_a_triggered_order_has_sold(account: Client, type_: str, trigger: str, moved: str) -> None:
    exit_ = account.place(type_, "sell", "0.01", triggerPrice=trigger)
    account.move_price(moved)
    fetched = account.fetched(exit_)
    assert (fetched["status"], dec(fetched["average"]), dec(fetched["filled"])) == (
        "closed", dec(moved), Decimal("0.01"),
    )  # fmt: skip
    all_agree(account, exit_)


def test_a_cancelled_order_is_cancelled_everywhere(account: Client) -> None:
    orders = [
        account.place("limit", "buy", "0.01", "40000"),
        account.place("market", "sell", "0.01", triggerPrice="45000"),
    ]
    for order in orders:
        account.ccxt.cancel_order(order["id"], SYMBOL)
        assert all_agree(account, order).state == "canceled"
    assert dec(account.ccxt.fetch_balance({"type": "spot"})["USDT"]["used"]) == 0


def test_cancel_all_takes_one_call_for_active_and_one_for_waiting_orders(account: Client) -> None:
    account.place("limit", "buy", "0.01", "40000")
    account.place("market", "sell", "0.01", triggerPrice="45000")
    account.ccxt.cancel_all_orders(SYMBOL)
    assert len(account.open_orders()) == 1
    account.ccxt.cancel_all_orders(SYMBOL, {"untriggered": "true"})
    assert account.open_orders() == []
    assert {STATES[row["state"]] for row in account.rows()} == {"canceled"}


# Refusals

Deed = Callable[[Client], Any]


def sent_raw(account: Client, **changed: Any) -> Any:
    """Past ccxt's own rounding and its own list of symbols."""
    asked = {
        "symbol": NATIVE, "side": "Buy", "ordType": "Limit", "qtyType": "ByBase", "baseQtyEv": 1_000_000,
        "priceEp": 4_000_000_000_000, "timeInForce": "GoodTillCancel", "clOrdID": "sig-42-r1",
    }  # fmt: skip
    return account.ccxt.privatePostSpotOrders({**asked, **changed})


def twice(account: Client) -> Any:
    for _ in range(2):
        account.place("limit", "buy", "0.01", "40000", clientOrderId="sig-42-e1")


def faulty(kind: str, **more: Any) -> Deed:
    def deed(account: Client) -> Any:
        account.ccxt.load_markets()
        account.fault(kind, **more)
        return account.place("limit", "buy", "0.01", "40000")

    return deed


def cancelled_twice(account: Client) -> Any:
    order = account.place("limit", "buy", "0.01", "40000")
    for _ in range(2):
        account.ccxt.cancel_order(order["id"], SYMBOL)


def expired(account: Client) -> Any:
    account.ccxt.seconds = lambda: 1_700_000_000
    return account.ccxt.fetch_balance({"type": "spot"})


NOBODY = "00000000-0000-0000-0000-000000000000"
REFUSALS: list[tuple[str, Deed, type[ccxt.BaseError], str]] = [
    ("too little quote", lambda a: a.place("limit", "buy", "10", "40000"), ccxt.InsufficientFunds, "11106"),
    ("too little base", lambda a: a.place("market", "sell", "2"), ccxt.InsufficientFunds, "11105"),
    ("no such symbol", lambda a: sent_raw(a, symbol="sNOPEUSDT"), ccxt.BadSymbol, "39997"),
    ("no such order", lambda a: a.ccxt.fetch_order(NOBODY, SYMBOL), ccxt.OrderNotFound, "not found"),
    ("cancel of no order", lambda a: a.ccxt.cancel_order(NOBODY, SYMBOL), ccxt.OrderNotFound, "10002"),
    ("cancel of a cancelled order", cancelled_twice, ccxt.InvalidOrder, "11062"),
    ("off the step", lambda a: sent_raw(a, baseQtyEv=1_000_050), ccxt.BadRequest, "6001"),
    ("off the tick", lambda a: sent_raw(a, priceEp=4_000_000_000_050), ccxt.BadRequest, "6001"),
    ("below the minimum", lambda a: sent_raw(a, baseQtyEv=100), ccxt.InvalidOrder, "11115"),
    ("an order of no type", lambda a: sent_raw(a, ordType="Somehow"), ccxt.InvalidOrder, "11035"),
    ("stop on the wrong side", lambda a: a.place("market", "sell", "0.01", triggerPrice="55000"), ccxt.InvalidOrder,
     "11044"),
    ("wrong secret", lambda a: a.with_keys(secret="x" * 64).fetch_balance({"type": "spot"}),
     ccxt.AuthenticationError, "10500"),
    ("wrong key", lambda a: a.with_keys(api_key="x" * 36).fetch_balance({"type": "spot"}),
     ccxt.AuthenticationError, "401"),
    ("expired", expired, ccxt.ExchangeError, "10500"),
    ("same id twice", twice, ccxt.DuplicateOrderId, "11085"),
    ("too many requests", faulty("rate_limit"), ccxt.RateLimitExceeded, "39995"),
    ("banned", faulty("ban"), ccxt.ExchangeError, "403"),
    ("maintenance", faulty("maintenance"), ccxt.ExchangeError, "503"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "deed", "error", "words"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_has_the_class_and_the_code_of_the_exchange(
    account: Client, what: str, deed: Deed, error: type[ccxt.BaseError], words: str
) -> None:
    with pytest.raises(error, match=words):
        deed(account)


def test_a_key_that_may_only_read_cannot_trade(simulator: SimulatorProcess) -> None:
    reader = Account(simulator, MARKET, permissions=["read"])
    assert reader.ccxt.fetch_balance({"type": "spot"})
    with pytest.raises(ccxt.AuthenticationError, match="Insufficient privilege"):
        reader.place("limit", "buy", "0.01", "40000")


@pytest.mark.parametrize(
    ("kind", "error"), [("lost_answer", ccxt.NetworkError), ("error_after_execute", ccxt.ExchangeError)]
)
def test_an_order_whose_answer_was_lost_is_found_by_its_own_id(
    account: Client, kind: str, error: type[ccxt.BaseError]
) -> None:
    account.ccxt.load_markets()
    account.fault(kind, on="order")
    with pytest.raises(error):
        account.place("limit", "buy", "0.01", "50000", clientOrderId="sig-42-l1")
    found = account.ccxt.fetch_order("", SYMBOL, {"clientOrderId": "sig-42-l1"})
    assert (found["clientOrderId"], found["status"]) == ("sig-42-l1", "closed")
    all_agree(account, found)
