"""Phemex's contracts as ccxt sees them, linear (USDT-M) and inverse (coin-M): what it reads is what the books say."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.support.simulator_process import SimulatorProcess

from .account import Account, Market
from .facts import Facts, by_ccxt, by_ledger, dec
from .raw import Phemex
from .redirected import phemex

STATES = {
    "Created": "open", "Untriggered": "open", "New": "open", "PartiallyFilled": "open", "Filled": "closed",
    "Canceled": "canceled",
}  # fmt: skip
BY_NUMBER = {0: "open", 1: "open", 5: "open", 6: "open", 7: "closed", 8: "canceled"}
SIDES = {1: "buy", 2: "sell"}
FUNDS = {"USDT": "10000", "BTC": "1"}
PRICE_SCALE, BTC_SCALE = Decimal(10_000), Decimal(100_000_000)
Client = Account[Phemex]


@dataclass(frozen=True, slots=True)
class Kind:
    """What tells linear from inverse contracts. `lot` is an amount; `priced_as` moves its price."""

    market: Market[Phemex]
    lot: Decimal
    balance: dict[str, str]
    asset: str
    fee: Decimal


LINEAR = Kind(
    Market("phemex", "BTC/USDT:USDT", "BTCUSDT", FUNDS, phemex, Phemex, "BTCUSDT"),
    Decimal("0.01"), {"type": "swap", "settle": "USDT"}, "USDT", Decimal("0.0006"),
)  # fmt: skip
INVERSE = Kind(
    Market("phemex", "BTC/USD:BTC", "BTCUSD", FUNDS, phemex, Phemex, "BTCUSD"),
    Decimal(100), {"type": "swap", "settle": "BTC", "code": "BTC"}, "BTC", Decimal("0.00075"),
)  # fmt: skip


class Trader(Account[Phemex]):
    """Amounts in lots of its kind."""

    def __init__(self, simulator: SimulatorProcess, kind: Kind, **wanted: Any) -> None:
        super().__init__(simulator, kind.market, **wanted)
        self.kind = kind

    def lots(self, type_: str, side: str, lots: int, price: str | None = None, **params: Any) -> dict[str, Any]:
        return self.place(type_, side, str(lots * self.kind.lot), price, **params)

    def held(self) -> list[dict[str, Any]]:
        """Phemex lists flat positions too, and ccxt takes them for short ones of nothing."""
        return [each for each in self.ccxt.fetch_positions([self.market.symbol]) if dec(each["contracts"])]


@pytest.fixture(params=[LINEAR, INVERSE], ids=["linear", "inverse"])
def trader(request: pytest.FixtureRequest, simulator: SimulatorProcess) -> Trader:
    return Trader(simulator, request.param)


@pytest.fixture
def linear(simulator: SimulatorProcess) -> Trader:
    return Trader(simulator, LINEAR)


@pytest.fixture
def hedger(simulator: SimulatorProcess) -> Trader:
    return Trader(simulator, LINEAR, position_mode="hedge")


def by_raw(trader: Trader, order_id: str) -> Facts:
    native = trader.market.native
    if trader.kind is LINEAR:
        (row,) = trader.raw.data("/api-data/g-futures/orders/by-order-id", symbol=native, orderID=order_id)
        return _linear(row)
    (row,) = trader.raw.data("/exchange/order", symbol=native, orderID=order_id)
    return _inverse(row)


def _linear(row: dict[str, Any]) -> Facts:
    """History tells states and sides as numbers, and spells the ids in its own way."""
    return Facts(
        row["orderId"], row["clOrdId"], SIDES[row["side"]], dec(row["orderQtyRq"]), dec(row["priceRp"]),
        dec(row["stopPxRp"]), dec(row["cumQtyRq"]), BY_NUMBER[row["ordStatus"]], row["reduceOnly"],
    )  # fmt: skip


def _inverse(row: dict[str, Any]) -> Facts:
    return Facts(
        row["orderID"], row["clOrdID"], row["side"].lower(), dec(row["orderQty"]), row["priceEp"] / PRICE_SCALE,
        row["stopPxEp"] / PRICE_SCALE, dec(row["cumQty"]), STATES[row["ordStatus"]], row["reduceOnly"],
    )  # fmt: skip


def all_agree(trader: Trader, placed: dict[str, Any], *, is_limit: bool = False) -> Facts:
    """ccxt, ledger and a raw read tell one and the same.

    ccxt does not know the types of a linear order's history, which are numbers, so that the test has to tell.
    """
    fetched = trader.fetched(placed)
    facts = by_ccxt({**fetched, "type": "limit" if is_limit else "market"})
    assert facts == by_ledger(trader.row(placed), STATES) == by_raw(trader, placed["id"])
    return facts


# what, (type, side, lots, price), parameters; then the state and the filled lots. Two lots are held before.
Asked = tuple[str, str, int, str | None]
IOC, FOK = {"timeInForce": "ImmediateOrCancel"}, {"timeInForce": "FillOrKill"}
POST_ONLY = {"timeInForce": "PostOnly"}
ORDERS: list[tuple[str, Asked, dict[str, Any], str, int]] = [
    ("market buy", ("market", "buy", 1, None), {}, "closed", 1),
    ("market sell", ("market", "sell", 5, None), {}, "closed", 5),
    ("limit that rests", ("limit", "buy", 1, "49000"), {}, "open", 0),
    ("limit that crosses", ("limit", "sell", 1, "49000"), {}, "closed", 1),
    ("post-only", ("limit", "buy", 1, "49000"), POST_ONLY, "open", 0),
    ("post-only that crosses", ("limit", "buy", 1, "51000"), POST_ONLY, "canceled", 0),
    ("IOC at the price", ("limit", "buy", 1, "50000"), IOC, "closed", 1),
    ("IOC below it", ("limit", "buy", 1, "49000"), IOC, "canceled", 0),
    ("FOK below it", ("limit", "buy", 1, "49000"), FOK, "canceled", 0),
    ("reduce-only at the market", ("market", "sell", 2, None), {"reduceOnly": True}, "closed", 2),
    ("reduce-only limit", ("limit", "sell", 2, "51000"), {"reduceOnly": True}, "open", 0),
    ("our own id", ("limit", "buy", 1, "49000"), {"clientOrderId": "sig-42-e1"}, "open", 0),
]


@pytest.mark.parametrize(("what", "asked", "params", "state", "filled"), ORDERS, ids=[row[0] for row in ORDERS])
def test_an_order_is_acknowledged_and_then_read_alike(
    trader: Trader, what: str, asked: Asked, params: dict[str, Any], state: str, filled: int
) -> None:
    trader.lots("market", "buy", 2)
    placed = trader.lots(*asked, **params)
    facts = all_agree(trader, placed, is_limit=asked[0] == "limit")
    assert (facts.id, facts.client_id) == (placed["id"], placed["clientOrderId"])
    assert (facts.side, facts.quantity) == (asked[1], asked[2] * trader.kind.lot)
    assert facts.price == dec(asked[3])
    assert (facts.state, facts.filled) == (state, filled * trader.kind.lot)
    assert facts.reduce_only == params.get("reduceOnly", False)
    assert facts.client_id == params.get("clientOrderId", facts.client_id)
    assert [by_ccxt(each) for each in trader.open_orders()] == ([facts] if state == "open" else [])


CLOSING: dict[str, Any] = {"closeOnTrigger": True, "reduceOnly": True}
FALLING, RISING = {"triggerDirection": "descending"}, {"triggerDirection": "ascending"}
CONDITIONAL: list[tuple[str, Asked, dict[str, Any], str]] = [
    ("stop", ("market", "sell", 2, None), {"triggerPrice": "45000", **FALLING, **CLOSING}, "Stop"),
    ("target", ("market", "sell", 2, None), {"triggerPrice": "60000", **RISING, **CLOSING}, "MarketIfTouched"),
    ("stop with a limit", ("limit", "sell", 2, "44900"), {"triggerPrice": "45000", **FALLING, "reduceOnly": True},
     "StopLimit"),
    ("target with a limit", ("limit", "sell", 2, "60100"), {"triggerPrice": "60000", **RISING, "reduceOnly": True},
     "LimitIfTouched"),
    ("entry above the price", ("market", "buy", 1, None), {"triggerPrice": "55000", **RISING}, "Stop"),
    ("entry below the price", ("market", "buy", 1, None), {"triggerPrice": "45000", **FALLING}, "MarketIfTouched"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "asked", "params", "kind"), CONDITIONAL, ids=[row[0] for row in CONDITIONAL])
def test_a_conditional_order_waits_among_the_others(
    trader: Trader, what: str, asked: Asked, params: dict[str, Any], kind: str
) -> None:
    trader.lots("market", "buy", 2)
    placed = trader.lots(*asked, **params)
    facts = all_agree(trader, placed, is_limit=asked[0] == "limit")
    assert (facts.state, facts.trigger) == ("open", dec(params["triggerPrice"]))
    (listed,) = trader.open_orders()
    assert by_ccxt(listed) == facts
    assert listed["info"]["orderType"] == kind


@pytest.mark.parametrize(("trigger", "direction", "moved"), [("45000", FALLING, "44000"), ("60000", RISING, "61000")])
def test_a_triggered_exit_has_closed_the_position(
    trader: Trader, trigger: str, direction: dict[str, str], moved: str
) -> None:
    trader.lots("market", "buy", 2)
    exit_ = trader.lots("market", "sell", 2, triggerPrice=trigger, **direction, **CLOSING)
    trader.move_price(moved)
    assert all_agree(trader, exit_).filled == 2 * trader.kind.lot
    assert trader.held() == []


def test_exits_ride_on_an_entry_and_close_the_whole_position(trader: Trader) -> None:
    riding = {"stopLoss": {"triggerPrice": "45000"}, "takeProfit": {"triggerPrice": "60000"}}
    entry = trader.lots("limit", "buy", 2, "49000", **riding)
    assert [each["id"] for each in trader.open_orders()] == [entry["id"]]
    trader.move_price("49000")
    assert all_agree(trader, entry, is_limit=True).state == "closed"
    assert sorted(dec(each["triggerPrice"]) for each in trader.open_orders()) == [45000, 60000]
    trader.lots("market", "buy", 1)
    trader.move_price("44000")
    assert trader.held() == []
    assert trader.open_orders() == []


def test_a_position_can_get_no_riding_exits_any_more(trader: Trader) -> None:
    trader.lots("market", "buy", 1)
    with pytest.raises(ccxt.InvalidOrder, match="11074"):
        trader.lots("limit", "buy", 1, "49000", stopLoss={"triggerPrice": "45000"})


def test_linear_markets_are_those_of_the_products(linear: Trader) -> None:
    linear.ccxt.load_markets()
    told = linear.raw.data("/public/products")["perpProductsV2"]
    assert len(told) >= 8
    for product in told:
        (market,) = linear.ccxt.markets_by_id[product["symbol"]]
        assert dec(market["precision"]["price"]) == dec(product["tickSize"]) > 0
        assert dec(market["precision"]["amount"]) == dec(product["qtyStepSize"]) > 0
        assert dec(market["limits"]["leverage"]["max"]) == dec(product["maxLeverage"]) >= 20
        assert (market["linear"], market["settle"], market["active"]) == (True, "USDT", True)


def test_inverse_markets_are_those_of_the_products(linear: Trader) -> None:
    linear.ccxt.load_markets()
    told = [each for each in linear.raw.data("/public/products")["products"] if each["type"] == "Perpetual"]
    assert {product["symbol"] for product in told} >= {"BTCUSD", "ETHUSD"}
    for product in told:
        (market,) = linear.ccxt.markets_by_id[product["symbol"]]
        assert dec(market["precision"]["price"]) == dec(str(product["tickSize"])) > 0
        assert dec(market["precision"]["amount"]) == dec(str(product["lotSize"])) == 1
        assert dec(market["contractSize"]) == dec(str(product["contractSize"])) == 1
        assert (market["inverse"], market["settle"]) == (True, product["settleCurrency"])


def signed_fills(trader: Trader) -> Decimal:
    """What the ledger's orders add up to."""
    return sum((dec(row["filled"]) * (1 if row["side"] == "Buy" else -1) for row in trader.rows()), Decimal(0))


