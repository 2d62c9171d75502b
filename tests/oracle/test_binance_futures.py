"""Binance USDT-M futures as ccxt sees them: what it reads is what the books say."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.support.simulator_process import SimulatorProcess

from .account import Account, Market
from .facts import Facts, by_ccxt, by_ledger, dec
from .raw import BinanceFutures
from .redirected import binance_futures

SYMBOL, NATIVE = "BTC/USDT:USDT", "BTCUSDT"
STATES = {
    "NEW": "open", "PARTIALLY_FILLED": "open", "FILLED": "closed", "CANCELED": "canceled", "EXPIRED": "expired",
    "FINISHED": "closed", "TRIGGERED": "open",
}  # fmt: skip
TRIGGER = {"trigger": True}
MARKET = Market("binance-futures", SYMBOL, NATIVE, {"USDT": "10000"}, binance_futures, BinanceFutures)
Client = Account[BinanceFutures]


@pytest.fixture
def account(simulator: SimulatorProcess) -> Client:
    return Account(simulator, MARKET)


@pytest.fixture
def hedger(simulator: SimulatorProcess) -> Client:
    return Account(simulator, MARKET, position_mode="hedge")


def plain(told: dict[str, Any]) -> Facts:
    return Facts(
        str(told["orderId"]), told["clientOrderId"], told["side"].lower(), dec(told["origQty"]), dec(told["price"]),
        dec(told["stopPrice"]), dec(told["executedQty"]), STATES[told["status"]], told["reduceOnly"],
    )  # fmt: skip


def conditional(told: dict[str, Any]) -> Facts:
    return Facts(
        str(told["algoId"]), told["clientAlgoId"], told["side"].lower(), dec(told["quantity"]), dec(told["price"]),
        dec(told["triggerPrice"]), dec(told["actualQty"]), STATES[told["algoStatus"]], told["reduceOnly"],
    )  # fmt: skip


def all_agree(account: Client, order: dict[str, Any], *, is_conditional: bool = False) -> Facts:
    """ccxt, ledger and a raw read tell one and the same."""
    facts, order_id = by_ccxt(order), order["id"]
    if is_conditional:
        row = account.row(order, algo=True)
        told = conditional(account.raw.get("/fapi/v1/algoOrder", algoId=order_id))
    else:
        row = account.row(order, algo=None)
        told = plain(account.raw.get("/fapi/v1/order", symbol=NATIVE, orderId=order_id))
    assert facts == by_ledger(row, STATES) == told
    return facts


# what, (type, side, amount, price), parameters; then the state and the filled quantity. 0.02 are held before.
Asked = tuple[str, str, str, str | None]
ORDERS: list[tuple[str, Asked, dict[str, Any], str, str]] = [
    ("market buy", ("market", "buy", "0.01", None), {}, "closed", "0.01"),
    ("market sell", ("market", "sell", "0.05", None), {}, "closed", "0.05"),
    ("limit that rests", ("limit", "buy", "0.01", "40000"), {}, "open", "0"),
    ("limit that crosses", ("limit", "sell", "0.01", "49000"), {}, "closed", "0.01"),
    ("post-only", ("limit", "buy", "0.01", "40000"), {"postOnly": True}, "open", "0"),
    ("IOC at the price", ("limit", "buy", "0.01", "50000"), {"timeInForce": "IOC"}, "closed", "0.01"),
    ("IOC below it", ("limit", "buy", "0.01", "40000"), {"timeInForce": "IOC"}, "expired", "0"),
    ("FOK at the price", ("limit", "buy", "0.01", "50000"), {"timeInForce": "FOK"}, "closed", "0.01"),
    ("reduce-only at the market", ("market", "sell", "0.02", None), {"reduceOnly": True}, "closed", "0.02"),
    ("reduce-only limit", ("limit", "sell", "0.02", "60000"), {"reduceOnly": True}, "open", "0"),
    ("our own id", ("limit", "buy", "0.01", "40000"), {"clientOrderId": "sig-42-e1"}, "open", "0"),
]
CONDITIONAL: list[tuple[str, Asked, dict[str, Any], str]] = [
    ("stop", ("market", "sell", "0.02", None), {"stopLossPrice": "45000", "reduceOnly": True}, "STOP_MARKET"),
    ("target", ("market", "sell", "0.02", None), {"takeProfitPrice": "60000", "reduceOnly": True},
     "TAKE_PROFIT_MARKET"),
    ("stop with a limit", ("limit", "sell", "0.02", "44900"), {"stopLossPrice": "45000"}, "STOP"),
    ("target with a limit", ("limit", "sell", "0.02", "59900"), {"takeProfitPrice": "60000"}, "TAKE_PROFIT"),
    ("entry above the price", ("market", "buy", "0.01", None), {"triggerPrice": "55000"}, "STOP_MARKET"),
    ("our own id", ("market", "sell", "0.02", None), {"stopLossPrice": "45000", "clientOrderId": "sig-42-sl"},
     "STOP_MARKET"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "asked", "params", "state", "filled"), ORDERS, ids=[row[0] for row in ORDERS])
def test_an_order_is_read_alike_when_placed_and_when_fetched(
    account: Client, what: str, asked: Asked, params: dict[str, Any], state: str, filled: str
) -> None:
    account.place("market", "buy", "0.02")
    placed = account.place(*asked, **params)
    facts = all_agree(account, placed)
    assert (facts.side, facts.quantity) == (asked[1], dec(asked[2]))
    assert facts.price == (dec(asked[3]) if asked[0] == "limit" else 0)
    assert (facts.state, facts.filled) == (state, dec(filled))
    assert facts.reduce_only == params.get("reduceOnly", False)
    if "clientOrderId" in params:
        assert facts.client_id == params["clientOrderId"]
    fetched = account.ccxt.fetch_order(placed["id"], SYMBOL)
    assert by_ccxt(fetched) == facts
    assert dec(fetched["average"]) == dec(fetched["info"]["avgPrice"]) == (50000 if facts.filled else 0)


@pytest.mark.parametrize(("what", "asked", "params", "kind"), CONDITIONAL, ids=[row[0] for row in CONDITIONAL])
def test_a_conditional_order_is_read_alike_when_placed_fetched_and_listed(
    account: Client, what: str, asked: Asked, params: dict[str, Any], kind: str
) -> None:
    account.place("market", "buy", "0.02")
    placed = account.place(*asked, **params)
    facts = all_agree(account, placed, is_conditional=True)
    trigger = next(params[name] for name in ("stopLossPrice", "takeProfitPrice", "triggerPrice") if name in params)
    assert (facts.quantity, facts.trigger, facts.state) == (dec(asked[2]), dec(trigger), "open")
    assert account.raw.get("/fapi/v1/algoOrder", algoId=placed["id"])["orderType"] == kind
    if "clientOrderId" in params:
        assert facts.client_id == params["clientOrderId"]
    assert by_ccxt(account.ccxt.fetch_order(placed["id"], SYMBOL, TRIGGER)) == facts
    assert [by_ccxt(order) for order in account.ccxt.fetch_open_orders(SYMBOL, None, None, TRIGGER)] == [facts]
    assert account.ccxt.fetch_open_orders(SYMBOL) == []


def test_markets_are_those_of_the_rules_with_tick_step_minimum_and_leverage(account: Client) -> None:
    account.ccxt.load_markets()
    tiers = account.ccxt.fetch_leverage_tiers()
    brackets = {each["symbol"]: each["brackets"] for each in account.raw.get("/fapi/v1/leverageBracket")}
    for symbol in account.raw.get("/fapi/v1/exchangeInfo")["symbols"]:
        market = account.ccxt.markets_by_id[symbol["symbol"]][0]
        filters = {each["filterType"]: each for each in symbol["filters"]}
        assert dec(market["precision"]["price"]) == dec(filters["PRICE_FILTER"]["tickSize"]) > 0
        assert dec(market["precision"]["amount"]) == dec(filters["LOT_SIZE"]["stepSize"]) > 0
        assert dec(market["limits"]["cost"]["min"]) == dec(filters["MIN_NOTIONAL"]["notional"]) > 0
        assert (market["swap"], market["linear"], market["settle"]) == (True, True, "USDT")
        told = [int(tier["maxLeverage"]) for tier in tiers[market["symbol"]]]
        assert told == [each["initialLeverage"] for each in brackets[symbol["symbol"]]]
        assert told[0] >= 20


def test_the_time_is_the_simulators(account: Client) -> None:
    account.simulator.control("POST", "clock", {"now_ms": 1_700_000_000_123})
    assert account.ccxt.fetch_time() == 1_700_000_000_123


def signed_fills(account: Client) -> Decimal:
    """What the ledger's orders add up to, in base."""
    return sum(
        (dec(row["filled"]) * (1 if row["side"] == "BUY" else -1) for row in account.rows()),
        Decimal(0),
    )


