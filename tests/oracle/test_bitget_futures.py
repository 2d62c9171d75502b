"""Bitget's USDT-M contracts (v2) as ccxt sees them: what it reads is what the books say."""

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

SYMBOL, NATIVE = "BTC/USDT:USDT", "BTCUSDT"
PRODUCT = {"productType": "USDT-FUTURES"}
STATES = {
    "live": "open", "partially_filled": "open", "filled": "closed", "executed": "closed", "canceled": "canceled",
    "cancelled": "canceled",
}  # fmt: skip
PLAN = {"trigger": True}
EXITS = {"trigger": True, "planType": "profit_loss"}
MARKET = Market("bitget", SYMBOL, NATIVE, {"USDT": "10000"}, bitget, Bitget)
Client = Account[Bitget]


@pytest.fixture
def account(simulator: SimulatorProcess) -> Client:
    return Account(simulator, MARKET)


@pytest.fixture
def hedger(simulator: SimulatorProcess) -> Client:
    return Account(simulator, MARKET, position_mode="hedge")


def told(account: Client, order_id: str) -> dict[str, Any]:
    found = account.raw.data("/api/v2/mix/order/detail", symbol=NATIVE, **PRODUCT, orderId=order_id)
    return dict(found)


def by_raw(row: dict[str, Any]) -> Facts:
    return Facts(
        row["orderId"], row["clientOid"], row["side"], dec(row["size"]), dec(row["price"]), Decimal(0),
        dec(row["baseVolume"]), STATES[row["state"]], row["reduceOnly"] == "YES",
    )  # fmt: skip


def all_agree(account: Client, placed: dict[str, Any]) -> Facts:
    """ccxt, ledger and a raw read tell one and the same."""
    facts = by_ccxt(account.fetched(placed))
    assert facts == by_ledger(account.row(placed), STATES) == by_raw(told(account, placed["id"]))
    return facts


def waits(account: Client, placed: dict[str, Any], plan_type: str) -> dict[str, Any]:
    """The only order that waits for a trigger, on which ccxt, ledger and a raw read agree.

    ccxt overlooks that it only reduces.
    """
    asked = PLAN if plan_type == "normal_plan" else EXITS
    (listed,) = account.open_orders(**asked)
    listing = account.raw.data(
        "/api/v2/mix/order/orders-plan-pending", **PRODUCT, planType=asked.get("planType", "normal_plan")
    )
    (row,) = listing["entrustedList"]
    facts, in_ledger = by_ccxt(listed), by_ledger(account.row(placed), STATES)
    in_raw = Facts(
        row["orderId"], row["clientOid"], row["side"], dec(row["size"]), dec(row["executePrice"]),
        dec(row["triggerPrice"]), Decimal(0), STATES[row["planStatus"]], in_ledger.reduce_only,
    )  # fmt: skip
    assert in_ledger == in_raw
    assert {**as_dict(facts), "reduce_only": in_raw.reduce_only} == as_dict(in_raw)
    assert (facts.id, facts.client_id) == (placed["id"], placed["clientOrderId"])
    return dict(row)


def as_dict(facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in Facts.__slots__}


# what, (type, side, amount, price), parameters; then the state and the filled quantity. 0.02 are held before.
Asked = tuple[str, str, str, str | None]
ORDERS: list[tuple[str, Asked, dict[str, Any], str, str]] = [
    ("market buy", ("market", "buy", "0.01", None), {}, "closed", "0.01"),
    ("market sell", ("market", "sell", "0.05", None), {}, "closed", "0.05"),
    ("limit that rests", ("limit", "buy", "0.01", "49000"), {}, "open", "0"),
    ("limit that crosses", ("limit", "sell", "0.01", "49000"), {}, "closed", "0.01"),
    ("post-only", ("limit", "buy", "0.01", "49000"), {"postOnly": True}, "open", "0"),
    ("post-only that crosses", ("limit", "buy", "0.01", "51000"), {"postOnly": True}, "canceled", "0"),
    ("IOC at the price", ("limit", "buy", "0.01", "50000"), {"timeInForce": "IOC"}, "closed", "0.01"),
    ("IOC below it", ("limit", "buy", "0.01", "49000"), {"timeInForce": "IOC"}, "canceled", "0"),
    ("FOK below it", ("limit", "buy", "0.01", "49000"), {"timeInForce": "FOK"}, "canceled", "0"),
    ("reduce-only at the market", ("market", "sell", "0.02", None), {"reduceOnly": True}, "closed", "0.02"),
    ("reduce-only limit", ("limit", "sell", "0.02", "51000"), {"reduceOnly": True}, "open", "0"),
    ("GTC by its name", ("limit", "buy", "0.01", "49000"), {"timeInForce": "GTC"}, "open", "0"),
    ("our own id", ("limit", "buy", "0.01", "49000"), {"clientOrderId": "sig-42-e1"}, "open", "0"),
]