@pytest.mark.parametrize(("side", "word", "moved"), [("buy", "long", "51000"), ("sell", "short", "48000")])
def test_a_linear_position_is_what_the_fills_add_up_to(linear: Trader, side: str, word: str, moved: str) -> None:
    linear.ccxt.set_leverage(20, LINEAR.market.symbol)
    linear.lots("market", side, 2)
    linear.lots("market", side, 3)
    linear.move_price(moved)
    (position,) = linear.held()
    rows = linear.raw.data("/g-accounts/accountPositions", currency="USDT")["positions"]
    (raw,) = (each for each in rows if each["size"] != "0")
    sign = 1 if side == "buy" else -1
    assert (position["side"], raw["side"]) == (word, side.capitalize())
    assert sign * dec(position["contracts"]) == sign * dec(raw["size"]) == signed_fills(linear)
    assert dec(position["entryPrice"]) == dec(raw["avgEntryPriceRp"]) == 50000
    assert dec(position["markPrice"]) == dec(raw["markPriceRp"]) == dec(moved)
    gained = sign * (dec(moved) - 50000) * Decimal("0.05")
    assert dec(position["unrealizedPnl"]) == dec(raw["unRealisedPnlRv"]) == gained > 0
    assert (dec(position["leverage"]), position["marginMode"]) == (20, "isolated")
    assert dec(position["initialMargin"]) == dec(raw["assignedPosBalanceRv"])


