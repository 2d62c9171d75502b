"""Spot orders: integers, wallets, conditional orders that lock nothing (EXCHANGES 6.8)."""

from typing import Any

import pytest

from tests.simulator.phemex.client import SPOT, Phemex

ORDERS, BY_ID = "/spot/orders", "/api-data/spots/orders/by-order-id"
MARKET = {"symbol": "sBTCUSDT", "side": "Buy", "ordType": "Market", "qtyType": "ByBase", "baseQtyEv": 1_000_000}
STOP = {**MARKET, "side": "Sell", "ordType": "Stop", "stopPxEp": 4_500_000_000_000, "trigger": "ByLastPrice"}
E8 = 100_000_000


def place(phemex: Phemex, order: dict[str, Any], **changes: Any) -> dict[str, Any]:
    placed: dict[str, Any] = phemex.ok("POST", ORDERS, {**order, **changes})
    return placed


def remembered(phemex: Phemex, client_id: str) -> dict[str, Any]:
    (row,) = phemex.ok("GET", BY_ID, symbol="sBTCUSDT", clOrdID=client_id)["rows"]
    found: dict[str, Any] = row
    return found


def wallet(phemex: Phemex, currency: str) -> tuple[int, int]:
    """Balance and what is locked of it."""
    (row,) = phemex.ok("GET", "/spot/wallets", currency=currency)
    return row["balanceEv"], row["lockedTradingBalanceEv"]


def move(phemex: Phemex, price: str) -> None:
    phemex.move_price(price, "sBTCUSDT")


def test_an_acknowledged_order_says_created_although_it_has_filled(phemex: Phemex) -> None:
    placed = place(phemex, MARKET, clOrdID="a")
    assert (placed["ordStatus"], placed["cumBaseQtyEv"], placed["action"]) == ("Created", 0, "New")
    order = remembered(phemex, "a")
    assert (order["ordStatus"], order["cumQuoteQtyEv"], order["avgPriceEp"]) == ("Filled", 500 * E8, 50_000 * E8)


def test_the_fee_of_a_buy_is_taken_from_the_bought_coin(phemex: Phemex) -> None:
    place(phemex, MARKET, clOrdID="a")
    assert wallet(phemex, "BTC") == (E8 + 999_000, 0)
    assert wallet(phemex, "USDT") == (9500 * E8, 0)
    order = remembered(phemex, "a")
    assert (order["cumFeeEv"], order["feeCurrency"]) == (1000, "BTC")


def test_the_fee_of_a_sale_is_taken_from_the_proceeds(phemex: Phemex) -> None:
    place(phemex, MARKET, side="Sell")
    assert (wallet(phemex, "BTC"), wallet(phemex, "USDT")) == ((99_000_000, 0), (1_049_950_000_000, 0))


def test_a_buy_by_quote_is_rounded_down_to_the_step(phemex: Phemex) -> None:
    place(phemex, MARKET, qtyType="ByQuote", quoteQtyEv=2_533_333_333, clOrdID="a")
    order = remembered(phemex, "a")
    assert (order["cumBaseQtyEv"], order["cumQuoteQtyEv"], order["baseQtyEv"]) == (50_600, 2_530_000_000, 0)


def test_a_resting_limit_locks_money_and_fills_when_the_price_comes(phemex: Phemex) -> None:
    place(phemex, SPOT, clOrdID="a")
    assert wallet(phemex, "USDT") == (10_000 * E8, 490 * E8)
    assert phemex.ok("GET", "/spot/orders/active", symbol="sBTCUSDT", clOrdID="a")["ordStatus"] == "New"
    move(phemex, "48000")
    assert wallet(phemex, "USDT") == (9510 * E8, 0)
    assert phemex.refused("GET", "/spot/orders/active", symbol="sBTCUSDT", clOrdID="a") == 10002


def test_contracts_and_spot_have_wallets_of_their_own(phemex: Phemex) -> None:
    place(phemex, MARKET)
    assert phemex.balance() == ("10000", "0")
    phemex.place(clOrdID="same")
    assert place(phemex, SPOT, clOrdID="same")["bizError"] == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "BTCUSDT"}, 39997), ({"side": "Hold"}, 11034), ({"ordType": "Odd"}, 11035),
        ({"timeInForce": "GTC"}, 11036), ({"qtyType": "ByHeart"}, 11112),
        ({"qtyType": "ByQuote", "quoteQtyEv": -5}, 11058), ({"baseQtyEv": 10}, 11058),
        ({"baseQtyEv": 1_000_050}, 6001), ({"baseQtyEv": 2000}, 11115), ({"baseQtyEv": None}, 412),
        ({"baseQtyEv": 0.01}, 6001), ({"baseQtyEv": 50 * E8, "side": "Sell", "priceEp": 5_100_000_000_000}, 11105),
        ({"baseQtyEv": 5 * E8}, 11106), ({"baseQtyEv": 200 * E8}, 11114), ({"priceEp": 4_900_000_500_000}, 6001),
        ({"priceEp": 0}, 11055), ({"baseQtyEv": 2000 * E8}, 11056),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused_by_its_code(phemex: Phemex, changes: dict[str, Any], code: int) -> None:
    assert phemex.refused("POST", ORDERS, {**SPOT, **changes}) == code
    assert phemex.accepted() == []