@pytest.mark.parametrize(("what", "asked", "params", "state", "filled"), ORDERS, ids=[row[0] for row in ORDERS])
def test_an_order_is_acknowledged_and_then_read_alike(
    account: Client, what: str, asked: Asked, params: dict[str, Any], state: str, filled: str
) -> None:
    account.place("market", "buy", "0.02")
    placed = account.place(*asked, **params)
    facts = all_agree(account, placed)
    assert (facts.id, facts.client_id) == (placed["id"], placed["clientOrderId"])
    assert (facts.side, facts.quantity) == (asked[1], dec(asked[2]))
    assert facts.price == (dec(asked[3]) if asked[0] == "limit" else 0)
    assert (facts.state, facts.filled) == (state, dec(filled))
    assert facts.reduce_only == params.get("reduceOnly", False)
    if "clientOrderId" in params:
        found = account.ccxt.fetch_order("", SYMBOL, params)
        assert by_ccxt(found) == facts


# what, (type, side, amount, price), parameters; then the kind of plan
PLANS: list[tuple[str, Asked, dict[str, Any], str]] = [
    ("stop of the position", ("market", "sell", "0.02", None), {"stopLossPrice": "45000"}, "pos_loss"),
    ("target of the position", ("market", "sell", "0.02", None), {"takeProfitPrice": "60000"}, "pos_profit"),
    ("stop of a part", ("market", "sell", "0.01", None), {"stopLossPrice": "45000", "planType": "loss_plan"},
     "loss_plan"),
    ("target of a part", ("market", "sell", "0.01", None), {"takeProfitPrice": "60000", "planType": "profit_plan"},
     "profit_plan"),
    ("stop with a limit", ("limit", "sell", "0.01", "44900"), {"stopLossPrice": "45000", "planType": "loss_plan"},
     "loss_plan"),
    ("entry above the price", ("market", "buy", "0.01", None), {"triggerPrice": "55000"}, "normal_plan"),
    ("limit entry above the price", ("limit", "buy", "0.01", "55100"), {"triggerPrice": "55000"}, "normal_plan"),
    ("our own id", ("market", "buy", "0.01", None), {"triggerPrice": "55000", "clientOrderId": "sig-42-p1"},
     "normal_plan"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "asked", "params", "kind"), PLANS, ids=[row[0] for row in PLANS])
def test_an_order_that_waits_is_listed_apart_by_its_kind(
    account: Client, what: str, asked: Asked, params: dict[str, Any], kind: str
) -> None:
    account.place("market", "buy", "0.02")
    row = waits(account, account.place(*asked, **params), kind)
    trigger = next(params[name] for name in ("stopLossPrice", "takeProfitPrice", "triggerPrice") if name in params)
    assert (row["planType"], dec(row["triggerPrice"])) == (kind, dec(trigger))
    assert account.open_orders() == []