@pytest.mark.parametrize(("side", "word", "moved"), [("buy", "long", "62500"), ("sell", "short", "40000")])
def test_an_inverse_position_is_what_the_fills_add_up_to(
    simulator: SimulatorProcess, side: str, word: str, moved: str
) -> None:
    trader = Trader(simulator, INVERSE)
    trader.lots("market", side, 2)
    trader.lots("market", side, 3)
    trader.move_price(moved)
    (position,) = trader.held()
    rows = trader.raw.data("/accounts/accountPositions", currency="BTC")["positions"]
    (raw,) = (each for each in rows if each["size"])
    sign = 1 if side == "buy" else -1
    assert (position["side"], raw["side"]) == (word, side.capitalize())
    assert sign * dec(position["contracts"]) == sign * raw["size"] == signed_fills(trader) == sign * 500
    assert dec(position["entryPrice"]) == raw["avgEntryPriceEp"] / PRICE_SCALE == 50000
    assert dec(position["markPrice"]) == raw["markPriceEp"] / PRICE_SCALE == dec(moved)
    gained = sign * 500 * (1 / Decimal(50000) - 1 / dec(moved))
    assert raw["unRealisedPnlEv"] / BTC_SCALE == gained.quantize(Decimal("1E-8")) > 0


def test_the_balance_is_what_trades_and_fees_have_left(trader: Trader) -> None:
    trader.lots("market", "buy", 2)
    trader.move_price("62500")
    trader.lots("market", "sell", 2, reduceOnly=True)
    trades = trader.ccxt.fetch_my_trades(trader.market.symbol)
    fees = sum(dec(trade["fee"]["cost"]) for trade in trades)
    assert fees == trader.kind.fee * sum(dec(trade["cost"]) for trade in trades)
    earned = Decimal(250) if trader.kind is LINEAR else 200 * (1 / Decimal(50000) - 1 / Decimal(62500))
    balance = trader.ccxt.fetch_balance(trader.kind.balance)[trader.kind.asset]
    assert dec(balance["total"]) == dec(FUNDS[trader.kind.asset]) + earned - fees
    assert dec(balance["free"]) == dec(balance["total"])
    assert trader.held() == []