@pytest.mark.parametrize(("side", "word", "moved"), [("buy", "long", "51000"), ("sell", "short", "48000")])
def test_a_position_is_what_the_fills_add_up_to(account: Client, side: str, word: str, moved: str) -> None:
    account.ccxt.set_leverage(20, SYMBOL)
    account.place("market", side, "0.02")
    account.place("market", side, "0.03")
    account.move_price(moved)
    position, (raw,) = account.position(), account.raw.get("/fapi/v3/positionRisk")
    sign = 1 if side == "buy" else -1
    assert position["side"] == word
    assert sign * dec(position["contracts"]) == dec(raw["positionAmt"]) == signed_fills(account)
    assert dec(position["entryPrice"]) == dec(raw["entryPrice"]) == 50000
    assert dec(position["markPrice"]) == dec(raw["markPrice"]) == dec(moved)
    gained = sign * (dec(moved) - 50000) * Decimal("0.05")
    assert dec(position["unrealizedPnl"]) == dec(raw["unRealizedProfit"]) == gained > 0
    assert dec(position["initialMargin"]) == dec(raw["initialMargin"]) == dec(moved) * Decimal("0.05") / 20
    assert dec(position["liquidationPrice"]) == dec(raw["liquidationPrice"])


def test_the_balance_is_what_trades_and_fees_have_left(account: Client) -> None:
    account.place("market", "buy", "0.02")
    account.move_price("51000")
    account.place("market", "sell", "0.02", reduceOnly=True)
    trades = account.ccxt.fetch_my_trades(SYMBOL)
    fees = sum(dec(trade["fee"]["cost"]) for trade in trades)
    earned = sum(dec(trade["info"]["realizedPnl"]) for trade in trades)
    assert fees == Decimal("0.0005") * sum(dec(trade["cost"]) for trade in trades)
    assert earned == 20
    balance = account.ccxt.fetch_balance()["USDT"]
    (raw,) = (each for each in account.raw.get("/fapi/v3/balance") if each["asset"] == "USDT")
    assert dec(balance["total"]) == dec(raw["balance"]) == 10000 + earned - fees
    assert dec(balance["free"]) == dec(raw["availableBalance"]) == dec(balance["total"])
    assert account.ccxt.fetch_positions() == []