def test_a_client_id_is_unique_among_all_orders(phemex: Phemex) -> None:
    place(phemex, MARKET, clOrdID="same")
    assert phemex.refused("PUT", "/spot/orders/create", **SPOT, clOrdID="same") == 11085


def test_a_post_only_order_that_would_cross_is_accepted_and_then_cancelled(phemex: Phemex) -> None:
    place(phemex, SPOT, priceEp=5_000_000_000_000, timeInForce="PostOnly", clOrdID="a")
    order = remembered(phemex, "a")
    assert (order["ordStatus"], order["cxlRejReason"]) == ("Canceled", 101)


def test_an_immediate_order_that_does_not_cross_gives_its_money_back(phemex: Phemex) -> None:
    place(phemex, SPOT, timeInForce="ImmediateOrCancel", clOrdID="a")
    assert remembered(phemex, "a")["ordStatus"] == "Canceled"
    assert wallet(phemex, "USDT") == (10_000 * E8, 0)


def test_a_partial_fill_keeps_the_rest_locked(phemex: Phemex) -> None:
    phemex.fault("partial", fraction="0.5")
    place(phemex, SPOT, priceEp=5_000_000_000_000, clOrdID="a")
    assert wallet(phemex, "USDT") == (9750 * E8, 250 * E8)
    (row,) = phemex.ok("GET", ORDERS, symbol="sBTCUSDT")
    assert (row["ordStatus"], row["leavesBaseQtyEv"]) == ("PartiallyFilled", 500_000)
    move(phemex, "50000")
    assert remembered(phemex, "a")["ordStatus"] == "Filled"


def test_a_conditional_order_locks_nothing_and_sells_at_the_price_that_triggered_it(phemex: Phemex) -> None:
    placed = place(phemex, STOP, clOrdID="a")
    assert (placed["ordStatus"], placed["stopPxEp"]) == ("Untriggered", 4_500_000_000_000)
    assert wallet(phemex, "BTC") == (E8, 0)
    move(phemex, "44000")
    order = remembered(phemex, "a")
    assert (order["ordStatus"], order["avgPriceEp"]) == ("Filled", 44_000 * E8)


def test_a_conditional_order_with_too_little_at_its_trigger_is_cancelled(phemex: Phemex) -> None:
    place(phemex, STOP, baseQtyEv=E8, clOrdID="a")
    place(phemex, MARKET, side="Sell")
    move(phemex, "44000")
    assert remembered(phemex, "a")["ordStatus"] == "Canceled"
    assert wallet(phemex, "BTC") == (99_000_000, 0)


@pytest.mark.parametrize(
    ("kind", "side", "stop", "code"),
    [("Stop", "Sell", 51_000, 11044), ("Stop", "Buy", 49_000, 11043), ("LimitIfTouched", "Sell", 49_000, 11043)],
)
def test_a_trigger_that_is_due_already_is_refused(phemex: Phemex, kind: str, side: str, stop: int, code: int) -> None:
    order = {**SPOT, "ordType": kind, "side": side, "stopPxEp": stop * E8, "trigger": "ByLastPrice"}
    assert phemex.refused("POST", ORDERS, order) == code
    assert phemex.refused("POST", ORDERS, {**order, "trigger": "ByMarkPrice"}) == 11038


def test_a_limit_if_touched_rests_at_its_price_after_the_trigger(phemex: Phemex) -> None:
    touched = {"ordType": "LimitIfTouched", "side": "Sell", "stopPxEp": 55_000 * E8, "priceEp": 56_000 * E8}
    place(phemex, SPOT, **touched, trigger="ByLastPrice", clOrdID="a")
    move(phemex, "55500")
    assert (remembered(phemex, "a")["ordStatus"], wallet(phemex, "BTC")) == ("New", (E8, 1_000_000))
    move(phemex, "56000")
    assert remembered(phemex, "a")["ordStatus"] == "Filled"