def test_margin_in_use_is_not_free(trader: Trader) -> None:
    trader.ccxt.set_leverage(10, trader.market.symbol)
    trader.lots("market", "buy", 2)
    balance = trader.ccxt.fetch_balance(trader.kind.balance)[trader.kind.asset]
    margin = Decimal(100) if trader.kind is LINEAR else Decimal("0.0004")
    assert dec(balance["used"]) == margin
    assert dec(balance["free"]) == dec(balance["total"]) - margin


def test_open_and_ended_orders_are_those_of_the_ledger(trader: Trader) -> None:
    trader.lots("market", "buy", 50)
    for _, asked, params, _, _ in ORDERS:
        trader.lots(*asked, **params)
    for _, asked, params, _ in CONDITIONAL:
        trader.lots(*asked, **params)
    states = {row["order_id"]: STATES[row["state"]] for row in trader.rows()}
    open_ = {order_id for order_id, state in states.items() if state == "open"}
    assert {each["id"] for each in trader.open_orders()} == open_
    ended = {each["id"]: each["status"] for each in trader.ccxt.fetch_closed_orders(trader.market.symbol)}
    assert {order_id: ended.get(order_id) for order_id in states if order_id not in open_} == {
        order_id: state for order_id, state in states.items() if order_id not in open_
    }


