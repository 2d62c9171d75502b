"""Bitget's spot market (v2) as ccxt sees it: what it reads is what the books say."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.support.simulator_process import SimulatorProcess

from .account import Account, Market
from .facts import Facts, by_ccxt, by_ledger, dec
from .raw import Bitget
from .redirected import bitget

SYMBOL, NATIVE = "BTC/USDT", "BTCUSDT"
STATES = {
    "live": "open", "partially_filled": "open", "filled": "closed", "executed": "closed", "cancelled": "canceled",
}  # fmt: skip
TRIGGER = {"trigger": True}
FUNDS = {"USDT": "10000", "BTC": "1"}
MARKET = Market("bitget", SYMBOL, NATIVE, FUNDS, bitget, Bitget)
Client = Account[Bitget]


@pytest.fixture
def account(simulator: SimulatorProcess) -> Client:
    return Account(simulator, MARKET)


def told(account: Client, order: dict[str, Any]) -> dict[str, Any]:
    (row,) = account.raw.data("/api/v2/spot/trade/orderInfo", orderId=order["id"])
    return dict(row)


def by_raw(row: dict[str, Any]) -> Facts:
    return Facts(
        row["orderId"], row["clientOid"], row["side"], dec(row["size"]), dec(row["price"]), Decimal(0),
        dec(row["baseVolume"]), STATES[row["status"]], reduce_only=False,
    )  # fmt: skip


def waiting(row: dict[str, Any]) -> Facts:
    return Facts(
        row["orderId"], row["clientOid"], row["side"], dec(row["size"]), dec(row["executePrice"]),
        dec(row["triggerPrice"]), Decimal(0), STATES[row["status"]], reduce_only=False,
    )  # fmt: skip


def all_agree(account: Client, placed: dict[str, Any]) -> Facts:
    """ccxt, ledger and a raw read tell one and the same."""
    facts = by_ccxt(account.fetched(placed))
    assert facts == by_ledger(account.row(placed), STATES) == by_raw(told(account, placed))
    return facts


# what, (type, side, amount, price), parameters; then the state and the filled quantity
Asked = tuple[str, str, str, str | None]
ORDERS: list[tuple[str, Asked, dict[str, Any], str, str]] = [
    ("market sell", ("market", "sell", "0.5", None), {}, "closed", "0.5"),
    ("limit that rests", ("limit", "buy", "0.01", "40000"), {}, "open", "0"),
    ("limit that crosses", ("limit", "buy", "0.01", "50100"), {}, "closed", "0.01"),
    ("post-only", ("limit", "sell", "0.01", "52000"), {"postOnly": True}, "open", "0"),
    ("IOC at the price", ("limit", "buy", "0.01", "50000"), {"timeInForce": "IOC"}, "closed", "0.01"),
    ("IOC below it", ("limit", "buy", "0.01", "49000"), {"timeInForce": "IOC"}, "canceled", "0"),
    ("FOK below it", ("limit", "buy", "0.01", "49000"), {"timeInForce": "FOK"}, "canceled", "0"),
    ("post-only that crosses", ("limit", "buy", "0.01", "51000"), {"postOnly": True}, "canceled", "0"),
    ("GTC by its name", ("limit", "buy", "0.01", "49000"), {"timeInForce": "GTC"}, "open", "0"),
    ("our own id", ("limit", "buy", "0.01", "40000"), {"clientOrderId": "sig-42-e1"}, "open", "0"),
]


@pytest.mark.parametrize(("what", "asked", "params", "state", "filled"), ORDERS, ids=[row[0] for row in ORDERS])
def test_an_order_is_acknowledged_and_then_read_alike(
    account: Client, what: str, asked: Asked, params: dict[str, Any], state: str, filled: str
) -> None:
    placed = account.place(*asked, **params)
    facts = all_agree(account, placed)
    assert (facts.id, facts.client_id) == (placed["id"], placed["clientOrderId"])
    assert (facts.side, facts.quantity) == (asked[1], dec(asked[2]))
    assert facts.price == (dec(asked[3]) if asked[0] == "limit" else 0)
    assert (facts.state, facts.filled) == (state, dec(filled))
    if "clientOrderId" in params:
        assert facts.client_id == params["clientOrderId"]
        (found,) = account.raw.data("/api/v2/spot/trade/orderInfo", clientOid=params["clientOrderId"])
        assert by_raw(found) == facts


def test_a_market_purchase_names_what_is_to_be_spent(account: Client) -> None:
    placed = account.ccxt.create_market_buy_order_with_cost(SYMBOL, "500")
    fetched, row = account.fetched(placed), told(account, placed)
    assert dec(account.row(placed)["quantity"]) == dec(row["size"]) == 500
    assert dec(fetched["cost"]) == dec(row["quoteVolume"]) == 500
    assert dec(fetched["filled"]) == dec(row["baseVolume"]) == dec(account.row(placed)["filled"]) == Decimal("0.01")
    assert (dec(fetched["fee"]["cost"]), fetched["fee"]["currency"]) == (Decimal("0.00001"), "BTC")


PLANS: list[tuple[str, Asked, str]] = [
    ("sale below the price", ("market", "sell", "0.01", None), "45000"),
    ("sale above it", ("market", "sell", "0.01", None), "60000"),
    ("limit sale", ("limit", "sell", "0.01", "44900"), "45000"),
    ("limit purchase", ("limit", "buy", "0.01", "55100"), "55000"),
]


@pytest.mark.parametrize(("what", "asked", "trigger"), PLANS, ids=[row[0] for row in PLANS])
def test_an_order_that_waits_is_listed_apart(account: Client, what: str, asked: Asked, trigger: str) -> None:
    placed = account.place(*asked, triggerPrice=trigger)
    (listed,) = account.open_orders(**TRIGGER)
    facts = by_ccxt(listed)
    (row,) = account.raw.data("/api/v2/spot/trade/current-plan-order", symbol=NATIVE)["orderList"]
    assert facts == by_ledger(account.row(placed), STATES) == waiting(row)
    assert (facts.id, facts.quantity, facts.trigger) == (placed["id"], dec(asked[2]), dec(trigger))
    assert account.open_orders() == []
    assert dec(account.ccxt.fetch_balance()["BTC"]["used"]) == 0


def test_a_triggered_plan_has_sold_through_an_order_of_its_own(account: Client) -> None:
    placed = account.place("market", "sell", "0.01", triggerPrice="45000")
    account.move_price("44000")
    assert account.open_orders(**TRIGGER) == []
    (sold,) = account.ccxt.fetch_closed_orders(SYMBOL)
    assert (sold["side"], dec(sold["filled"]), dec(sold["average"])) == ("sell", Decimal("0.01"), Decimal(44000))
    now = account.ccxt.milliseconds()
    asked = {"symbol": NATIVE, "startTime": now - 60_000, "endTime": now + 60_000}
    (plan,) = account.raw.data("/api/v2/spot/trade/history-plan-order", **asked)["orderList"]
    assert (plan["orderId"], plan["status"], plan["executeOrderId"]) == (placed["id"], "executed", sold["id"])


def test_markets_are_those_of_the_rules_with_tick_step_and_minimum(account: Client) -> None:
    account.ccxt.load_markets()
    told = account.raw.data("/api/v2/spot/public/symbols")
    assert len(told) >= 8
    for symbol in told:
        (market,) = (each for each in account.ccxt.markets_by_id[symbol["symbol"]] if each["spot"])
        assert dec(market["precision"]["price"]) == Decimal(1).scaleb(-int(symbol["pricePrecision"]))
        assert dec(market["precision"]["amount"]) == Decimal(1).scaleb(-int(symbol["quantityPrecision"]))
        assert dec(market["limits"]["cost"]["min"]) == dec(symbol["minTradeUSDT"]) > 0
        assert market["active"] is True


def test_the_time_is_the_simulators(account: Client) -> None:
    account.simulator.control("POST", "clock", {"now_ms": 1_700_000_000_123})
    assert account.ccxt.fetch_time() == 1_700_000_000_123


def test_balances_are_what_was_there_with_every_trade_applied(account: Client) -> None:
    account.place("limit", "buy", "0.02", "50000")
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
    raw = {each["coin"]: each for each in account.raw.data("/api/v2/spot/account/assets")}
    for asset in FUNDS:
        told = (dec(balance[asset]["free"]), dec(balance[asset]["used"]))
        assert told == (dec(raw[asset]["available"]), dec(raw[asset]["frozen"]) + dec(raw[asset]["locked"]))


def test_the_trades_of_an_order_add_up_to_it(account: Client) -> None:
    account.fault("partial", on="order", fraction="0.25")
    order = account.place("limit", "buy", "0.04", "50000")
    assert all_agree(account, order).filled == Decimal("0.01")
    account.move_price("49000")
    trades = account.ccxt.fetch_my_trades(SYMBOL, None, None, {"orderId": order["id"]})
    fetched = account.fetched(order)
    assert sum(dec(trade["amount"]) for trade in trades) == dec(fetched["filled"]) == Decimal("0.04")
    assert sum(dec(trade["cost"]) for trade in trades) == dec(fetched["cost"])
    assert len(trades) == 2


def test_open_and_ended_orders_are_those_of_the_ledger(account: Client) -> None:
    for _, asked, params, _, _ in ORDERS:
        account.place(*asked, **params)
    for _, asked, trigger in PLANS:
        account.place(*asked, triggerPrice=trigger)
    rows = account.rows()
    states = {row["order_id"]: STATES[row["state"]] for row in rows if "plan_type" not in row}
    assert {each["id"] for each in account.open_orders()} == ids(states, "open")
    assert {each["id"] for each in account.ccxt.fetch_closed_orders(SYMBOL)} == ids(states, "closed")
    assert {each["id"] for each in account.ccxt.fetch_canceled_orders(SYMBOL)} == ids(states, "canceled")
    assert {each["id"] for each in account.open_orders(**TRIGGER)} == {
        row["order_id"] for row in rows if "plan_type" in row
    }


def ids(states: dict[str, str], state: str) -> set[str]:
    return {order_id for order_id, each in states.items() if each == state}


def test_an_order_that_rests_tells_the_price_it_waits_at(account: Client) -> None:
    placed = account.place("limit", "buy", "0.01", "40000")
    (listed,) = account.open_orders()
    assert by_ccxt(listed) == all_agree(account, placed)


def test_a_cancelled_order_is_cancelled_everywhere(account: Client) -> None:
    order = account.place("limit", "buy", "0.01", "40000")
    plan = account.place("market", "sell", "0.01", triggerPrice="45000")
    account.ccxt.cancel_order(order["id"], SYMBOL)
    account.ccxt.cancel_order(plan["id"], SYMBOL, TRIGGER)
    assert all_agree(account, order).state == "canceled"
    assert STATES[account.row(plan)["state"]] == "canceled"
    assert dec(account.ccxt.fetch_balance()["USDT"]["used"]) == 0


def test_cancel_all_takes_one_call_for_plain_and_one_for_waiting_orders(account: Client) -> None:
    account.place("limit", "buy", "0.01", "40000")
    account.place("market", "sell", "0.01", triggerPrice="45000")
    account.ccxt.cancel_all_orders(SYMBOL)
    assert (account.open_orders(), len(account.open_orders(**TRIGGER))) == ([], 1)
    account.ccxt.cancel_all_orders(SYMBOL, TRIGGER)
    assert account.open_orders(**TRIGGER) == []
    assert {STATES[row["state"]] for row in account.rows()} == {"canceled"}
    account.ccxt.cancel_all_orders(SYMBOL)


# Refusals

Deed = Callable[[Client], Any]


def sent_raw(account: Client, **changed: str) -> Any:
    """Past ccxt's own rounding and its own list of symbols."""
    asked = {"symbol": NATIVE, "side": "buy", "orderType": "limit", "force": "gtc", "size": "0.01", "price": "40000"}
    return account.ccxt.privateSpotPostV2SpotTradePlaceOrder({**asked, **changed})


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