def test_an_amended_order_locks_what_it_now_needs(phemex: Phemex) -> None:
    order_id = place(phemex, SPOT)["orderID"]
    asked = {"symbol": "sBTCUSDT", "orderID": order_id}
    phemex.ok("PUT", ORDERS, **asked, baseQtyEV=2_000_000, priceEp=48_000 * E8)
    assert wallet(phemex, "USDT")[1] == 960 * E8
    assert phemex.refused("PUT", ORDERS, **asked, baseQtyEv=E8) == 11106
    assert wallet(phemex, "USDT")[1] == 960 * E8
    assert phemex.refused("PUT", ORDERS, **asked) == 11065


def test_an_amendment_that_cannot_be_is_refused_by_its_code(phemex: Phemex) -> None:
    amend = ("PUT", ORDERS)
    place(phemex, STOP, clOrdID="stop")
    place(phemex, MARKET, clOrdID="done")
    phemex.fault("partial", fraction="0.5")
    place(phemex, SPOT, priceEp=5_000_000_000_000, clOrdID="half")
    asked = {"symbol": "sBTCUSDT"}
    assert phemex.refused(*amend, **asked, origClOrdID="done", baseQtyEv=2_000_000) == 10002
    assert phemex.refused(*amend, **asked, origClOrdID="stop", priceEp=44_000 * E8) == 11067
    assert phemex.refused(*amend, **asked, origClOrdID="stop", stopPxEp=51_000 * E8) == 11044
    assert phemex.refused(*amend, **asked, origClOrdID="half", stopPxEp=44_000 * E8) == 6001
    assert phemex.refused(*amend, **asked, origClOrdID="half", baseQtyEv=500_000) == 11012
    assert phemex.refused(*amend, **asked) == 11111
    phemex.ok(*amend, **asked, origClOrdID="stop", stopPxEp=44_000 * E8)
    move(phemex, "44500")
    assert remembered(phemex, "stop")["ordStatus"] == "Untriggered"


def test_a_cancel_answers_with_the_old_status(phemex: Phemex) -> None:
    place(phemex, SPOT, clOrdID="a")
    asked = {"symbol": "sBTCUSDT", "clOrdID": "a"}
    assert phemex.ok("DELETE", ORDERS, **asked)["ordStatus"] == "New"
    assert (remembered(phemex, "a")["ordStatus"], wallet(phemex, "USDT")[1]) == ("Canceled", 0)
    assert phemex.refused("DELETE", ORDERS, **asked) == 11062
    assert phemex.refused("DELETE", ORDERS, symbol="sBTCUSDT", clOrdID="nobody") == 10002
    place(phemex, MARKET, clOrdID="done")
    assert phemex.refused("DELETE", ORDERS, symbol="sBTCUSDT", clOrdID="done") == 11063


def test_cancelling_all_takes_two_calls(phemex: Phemex) -> None:
    for order in (SPOT, SPOT, STOP):
        place(phemex, order)
    assert phemex.ok("DELETE", f"{ORDERS}/all", symbol="sBTCUSDT", untriggered="false") == {"total": 2}
    assert [row["ordStatus"] for row in phemex.ok("GET", ORDERS, symbol="sBTCUSDT")] == ["Untriggered"]
    assert phemex.ok("DELETE", f"{ORDERS}/all", symbol="sBTCUSDT", untriggered="true") == {"total": 1}
    assert phemex.ok("GET", ORDERS, symbol="sBTCUSDT") == []


def test_the_history_wraps_its_rows(phemex: Phemex) -> None:
    for name in ("a", "b"):
        place(phemex, MARKET, clOrdID=name)
    place(phemex, SPOT, clOrdID="c")
    history = phemex.ok("GET", "/api-data/spots/orders", symbol="sBTCUSDT", limit=2)
    assert [row["clOrdID"] for row in history["rows"]] == ["c", "b"]
    assert phemex.ok("GET", "/api-data/spots/orders", symbol="sBTCUSDT", offset=1)["rows"][0]["clOrdID"] == "b"
    assert phemex.ok("GET", "/exchange/spot/order", symbol="sBTCUSDT")["total"] == 2
    assert phemex.refused("GET", BY_ID, symbol="sBTCUSDT") == 11111
    assert phemex.ok("GET", BY_ID, symbol="sETHUSDT", clOrdID="a")["rows"] == []
    order_id = remembered(phemex, "a")["orderID"]
    assert len(phemex.ok("GET", BY_ID, symbol="sBTCUSDT", orderID=order_id, clOrdID="a")["rows"]) == 1
    assert phemex.ok("GET", "/api-data/spots/trades", symbol="sBTCUSDT", orderID=order_id)["total"] == 1
    (fill, _) = phemex.ok("GET", "/api-data/spots/trades", symbol="sBTCUSDT")["rows"]
    assert (fill["execPriceEp"], fill["execFeeEv"], fill["feeCurrency"]) == (50_000 * E8, 1000, "BTC")