def test_markets_are_those_of_the_rules_with_tick_step_minimum_and_leverage(account: Client) -> None:
    account.ccxt.load_markets()
    told = account.raw.data("/api/v2/mix/market/contracts", **PRODUCT)
    assert len(told) >= 8
    for contract in told:
        (market,) = (each for each in account.ccxt.markets_by_id[contract["symbol"]] if each["swap"])
        tick = dec(contract["priceEndStep"]).scaleb(-int(contract["pricePlace"]))
        assert dec(market["precision"]["price"]) == tick > 0
        assert dec(market["precision"]["amount"]) == dec(contract["sizeMultiplier"]) > 0
        assert dec(market["limits"]["amount"]["min"]) == dec(contract["minTradeNum"])
        assert dec(market["limits"]["cost"]["min"]) == dec(contract["minTradeUSDT"]) == 5
        assert dec(market["limits"]["leverage"]["max"]) == dec(contract["maxLever"]) >= 20
        assert (market["linear"], market["settle"], market["active"]) == (True, "USDT", True)


def signed_fills(account: Client) -> Decimal:
    """What the ledger's orders add up to, in base."""
    return sum(
        (dec(row["filled"]) * (1 if row["side"] == "buy" else -1) for row in account.rows() if "filled" in row),
        Decimal(0),
    )


@pytest.mark.parametrize(("side", "word", "moved"), [("buy", "long", "51000"), ("sell", "short", "48000")])
def test_a_position_is_what_the_fills_add_up_to(account: Client, side: str, word: str, moved: str) -> None:
    account.ccxt.set_leverage(20, SYMBOL)
    account.place("market", side, "0.02")
    account.place("market", side, "0.03")
    account.move_price(moved)
    position = account.position()
    (raw,) = account.raw.data("/api/v2/mix/position/all-position", **PRODUCT, marginCoin="USDT")
    sign = 1 if side == "buy" else -1
    assert position["side"] == raw["holdSide"] == word
    assert sign * dec(position["contracts"]) == sign * dec(raw["total"]) == signed_fills(account)
    assert dec(position["entryPrice"]) == dec(raw["openPriceAvg"]) == 50000
    assert dec(position["markPrice"]) == dec(raw["markPrice"]) == dec(moved)
    gained = sign * (dec(moved) - 50000) * Decimal("0.05")
    assert dec(position["unrealizedPnl"]) == dec(raw["unrealizedPL"]) == gained > 0
    assert dec(position["initialMargin"]) == dec(raw["marginSize"])
    assert (dec(position["leverage"]), position["hedged"]) == (20, False)
    assert by_position(account.ccxt.fetch_position(SYMBOL)) == by_position(position)


def test_a_short_at_its_entry_price_has_earned_nothing_without_a_sign(account: Client) -> None:
    account.place("market", "sell", "0.02")
    assert account.position()["info"]["unrealizedPL"] == "0"