def test_margin_in_use_is_not_free(account: Client) -> None:
    account.ccxt.set_leverage(10, SYMBOL)
    account.place("market", "buy", "0.02")
    balance = account.ccxt.fetch_balance()["USDT"]
    assert dec(balance["used"]) == 100
    assert dec(balance["free"]) == dec(balance["total"]) - 100


def test_open_and_closed_orders_are_those_of_the_ledger(account: Client) -> None:
    account.place("market", "buy", "0.5")
    for _, asked, params, _, _ in ORDERS:
        account.place(*asked, **params)
    for _, asked, params, _ in CONDITIONAL:
        account.place(*asked, **{**params, "clientOrderId": f"c-{uuid.uuid4().hex[:8]}"})
    rows = account.rows()
    states = {row["order_id"]: STATES[row["state"]] for row in rows if not row.get("algo")}
    assert {each["id"] for each in account.ccxt.fetch_open_orders(SYMBOL)} == ids(states, "open")
    assert {each["id"] for each in account.ccxt.fetch_closed_orders(SYMBOL)} == ids(states, "closed")
    assert {each["id"] for each in account.ccxt.fetch_orders(SYMBOL)} == set(states)
    waiting = {row["order_id"] for row in rows if row.get("algo")}
    assert {each["id"] for each in account.ccxt.fetch_open_orders(SYMBOL, None, None, TRIGGER)} == waiting


