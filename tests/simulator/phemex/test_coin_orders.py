"""Inverse contracts of the old API: scaled integers, margin and profit in coin (EXCHANGES 6.6)."""

from typing import Any

import pytest

from tests.simulator.phemex.client import COIN, COIN_MARKET, Phemex

QUERY = "/exchange/order"


def coin_order(phemex: Phemex, client_id: str, symbol: str = "BTCUSD") -> dict[str, Any]:
    (row,) = phemex.ok("GET", QUERY, symbol=symbol, clOrdID=client_id)
    found: dict[str, Any] = row
    return found


def account(phemex: Phemex, currency: str = "BTC") -> tuple[dict[str, Any], dict[str, Any]]:
    """The account, and its only position."""
    told = phemex.ok("GET", "/accounts/accountPositions", currency=currency)
    (position,) = told["positions"]
    return told["account"], position


def move(phemex: Phemex, price: str) -> None:
    phemex.move_price(price, "BTCUSD")


def test_the_first_answer_is_an_acknowledgement_in_integers(phemex: Phemex) -> None:
    placed = phemex.ok("POST", "/orders", {**COIN, "clOrdID": "a", "actionBy": "FromOrderPlacement"})
    assert (placed["ordStatus"], placed["bizError"], placed["priceEp"]) == ("Created", 0, 490_000_000)
    assert (placed["leavesQty"], placed["leavesValueEv"], placed["cumQty"]) == (1000, 2_040_816, 0)
    assert placed["transactTimeNs"] == 0 < placed["actionTimeNs"]


def test_a_side_of_positions_is_ignored_and_unspecified_words_are_none(phemex: Phemex) -> None:
    order = {**COIN, "posSide": "Merged", "triggerType": "UNSPECIFIED", "pegPriceType": "UNSPECIFIED"}
    assert phemex.ok("POST", "/orders", {**order, "takeProfitEp": 0, "stopLossEp": 0})["ordStatus"] == "Created"


def test_a_filled_order_keeps_its_words_in_the_history(phemex: Phemex) -> None:
    phemex.ok("PUT", "/orders/create", **COIN_MARKET, clOrdID="a")
    order = coin_order(phemex, "a")
    assert (order["ordStatus"], order["cumQty"], order["cumValueEv"]) == ("Filled", 1000, 2_000_000)
    assert (order["side"], order["orderType"], order["leavesQty"]) == ("Buy", "Market", 0)


def test_profit_and_fees_are_in_coin(phemex: Phemex) -> None:
    phemex.ok("POST", "/orders", COIN_MARKET)
    move(phemex, "55000")
    _, held = account(phemex)
    assert (held["side"], held["size"], held["valueEv"]) == ("Buy", 1000, 2_000_000)
    assert held["unRealisedPnlEv"] == 181_818  # 1000 * (1/50000 - 1/55000)
    phemex.ok("POST", "/orders", {**COIN_MARKET, "side": "Sell", "reduceOnly": True})
    told, held = account(phemex)
    assert held["side"] == "None"
    assert told["accountBalanceEv"] == 100_000_000 + 181_818 - 1500 - 1364  # fees: 0.075 % of each value


def test_a_short_gains_coin_as_the_price_falls(phemex: Phemex) -> None:
    phemex.ok("POST", "/orders", {**COIN_MARKET, "side": "Sell"})
    move(phemex, "40000")
    assert account(phemex)[1]["unRealisedPnlEv"] == 500_000


def test_entries_average_by_value(phemex: Phemex) -> None:
    """1,000 at 50,000 and 1,000 at 40,000 are 0.045 bitcoin: 44,444.44, not 45,000."""
    phemex.ok("POST", "/orders", COIN_MARKET)
    move(phemex, "40000")
    phemex.ok("POST", "/orders", COIN_MARKET)
    assert account(phemex)[1]["avgEntryPriceEp"] == 444_444_444