def test_a_cancelled_order_is_cancelled_everywhere(trader: Trader) -> None:
    order = trader.lots("limit", "buy", 1, "49000")
    stop = trader.lots("market", "buy", 1, triggerPrice="55000", **RISING)
    for each in (order, stop):
        trader.ccxt.cancel_order(each["id"], trader.market.symbol)
    assert all_agree(trader, order, is_limit=True).state == "canceled"
    assert all_agree(trader, stop).state == "canceled"
    assert trader.open_orders() == []


def test_cancel_all_takes_one_call_for_active_and_one_for_waiting_orders(trader: Trader) -> None:
    trader.lots("limit", "buy", 1, "49000")
    trader.lots("market", "buy", 1, triggerPrice="55000", **RISING)
    trader.ccxt.cancel_all_orders(trader.market.symbol)
    assert [dec(each["triggerPrice"]) for each in trader.open_orders()] == [55000]
    trader.ccxt.cancel_all_orders(trader.market.symbol, {"untriggered": "true"})
    assert trader.open_orders() == []
    assert {STATES[row["state"]] for row in trader.rows()} == {"canceled"}


def test_ccxts_own_word_for_waiting_orders_is_misspelt_and_cancels_the_others(trader: Trader) -> None:
    trader.lots("limit", "buy", 1, "49000")
    trader.lots("market", "buy", 1, triggerPrice="55000", **RISING)
    trader.ccxt.cancel_all_orders(trader.market.symbol, {"trigger": True})
    assert [dec(each["triggerPrice"]) for each in trader.open_orders()] == [55000]


# Settings


def setting(trader: Trader, posside: str = "Merged") -> dict[str, Any]:
    """Phemex tells leverage and mode with the position, a flat one too."""
    if trader.kind is INVERSE:
        rows = trader.raw.data("/accounts/accountPositions", currency="BTC")["positions"]
        return next(each for each in rows if each["symbol"] == trader.market.native)
    rows = trader.raw.data("/g-accounts/accountPositions", currency="USDT")["positions"]
    return next(each for each in rows if each["symbol"] == trader.market.native and each["posSide"] == posside)