def ids(states: dict[str, str], state: str) -> set[str]:
    return {order_id for order_id, each in states.items() if each == state}


@pytest.mark.parametrize(
    ("param", "trigger", "moved"), [("stopLossPrice", "45000", "44000"), ("takeProfitPrice", "60000", "61000")]
)
def test_a_triggered_exit_has_closed_the_position(account: Client, param: str, trigger: str, moved: str) -> None:
    account.place("market", "buy", "0.02")
    exit_ = account.place("market", "sell", "0.02", reduceOnly=True, **{param: trigger})
    account.move_price(moved)
    assert account.ccxt.fetch_positions() == []
    told = account.ccxt.fetch_order(exit_["id"], SYMBOL, TRIGGER)
    # ccxt overlooks actualQty: only the order that the exit became tells what was filled.
    assert (told["status"], dec(told["info"]["actualQty"]), dec(told["filled"])) == ("closed", Decimal("0.02"), 0)
    born = account.ccxt.fetch_order(told["info"]["actualOrderId"], SYMBOL)
    assert (born["status"], dec(born["average"]), dec(born["filled"])) == ("closed", dec(moved), Decimal("0.02"))


def test_an_order_that_closes_the_whole_position_names_no_quantity(account: Client) -> None:
    account.place("market", "buy", "0.05")
    exit_ = account.place("STOP_MARKET", "sell", "0", stopLossPrice="45000", closePosition=True)
    assert exit_["info"]["closePosition"] is True
    account.move_price("44000")
    assert account.ccxt.fetch_positions() == []


def test_ccxt_attaches_no_exits_here_and_the_venue_has_none(account: Client) -> None:
    entry = account.place("market", "buy", "0.02", stopLoss={"triggerPrice": "45000"})
    assert all_agree(account, entry).trigger == 0
    assert account.ccxt.fetch_open_orders(SYMBOL, None, None, TRIGGER) == []


def test_a_cancelled_order_is_cancelled_everywhere(account: Client) -> None:
    order = account.place("limit", "buy", "0.01", "40000")
    stop = account.place("market", "sell", "0.01", stopLossPrice="35000")
    assert account.ccxt.cancel_order(order["id"], SYMBOL)["status"] == "canceled"
    account.ccxt.cancel_order(stop["id"], SYMBOL, TRIGGER)
    assert all_agree(account, account.ccxt.fetch_order(order["id"], SYMBOL)).state == "canceled"
    fetched = account.ccxt.fetch_order(stop["id"], SYMBOL, TRIGGER)
    assert all_agree(account, fetched, is_conditional=True).state == "canceled"


def test_cancel_all_takes_one_call_for_plain_and_one_for_conditional_orders(account: Client) -> None:
    account.place("limit", "buy", "0.01", "40000")
    account.place("market", "sell", "0.01", stopLossPrice="35000")
    account.ccxt.cancel_all_orders(SYMBOL)
    assert account.ccxt.fetch_open_orders(SYMBOL) == []
    assert len(account.ccxt.fetch_open_orders(SYMBOL, None, None, TRIGGER)) == 1
    account.ccxt.cancel_all_orders(SYMBOL, TRIGGER)
    assert account.ccxt.fetch_open_orders(SYMBOL, None, None, TRIGGER) == []
    for params in ({}, TRIGGER):
        account.ccxt.cancel_all_orders(SYMBOL, params)
    assert {STATES[row["state"]] for row in account.rows()} == {"canceled"}


# Settings