def cancelled_twice(account: Client) -> Any:
    order = account.place("limit", "buy", "0.01", "40000")
    for _ in range(2):
        account.ccxt.cancel_order(order["id"], SYMBOL)


REFUSALS: list[tuple[str, Deed, type[ccxt.BaseError], str]] = [
    ("too little quote", lambda a: a.place("limit", "buy", "10", "40000"), ccxt.InsufficientFunds, "43012"),
    ("too little base", lambda a: a.place("market", "sell", "2"), ccxt.InsufficientFunds, "43012"),
    # ccxt has no class for a symbol that does not exist, a price out of the band and an order that has ended.
    ("no such symbol", lambda a: sent_raw(a, symbol="NOPEUSDT"), ccxt.ExchangeError, "40034"),
    ("no such order", lambda a: a.ccxt.fetch_order("999", SYMBOL), ccxt.OrderNotFound, "could not find"),
    ("cancel of no order", lambda a: a.ccxt.cancel_order("999", SYMBOL), ccxt.OrderNotFound, "43001"),
    ("cancel of an ended order", cancelled_twice, ccxt.ExchangeError, "43004"),
    ("off the step", lambda a: sent_raw(a, size="0.0100001"), ccxt.InvalidOrder, "40808"),
    ("off the tick", lambda a: sent_raw(a, price="40000.001"), ccxt.InvalidOrder, "40808"),
    ("below the minimum", lambda a: sent_raw(a, size="0.00001"), ccxt.InvalidOrder, "45110"),
    ("far from the price", lambda a: sent_raw(a, price="60000"), ccxt.ExchangeError, "43009"),
    ("no number", lambda a: sent_raw(a, size="much"), ccxt.BadRequest, "40020"),
    ("wrong secret", lambda a: a.with_keys(secret="x" * 64).fetch_balance(), ccxt.AuthenticationError, "40009"),
    ("wrong key", lambda a: a.with_keys(api_key="x" * 64).fetch_balance(), ccxt.AuthenticationError, "40037"),
    ("wrong passphrase", lambda a: a.with_keys(passphrase="x").fetch_balance(), ccxt.AuthenticationError, "40012"),
    ("late clock", late, ccxt.InvalidNonce, "40008"),
    # ccxt has no class for a duplicate: the code tells it.
    ("same id twice", twice, ccxt.ExchangeError, "43118"),
    ("too many requests", faulty("rate_limit"), ccxt.DDoSProtection, "429"),
    ("banned", faulty("ban"), ccxt.ExchangeNotAvailable, "403"),
    ("maintenance", faulty("maintenance"), ccxt.OnMaintenance, "40200"),
    # ccxt takes a version that is gone for a symbol.
    ("a version that is gone", faulty("reject", body={"code": "30032", "msg": "The V1 API has been decommissioned."}),
     ccxt.BadSymbol, "30032"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "deed", "error", "words"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_has_the_class_and_the_code_of_the_exchange(
    account: Client, what: str, deed: Deed, error: type[ccxt.BaseError], words: str
) -> None:
    with pytest.raises(error, match=words):
        deed(account)


def test_a_key_that_may_only_read_cannot_trade(simulator: SimulatorProcess) -> None:
    reader = Account(simulator, MARKET, permissions=["read"])
    assert reader.ccxt.fetch_balance()
    with pytest.raises(ccxt.PermissionDenied, match="40014"):
        reader.place("limit", "buy", "0.01", "40000")


@pytest.mark.parametrize(
    ("kind", "error"), [("lost_answer", ccxt.NetworkError), ("error_after_execute", ccxt.AuthenticationError)]
)
def test_an_order_whose_answer_was_lost_is_found_by_its_own_id(
    account: Client, kind: str, error: type[ccxt.BaseError]
) -> None:
    """40010, the answer of an exchange that does not know, is a bad key to ccxt."""
    account.ccxt.load_markets()
    account.fault(kind, on="order")
    name = f"sig-{uuid.uuid4().hex[:12]}"
    with pytest.raises(error):
        account.place("limit", "buy", "0.01", "50000", clientOrderId=name)
    (found,) = account.raw.data("/api/v2/spot/trade/orderInfo", clientOid=name)
    assert (found["clientOid"], found["status"]) == (name, "filled")
    all_agree(account, {"id": found["orderId"]})