def leverage_of(told: dict[str, Any]) -> Decimal:
    """Below 0 is cross margin."""
    return dec(told["leverageRr"]) if "leverageRr" in told else told["leverageEr"] / BTC_SCALE


def test_leverage_is_read_as_it_was_set(trader: Trader) -> None:
    for leverage in (7, 20, 100):
        trader.ccxt.set_leverage(leverage, trader.market.symbol)
        assert leverage_of(setting(trader)) == leverage
    trader.lots("market", "buy", 1)
    (position,) = trader.held()
    assert (dec(position["leverage"]), position["marginMode"]) == (100, "isolated")


def test_the_sign_of_the_leverage_is_the_margin_mode(trader: Trader) -> None:
    trader.ccxt.set_margin_mode("isolated", trader.market.symbol, {"leverage": 5})
    assert leverage_of(setting(trader)) == 5
    trader.ccxt.set_leverage(-5, trader.market.symbol)
    assert leverage_of(setting(trader)) == -5
    trader.lots("market", "buy", 1)
    assert trader.held()[0]["marginMode"] == "cross"


def test_position_mode_is_as_it_was_set(linear: Trader) -> None:
    for hedged, posside, native in ((True, "Long", "Hedged"), (False, "Merged", "OneWay")):
        linear.ccxt.set_position_mode(hedged, LINEAR.market.symbol)
        assert setting(linear, posside)["posMode"] == native


def test_in_hedged_mode_both_positions_stand_side_by_side(hedger: Trader) -> None:
    hedger.lots("market", "buy", 3, hedged=True)
    hedger.lots("market", "sell", 2, hedged=True)
    hedger.lots("market", "sell", 1, hedged=True, reduceOnly=True)
    positions = {each["side"]: each for each in hedger.held()}
    assert {side: (dec(each["contracts"]), each["hedged"]) for side, each in positions.items()} == {
        "long": (Decimal("0.02"), True), "short": (Decimal("0.02"), True),
    }  # fmt: skip
    hedger.lots("market", "sell", 2, posSide="Long", triggerPrice="45000", closeOnTrigger=True, **FALLING)
    hedger.move_price("44000")
    assert [each["side"] for each in hedger.held()] == ["short"]


def test_leverage_of_both_sides_is_set_at_once(hedger: Trader) -> None:
    hedger.ccxt.set_leverage(10, LINEAR.market.symbol, {"hedged": True, "longLeverageRr": "8", "shortLeverageRr": "9"})
    assert [leverage_of(setting(hedger, side)) for side in ("Long", "Short")] == [8, 9]


# Refusals

Deed = Callable[[Trader], Any]


def twice(trader: Trader) -> Any:
    for _ in range(2):
        trader.lots("limit", "buy", 1, "49000", clientOrderId="sig-42-e1")


def cancelled_twice(trader: Trader) -> Any:
    order = trader.lots("limit", "buy", 1, "49000")
    for _ in range(2):
        trader.ccxt.cancel_order(order["id"], trader.market.symbol)


def faulty(kind: str, **more: Any) -> Deed:
    def deed(trader: Trader) -> Any:
        trader.ccxt.load_markets()
        trader.fault(kind, **more)
        return trader.lots("limit", "buy", 1, "49000")

    return deed


def wrong_side(trader: Trader) -> Any:
    return trader.lots("market", "sell", 1, triggerPrice="55000", **FALLING)