def test_leverage_is_read_as_it_was_set(account: Client) -> None:
    for leverage in (7, 20, 125):
        account.ccxt.set_leverage(leverage, SYMBOL)
        told = account.ccxt.fetch_leverage(SYMBOL)
        assert (told["longLeverage"], told["shortLeverage"]) == (leverage, leverage)
        (raw,) = account.raw.get("/fapi/v1/symbolConfig", symbol=NATIVE)
        assert raw["leverage"] == leverage


def test_margin_mode_is_read_as_it_was_set(account: Client) -> None:
    for mode in ("isolated", "cross"):
        account.ccxt.set_margin_mode(mode, SYMBOL)
        assert account.ccxt.fetch_margin_mode(SYMBOL)["marginMode"] == mode
    account.ccxt.set_margin_mode("isolated", SYMBOL)
    account.place("market", "buy", "0.02")
    position = account.position()
    assert (position["marginMode"], dec(position["collateral"])) == ("isolated", dec(position["initialMargin"]))


def test_position_mode_is_read_as_it_was_set(account: Client) -> None:
    account.ccxt.load_markets()
    for hedged in (True, False):
        account.ccxt.set_position_mode(hedged)
        assert account.ccxt.fetch_position_mode(SYMBOL)["hedged"] is hedged
        assert account.raw.get("/fapi/v1/positionSide/dual") == {"dualSidePosition": hedged}


def test_in_hedge_mode_both_positions_stand_side_by_side(hedger: Client) -> None:
    hedger.place("market", "buy", "0.03", positionSide="LONG")
    hedger.place("market", "sell", "0.02", positionSide="SHORT")
    hedger.place("market", "sell", "0.01", positionSide="LONG")
    stop = hedger.place("market", "sell", "0.02", positionSide="LONG", stopLossPrice="45000")
    all_agree(hedger, stop, is_conditional=True)
    told = {each["side"]: each for each in hedger.ccxt.fetch_positions()}
    assert {side: (dec(each["contracts"]), each["hedged"]) for side, each in told.items()} == {
        "long": (Decimal("0.02"), True), "short": (Decimal("0.02"), True),
    }  # fmt: skip
    raw = {each["positionSide"]: dec(each["positionAmt"]) for each in hedger.raw.get("/fapi/v3/positionRisk")}
    assert raw == {"LONG": Decimal("0.02"), "SHORT": Decimal("-0.02")}
    hedger.move_price("44000")
    assert [each["side"] for each in hedger.ccxt.fetch_positions()] == ["short"]


def test_ccxts_own_word_for_hedged_closes_what_it_names(hedger: Client) -> None:
    hedger.place("market", "buy", "0.02", hedged=True)
    closing = hedger.place("market", "sell", "0.02", hedged=True, reduceOnly=True)
    assert closing["info"]["positionSide"] == "LONG"
    assert hedger.ccxt.fetch_positions() == []


# Refusals

Deed = Callable[[Client], Any]


def sent_raw(account: Client, **changed: str) -> Any:
    """Past ccxt's own rounding and its own list of symbols."""
    asked = {"symbol": NATIVE, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}
    return account.ccxt.fapiPrivatePostOrder({**asked, "price": "40000", **changed})


def late(account: Client) -> Any:
    account.ccxt.nonce = lambda: account.ccxt.milliseconds() - 120_000
    return account.ccxt.fetch_balance()


def twice(account: Client) -> Any:
    for _ in range(2):
        account.place("limit", "buy", "0.01", "40000", clientOrderId="sig-42-e1")


def after_a_purchase(deed: Deed) -> Deed:
    def both(account: Client) -> Any:
        account.place("market", "buy", "0.02")
        return deed(account)

    return both


def faulty(kind: str, **more: Any) -> Deed:
    def deed(account: Client) -> Any:
        account.ccxt.load_markets()
        account.fault(kind, **more)
        return account.place("limit", "buy", "0.01", "40000")

    return deed