def test_each_coin_has_an_account_of_its_own(phemex: Phemex) -> None:
    phemex.ok("POST", "/orders", {**COIN_MARKET, "symbol": "ETHUSD", "clOrdID": "e"})
    told, held = account(phemex, "ETH")
    assert (told["accountBalanceEv"], held["size"]) == (1_000_000_000 - 30_000, 1000)
    assert account(phemex)[0]["accountBalanceEv"] == 100_000_000
    assert phemex.refused("GET", "/accounts/accountPositions", currency="USDT") == 11028


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "BTCUSDT"}, 11027), ({"orderQty": 0}, 11058), ({"orderQty": 1.5}, 6001),
        ({"orderQty": 2_000_000}, 11056), ({"priceEp": 490_000_001}, 6001), ({"priceEp": 0}, 11055),
        ({"priceEp": "dear"}, 6001),
        ({"priceEp": "--5"}, 6001), ({"orderQty": 900_000}, 11001), ({"ordType": "MarketAsLimit"}, 11035),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused_by_its_code(phemex: Phemex, changes: dict[str, Any], code: int) -> None:
    assert phemex.refused("POST", "/orders", {**COIN, **changes}) == code


def test_the_client_ids_of_both_contract_apis_are_one_set(phemex: Phemex) -> None:
    phemex.place(clOrdID="same")
    assert phemex.refused("POST", "/orders", {**COIN, "clOrdID": "same"}) == 11085


def test_an_open_order_is_listed_amended_and_cancelled(phemex: Phemex) -> None:
    assert phemex.refused("GET", "/orders/activeList", symbol="BTCUSD") == 10002
    order_id = phemex.ok("POST", "/orders", {**COIN, "clOrdID": "a"})["orderID"]
    asked = {"symbol": "BTCUSD", "orderID": order_id}
    assert phemex.ok("PUT", "/orders/replace", **asked, priceEp=480_000_000, orderQty=2000)["orderQty"] == 2000
    (row,) = phemex.ok("GET", "/orders/activeList", symbol="BTCUSD")["rows"]
    assert (row["priceEp"], row["ordStatus"], row["leavesValueEv"]) == (480_000_000, "New", 4_166_666)
    assert phemex.ok("DELETE", "/orders/cancel", **asked)["ordStatus"] == "New"
    assert coin_order(phemex, "a")["ordStatus"] == "Canceled"


def test_the_list_of_active_orders_takes_states_one_by_one(phemex: Phemex) -> None:
    phemex.ok("POST", "/orders", COIN)
    query = "ordStatus=New&ordStatus=PartiallyFilled&ordStatus=Untriggered&symbol=BTCUSD"
    headers = phemex.headers("/orders/activeList", query, "9999999999", "")
    assert len(phemex.send_as_is("GET", "/orders/activeList", query, "", headers).json()["data"]["rows"]) == 1


def test_the_seed_s_way_to_cancel_is_not_found(phemex: Phemex) -> None:
    order_id = phemex.ok("POST", "/orders", COIN)["orderID"]
    assert phemex.send("DELETE", f"/orders/orderID={order_id}&symbol=BTCUSD").status_code == 404


def test_all_are_cancelled_by_kind(phemex: Phemex) -> None:
    assert phemex.refused("DELETE", "/orders/all") == 412
    stop = {**COIN_MARKET, "side": "Sell", "ordType": "Stop", "stopPxEp": 450_000_000, "closeOnTrigger": True}
    for order in (COIN, COIN, stop):
        phemex.ok("POST", "/orders", order)
    assert phemex.ok("DELETE", "/orders/all", symbol="BTCUSD") == 2
    assert phemex.ok("DELETE", "/orders/all", symbol="BTCUSD", untriggered="true") == 1


def test_bulk_cancel_names_orders_in_a_list(phemex: Phemex) -> None:
    ids = [phemex.ok("POST", "/orders", COIN)["orderID"] for _ in range(2)]
    told = phemex.ok("DELETE", "/orders", symbol="BTCUSD", orderID=",".join(ids))
    assert [each["orderID"] for each in told] == ids