NOBODY = "00000000-0000-0000-0000-000000000000"
REFUSALS: list[tuple[str, Deed, type[ccxt.BaseError], str]] = [
    ("too little margin", lambda t: t.lots("market", "buy", 9_000), ccxt.InsufficientFunds, "11001"),
    ("no such order", lambda t: t.ccxt.fetch_order(NOBODY, t.market.symbol), ccxt.OrderNotFound, "not found"),
    ("cancel of no order", lambda t: t.ccxt.cancel_order(NOBODY, t.market.symbol), ccxt.OrderNotFound, "10002"),
    ("cancel of a cancelled order", cancelled_twice, ccxt.InvalidOrder, "11062"),
    ("reduce-only with nothing to reduce", lambda t: t.lots("market", "sell", 1, reduceOnly=True), ccxt.InvalidOrder,
     "11057"),
    ("stop on the wrong side", wrong_side, ccxt.InvalidOrder, "11044"),
    ("too much leverage", lambda t: t.ccxt.privatePutGPositionsLeverage({"symbol": "BTCUSDT", "leverageRr": "101"}),
     ccxt.InvalidOrder, "11004"),
    ("same id twice", twice, ccxt.DuplicateOrderId, "11085"),
    ("too many requests", faulty("rate_limit"), ccxt.RateLimitExceeded, "39995"),
    ("banned", faulty("ban"), ccxt.ExchangeError, "403"),
    ("maintenance", faulty("maintenance"), ccxt.ExchangeError, "503"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "deed", "error", "words"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_a_refusal_has_the_class_and_the_code_of_the_exchange(
    trader: Trader, what: str, deed: Deed, error: type[ccxt.BaseError], words: str
) -> None:
    with pytest.raises(error, match=words):
        deed(trader)


def sent_raw(linear: Trader, **changed: str) -> Any:
    """Past ccxt's own rounding and its own list of symbols."""
    asked = {
        "symbol": "BTCUSDT", "side": "Buy", "posSide": "Merged", "ordType": "Limit", "orderQtyRq": "0.01",
        "priceRp": "49000", "timeInForce": "GoodTillCancel", "clOrdID": "sig-42-r1",
    }  # fmt: skip
    return linear.ccxt.privatePostGOrders({**asked, **changed})


LINEAR_REFUSALS: list[tuple[str, Deed, type[ccxt.BaseError], str]] = [
    ("no such symbol", lambda t: sent_raw(t, symbol="NOPEUSDT"), ccxt.BadSymbol, "11027"),
    ("off the step", lambda t: sent_raw(t, orderQtyRq="0.0105"), ccxt.BadRequest, "6001"),
    ("off the tick", lambda t: sent_raw(t, priceRp="49000.05"), ccxt.BadRequest, "6001"),
    ("a side of hedged mode in one-way mode", lambda t: sent_raw(t, posSide="Long"), ccxt.ExchangeError, "20004"),
    ("a side that is none", lambda t: sent_raw(t, posSide="Both"), ccxt.BadRequest, "6001"),
]


@pytest.mark.parametrize(("what", "deed", "error", "words"), LINEAR_REFUSALS, ids=[row[0] for row in LINEAR_REFUSALS])
def test_a_linear_refusal_has_the_class_and_the_code_of_the_exchange(
    linear: Trader, what: str, deed: Deed, error: type[ccxt.BaseError], words: str
) -> None:
    with pytest.raises(error, match=words):
        deed(linear)


def test_position_mode_with_a_position_is_refused(linear: Trader) -> None:
    linear.lots("market", "buy", 1)
    with pytest.raises(ccxt.ExchangeError, match="20005"):
        linear.ccxt.set_position_mode(True, LINEAR.market.symbol)


@pytest.mark.parametrize(
    ("kind", "error"), [("lost_answer", ccxt.NetworkError), ("error_after_execute", ccxt.ExchangeError)]
)
def test_an_order_whose_answer_was_lost_is_found_by_its_own_id(
    trader: Trader, kind: str, error: type[ccxt.BaseError]
) -> None:
    trader.ccxt.load_markets()
    trader.fault(kind, on="order")
    with pytest.raises(error):
        trader.lots("market", "buy", 1, clientOrderId="sig-42-l1")
    found = trader.ccxt.fetch_order("", trader.market.symbol, {"clientOrderId": "sig-42-l1"})
    assert (found["clientOrderId"], found["status"]) == ("sig-42-l1", "closed")
    all_agree(trader, found)