REFUSALS: list[tuple[str, Deed, type[ccxt.BaseError], str]] = [
    ("too little margin", lambda a: a.place("market", "buy", "50"), ccxt.InsufficientFunds, "-2019"),
    ("no such symbol", lambda a: sent_raw(a, symbol="NOPEUSDT"), ccxt.BadSymbol, "-1121"),
    ("no such order", lambda a: a.ccxt.fetch_order("999", SYMBOL), ccxt.OrderNotFound, "-2013"),
    ("no such conditional order", lambda a: a.ccxt.fetch_order("999", SYMBOL, TRIGGER), ccxt.OrderNotFound, "-2013"),
    ("cancel of no order", lambda a: a.ccxt.cancel_order("999", SYMBOL), ccxt.OrderNotFound, "-2011"),
    ("cancel of no conditional order", lambda a: a.ccxt.cancel_order("999", SYMBOL, TRIGGER), ccxt.OrderNotFound,
     "-2011"),
    ("too fine a quantity", lambda a: sent_raw(a, quantity="0.0105"), ccxt.BadRequest, "-1111"),
    ("off the tick", lambda a: sent_raw(a, price="40000.05"), ccxt.BadRequest, "-4014"),
    ("below the minimum", lambda a: sent_raw(a, quantity="0.002"), ccxt.InvalidOrder, "-4164"),
    ("a type that is not there", lambda a: sent_raw(a, type="SOMEHOW"), ccxt.BadRequest, "-1116"),
    # ccxt looks into the rules, and does not even ask.
    ("a trailing stop, which is not played", lambda a: a.place("market", "sell", "0.01", trailingPercent="1"),
     ccxt.InvalidOrder, "not allowed"),
    ("a stop among plain orders", lambda a: sent_raw(a, type="STOP_MARKET", stopPrice="45000"), ccxt.InvalidOrder,
     "-4120"),
    ("reduce-only with nothing to reduce", lambda a: a.place("market", "sell", "0.01", reduceOnly=True),
     ccxt.InvalidOrder, "-2022"),
    ("stop on the wrong side", lambda a: a.place("market", "sell", "0.01", stopLossPrice="55000"),
     ccxt.OrderImmediatelyFillable, "-2021"),
    ("post-only that crosses", lambda a: a.place("limit", "buy", "0.01", "51000", postOnly=True),
     ccxt.OrderNotFillable, "-5022"),
    ("FOK that cannot be filled", lambda a: a.place("limit", "buy", "0.01", "40000", timeInForce="FOK"),
     ccxt.OrderNotFillable, "-5021"),
    # ccxt has no class for a duplicate: the code tells it.
    ("same id twice", twice, ccxt.InvalidOrder, "-4116"),
    ("a side in one-way mode", lambda a: a.place("market", "buy", "0.01", positionSide="LONG"), ccxt.OperationRejected,
     "-4061"),
    ("too much leverage", lambda a: a.ccxt.set_leverage(126, SYMBOL), ccxt.BadRequest, "leverage"),
    ("position mode with a position", after_a_purchase(lambda a: a.ccxt.set_position_mode(True)),
     ccxt.OperationRejected, "-4068"),
    ("margin mode with a position", after_a_purchase(lambda a: a.ccxt.set_margin_mode("isolated", SYMBOL)),
     ccxt.OperationRejected, "-4048"),
    ("margin mode that is already so", lambda a: a.ccxt.set_margin_mode("cross", SYMBOL), ccxt.MarginModeAlreadySet,
     "-4046"),
    ("position mode that is already so", lambda a: a.ccxt.set_position_mode(False), ccxt.OperationRejected, "-4059"),
    ("wrong secret", lambda a: a.with_keys(secret="x" * 64).fetch_balance(), ccxt.AuthenticationError, "-1022"),
    ("wrong key", lambda a: a.with_keys(api_key="x" * 64).fetch_balance(), ccxt.AuthenticationError, "-2015"),
    ("late clock", late, ccxt.InvalidNonce, "-1021"),
    ("too many requests", faulty("rate_limit"), ccxt.DDoSProtection, "-1003"),
    ("banned", faulty("ban"), ccxt.DDoSProtection, "418"),
    ("firewall", faulty("ban", status=403), ccxt.ExchangeNotAvailable, "403"),
    ("maintenance", faulty("maintenance"), ccxt.ExchangeError, "Service Unavailable"),
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