def by_position(position: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(position[name] for name in ("side", "contracts", "entryPrice", "unrealizedPnl", "marginMode"))


def test_the_balance_is_what_trades_and_fees_have_left(account: Client) -> None:
    account.place("market", "buy", "0.02")
    account.move_price("51000")
    account.place("market", "sell", "0.02", reduceOnly=True)
    trades = account.ccxt.fetch_my_trades(SYMBOL)
    fees = sum(dec(trade["fee"]["cost"]) for trade in trades)
    earned = sum(dec(trade["info"]["profit"]) for trade in trades)
    assert fees == Decimal("0.0006") * sum(dec(trade["cost"]) for trade in trades)
    assert earned == 20
    balance = account.ccxt.fetch_balance({"type": "swap"})["USDT"]
    (raw,) = account.raw.data("/api/v2/mix/account/accounts", **PRODUCT)
    assert dec(balance["total"]) == dec(raw["accountEquity"]) == 10000 + earned - fees
    assert dec(balance["free"]) == dec(raw["available"]) == dec(balance["total"])
    assert account.ccxt.fetch_positions() == []


def test_margin_in_use_is_not_free(account: Client) -> None:
    account.ccxt.set_leverage(10, SYMBOL)
    account.place("market", "buy", "0.02")
    balance = account.ccxt.fetch_balance({"type": "swap"})["USDT"]
    (raw,) = account.raw.data("/api/v2/mix/account/accounts", **PRODUCT)
    assert dec(balance["free"]) == dec(raw["available"]) == dec(raw["accountEquity"]) - 100


def test_open_and_ended_orders_are_those_of_the_ledger(account: Client) -> None:
    account.place("market", "buy", "0.5")
    for _, asked, params, _, _ in ORDERS:
        account.place(*asked, **params)
    rows = account.rows()
    states = {row["order_id"]: STATES[row["state"]] for row in rows}
    assert {each["id"] for each in account.open_orders()} == ids(states, "open")
    assert {each["id"] for each in account.ccxt.fetch_closed_orders(SYMBOL)} == ids(states, "closed")
    assert {each["id"] for each in account.ccxt.fetch_canceled_orders(SYMBOL)} == ids(states, "canceled")


def ids(states: dict[str, str], state: str) -> set[str]:
    return {order_id for order_id, each in states.items() if each == state}


@pytest.mark.parametrize(
    ("param", "trigger", "moved"), [("stopLossPrice", "45000", "44000"), ("takeProfitPrice", "60000", "61000")]
)
def test_a_triggered_exit_has_closed_the_position(account: Client, param: str, trigger: str, moved: str) -> None:
    account.place("market", "buy", "0.02")
    exit_ = account.place("market", "sell", "0.02", **{param: trigger})
    account.move_price(moved)
    assert account.ccxt.fetch_positions() == []
    asked = {**PRODUCT, "planType": "profit_loss", "orderId": exit_["id"]}
    (plan,) = account.raw.data("/api/v2/mix/order/orders-plan-history", **asked)["entrustedList"]
    assert plan["planStatus"] == "executed"
    born = account.ccxt.fetch_order(plan["executeOrderId"], SYMBOL)
    assert (born["status"], dec(born["average"]), dec(born["filled"])) == ("closed", dec(moved), Decimal("0.02"))


def test_exits_ride_on_an_entry_and_wait_from_its_fill_on(account: Client) -> None:
    riding = {"stopLoss": {"triggerPrice": "45000"}, "takeProfit": {"triggerPrice": "60000"}}
    entry = account.place("limit", "buy", "0.02", "49000", **riding)
    fetched = account.fetched(entry)
    assert (dec(fetched["stopLossPrice"]), dec(fetched["takeProfitPrice"])) == (45000, 60000)
    assert account.open_orders(**EXITS) == []
    account.move_price("49000")
    assert all_agree(account, entry).state == "closed"
    exits = {dec(each["triggerPrice"]): each for each in account.open_orders(**EXITS)}
    assert {trigger: dec(each["amount"]) for trigger, each in exits.items()} == {
        Decimal(45000): Decimal("0.02"), Decimal(60000): Decimal("0.02"),
    }  # fmt: skip
    account.move_price("44000")
    assert account.ccxt.fetch_positions() == []
    assert account.open_orders(**EXITS) == []


def test_a_cancelled_order_is_cancelled_everywhere(account: Client) -> None:
    account.place("market", "buy", "0.02")
    order = account.place("limit", "buy", "0.01", "49000")
    plan = account.place("market", "buy", "0.01", triggerPrice="55000")
    stop = account.place("market", "sell", "0.02", stopLossPrice="45000")
    account.ccxt.cancel_order(order["id"], SYMBOL)
    account.ccxt.cancel_order(plan["id"], SYMBOL, PLAN)
    account.ccxt.cancel_order(stop["id"], SYMBOL, {**EXITS, "planType": "pos_loss"})
    assert all_agree(account, order).state == "canceled"
    assert {STATES[account.row(each)["state"]] for each in (plan, stop)} == {"canceled"}
    assert (account.open_orders(), account.open_orders(**PLAN), account.open_orders(**EXITS)) == ([], [], [])


def test_cancel_all_takes_a_call_for_each_kind(account: Client) -> None:
    account.place("market", "buy", "0.02")
    account.place("limit", "buy", "0.01", "49000")
    account.place("market", "buy", "0.01", triggerPrice="55000")
    account.place("market", "sell", "0.01", stopLossPrice="45000", planType="loss_plan")
    left = []
    for kind in ({}, PLAN, EXITS):
        account.ccxt.cancel_all_orders(SYMBOL, kind)
        left.append([len(account.open_orders(**each)) for each in ({}, PLAN, EXITS)])
    assert left == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    for kind in ({}, PLAN, EXITS):
        account.ccxt.cancel_all_orders(SYMBOL, kind)


# Settings


def settings(account: Client) -> dict[str, Any]:
    found = account.raw.data("/api/v2/mix/account/account", symbol=NATIVE, **PRODUCT, marginCoin="USDT")
    return dict(found)


def test_leverage_is_read_as_it_was_set(account: Client) -> None:
    for leverage in (7, 20, 125):
        account.ccxt.set_leverage(leverage, SYMBOL)
        assert account.ccxt.fetch_leverage(SYMBOL)["longLeverage"] == leverage
        assert dec(str(settings(account)["crossedMarginLeverage"])) == leverage


def test_margin_mode_is_read_as_it_was_set_and_setting_it_again_does_no_harm(account: Client) -> None:
    for mode, native in (("isolated", "isolated"), ("isolated", "isolated"), ("cross", "crossed")):
        account.ccxt.set_margin_mode(mode, SYMBOL)
        assert account.ccxt.fetch_margin_mode(SYMBOL)["marginMode"] == mode
        assert settings(account)["marginMode"] == native


def test_an_isolated_position_says_so(account: Client) -> None:
    account.ccxt.set_margin_mode("isolated", SYMBOL)
    account.place("market", "buy", "0.02", marginMode="isolated")
    position = account.position()
    assert position["marginMode"] == "isolated"
    assert 0 < dec(position["liquidationPrice"]) < 50000


def test_position_mode_is_as_it_was_set(account: Client) -> None:
    account.ccxt.load_markets()
    for hedged, native in ((True, "hedge_mode"), (True, "hedge_mode"), (False, "one_way_mode")):
        account.ccxt.set_position_mode(hedged, SYMBOL)
        assert settings(account)["posMode"] == native


def test_in_hedge_mode_the_side_names_the_position(hedger: Client) -> None:
    hedger.place("market", "buy", "0.03", hedged=True)
    short = hedger.place("market", "sell", "0.02", hedged=True)
    closing = hedger.place("market", "sell", "0.01", hedged=True, reduceOnly=True)
    assert (told(hedger, short["id"])["side"], told(hedger, closing["id"])["side"]) == ("sell", "buy")
    assert [told(hedger, each["id"])["tradeSide"] for each in (short, closing)] == ["open", "close"]
    positions = {each["side"]: each for each in hedger.ccxt.fetch_positions()}
    assert {side: (dec(each["contracts"]), each["hedged"]) for side, each in positions.items()} == {
        "long": (Decimal("0.02"), True), "short": (Decimal("0.02"), True),
    }  # fmt: skip
    hedger.place("market", "sell", "0.02", hedged=True, stopLossPrice="45000")
    hedger.move_price("44000")
    assert [each["side"] for each in hedger.ccxt.fetch_positions()] == ["short"]


def test_a_flash_close_leaves_nothing(hedger: Client) -> None:
    hedger.place("market", "buy", "0.03", hedged=True)
    hedger.place("market", "sell", "0.02", hedged=True)
    hedger.ccxt.close_position(SYMBOL, "long")
    assert [each["side"] for each in hedger.ccxt.fetch_positions()] == ["short"]
    hedger.ccxt.close_all_positions()
    assert hedger.ccxt.fetch_positions() == []


# Refusals

Deed = Callable[[Client], Any]


def sent_raw(account: Client, **changed: str) -> Any:
    """Past ccxt's own rounding and its own list of symbols."""
    asked = {
        "symbol": NATIVE, **PRODUCT, "marginMode": "crossed", "marginCoin": "USDT", "size": "0.01", "price": "49000",
        "side": "buy", "orderType": "limit", "force": "gtc",
    }  # fmt: skip
    return account.ccxt.privateMixPostV2MixOrderPlaceOrder({**asked, **changed})


def twice(account: Client) -> Any:
    for _ in range(2):
        account.place("limit", "buy", "0.01", "49000", clientOrderId="sig-42-e1")


def after_a_purchase(deed: Deed) -> Deed:
    def both(account: Client) -> Any:
        account.place("market", "buy", "0.02")
        return deed(account)

    return both


def faulty(kind: str, **more: Any) -> Deed:
    def deed(account: Client) -> Any:
        account.ccxt.load_markets()
        account.fault(kind, **more)
        return account.place("limit", "buy", "0.01", "49000")

    return deed


REFUSALS: list[tuple[str, Deed, type[ccxt.BaseError], str]] = [
    ("too little margin", lambda a: a.place("market", "buy", "50"), ccxt.InsufficientFunds, "40762"),
    # ccxt has no class for many of these: the code tells them.
    ("no such symbol", lambda a: sent_raw(a, symbol="NOPEUSDT"), ccxt.ExchangeError, "40034"),
    ("no such order", lambda a: a.ccxt.fetch_order("999", SYMBOL), ccxt.OrderNotFound, "40109"),
    ("cancel of no order", lambda a: a.ccxt.cancel_order("999", SYMBOL), ccxt.OrderNotFound, "40768"),
    ("off the step", lambda a: sent_raw(a, size="0.01005"), ccxt.InvalidOrder, "40808"),
    ("off the tick", lambda a: sent_raw(a, price="49000.05"), ccxt.InvalidOrder, "40808"),
    ("below the minimum", lambda a: sent_raw(a, size="0.0001", price="45000"), ccxt.InvalidOrder, "45110"),
    ("reduce-only with nothing to reduce", lambda a: a.place("market", "sell", "0.01", reduceOnly=True),
     ccxt.ExchangeError, "22002"),
    ("an exit without a position", lambda a: a.place("market", "sell", "0.02", stopLossPrice="45000"),
     ccxt.ExchangeError, "22002"),
    ("stop on the wrong side", after_a_purchase(lambda a: a.place("market", "sell", "0.02", stopLossPrice="55000")),
     ccxt.InvalidOrder, "40917"),
    ("same id twice", twice, ccxt.ExchangeError, "40786"),
    ("a side of hedge mode in one-way mode", lambda a: a.place("market", "buy", "0.01", hedged=True), ccxt.InvalidOrder,
     "40774"),
    ("too much leverage", lambda a: a.ccxt.set_leverage(126, SYMBOL), ccxt.ExchangeError, "40797"),
    ("position mode with a position", after_a_purchase(lambda a: a.ccxt.set_position_mode(True, SYMBOL)),
     ccxt.ExchangeError, "40920"),
    ("margin mode with a position", after_a_purchase(lambda a: a.ccxt.set_margin_mode("isolated", SYMBOL)),
     ccxt.ExchangeError, "45117"),
    ("wrong secret", lambda a: a.with_keys(secret="x" * 64).fetch_positions(), ccxt.AuthenticationError, "40009"),
    ("too many requests", faulty("rate_limit"), ccxt.DDoSProtection, "429"),
    ("maintenance", faulty("maintenance"), ccxt.OnMaintenance, "40200"),
    # ccxt takes an answer that was lost between the exchange's machines for a bad key.
    ("an outcome that nobody knows", faulty("reject", body={"code": "40010", "msg": "Request timed out"}),
     ccxt.AuthenticationError, "40010"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "deed", "error", "words"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_has_the_class_and_the_code_of_the_exchange(
    account: Client, what: str, deed: Deed, error: type[ccxt.BaseError], words: str
) -> None:
    with pytest.raises(error, match=words):
        deed(account)


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
        account.place("market", "buy", "0.01", clientOrderId=name)
    found = account.ccxt.fetch_order("", SYMBOL, {"clientOrderId": name})
    assert (found["clientOrderId"], found["status"]) == (name, "closed")
    all_agree(account, found)