def test_attached_exits_close_the_position_by_the_scaled_price(phemex: Phemex) -> None:
    phemex.ok("POST", "/orders", {**COIN_MARKET, "takeProfitEp": 600_000_000, "stopLossEp": 450_000_000})
    held = account(phemex)[1]
    assert (held["takeProfitEp"], held["stopLossEp"]) == (600_000_000, 450_000_000)
    assert phemex.refused("POST", "/orders", {**COIN, "stopLossEp": 450_000_000}) == 11074
    move(phemex, "44000")
    assert account(phemex)[1]["side"] == "None"
    (fill, _) = phemex.ok("GET", "/exchange/order/trade", symbol="BTCUSD")["rows"]
    assert (fill["side"], fill["execPriceEp"]) == ("Sell", 440_000_000)


def test_a_separate_stop_closes_at_most_what_is_open(phemex: Phemex) -> None:
    phemex.ok("POST", "/orders", COIN_MARKET)
    stop = {"side": "Sell", "ordType": "Stop", "stopPxEp": 450_000_000, "triggerType": "ByLastPrice"}
    order = {**COIN_MARKET, **stop, "orderQty": 9000, "closeOnTrigger": True, "clOrdID": "sl"}
    assert phemex.ok("POST", "/orders", order)["ordStatus"] == "Untriggered"
    move(phemex, "45000")
    order = coin_order(phemex, "sl")
    assert (order["ordStatus"], order["cumQty"], order["trigger"]) == ("Filled", 1000, "ByLastPrice")


@pytest.mark.parametrize(
    ("asked", "leverage_er", "cross"),
    [({"leverage": 20}, 2_000_000_000, False), ({"leverageEr": 500_000_000}, 500_000_000, False),
     ({"leverage": 0, "leverageEr": 500_000_000}, 0, True), ({"leverage": -3}, -300_000_000, True)],
)  # fmt: skip
def test_the_sign_of_the_leverage_is_the_margin_mode(
    phemex: Phemex, asked: dict[str, int], leverage_er: int, cross: bool
) -> None:
    phemex.ok("PUT", "/positions/leverage", symbol="BTCUSD", **asked)
    held = account(phemex)[1]
    assert (held["leverageEr"], held["crossMargin"]) == (leverage_er, cross)
    assert phemex.refused("PUT", "/positions/leverage", symbol="BTCUSD", leverage=101) == 11004


@pytest.mark.parametrize(("side", "price_ep"), [("Buy", 456_818_181), ("Sell", 552_777_777)])
def test_an_isolated_position_is_liquidated_where_it_was_announced(phemex: Phemex, side: str, price_ep: int) -> None:
    """1000 at 50,000, ten times, so 0.002 of margin: 1000 * 1.005 / (0.02 + 0.002), 1000 * 0.995 / (0.02 - 0.002)."""
    phemex.ok("PUT", "/positions/leverage", symbol="BTCUSD", leverage=10)
    phemex.ok("POST", "/orders", {**COIN_MARKET, "side": side})
    assert account(phemex)[1]["liquidationPriceEp"] == price_ep
    away = 50 if side == "Buy" else -50
    move(phemex, str(price_ep // 10_000 + away))
    assert account(phemex)[1]["side"] == side
    move(phemex, str(price_ep // 10_000 - away))
    told, held = account(phemex)
    assert (held["side"], told["accountBalanceEv"] >= 100_000_000 - 200_000 - 1500) == ("None", True)


def test_margin_is_assigned_in_the_query_of_a_post(phemex: Phemex) -> None:
    phemex.ok("PUT", "/positions/leverage", symbol="BTCUSD", leverage=10)
    phemex.ok("POST", "/orders", COIN_MARKET)
    phemex.ok("POST", "/positions/assign", symbol="BTCUSD", posBalanceEv=500_000)
    assert account(phemex)[1]["positionMarginEv"] == 500_000


def test_closed_orders_are_listed_with_their_total(phemex: Phemex) -> None:
    for name in ("a", "b"):
        phemex.ok("POST", "/orders", {**COIN_MARKET, "clOrdID": name})
    phemex.ok("POST", "/orders", COIN)
    told = phemex.ok("GET", "/exchange/order/list", symbol="BTCUSD", limit=1)
    assert (told["total"], [row["clOrdID"] for row in told["rows"]]) == (2, ["b"])
    assert phemex.ok("GET", "/exchange/order/list", symbol="BTCUSD", ordStatus="New")["total"] == 1
