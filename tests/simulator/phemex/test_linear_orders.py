"""Orders of USDT contracts: acknowledgement and truth, refusals, ids, cancels (EXCHANGES 6.7, 6.9)."""

from typing import Any

import pytest

from tests.simulator.phemex.client import CANCELED, CLOSE, COIN_MARKET, FILLED, LIMIT, MARKET, NEW, STOP, Phemex

BY_ID = "/api-data/g-futures/orders/by-order-id"


def test_an_acknowledged_order_says_created_although_it_has_filled(phemex: Phemex) -> None:
    placed = phemex.place_market(clOrdID="a")
    assert (placed["ordStatus"], placed["execStatus"], placed["cumQtyRq"]) == ("Created", "PendingNew", "0")
    assert (placed["bizError"], placed["leavesQtyRq"]) == (0, "0.01")
    order = phemex.remembered("a")
    assert (order["ordStatus"], order["cumQtyRq"], order["cumValueRv"]) == (FILLED, "0.01", "500")


def test_the_history_has_numbers_for_words_and_its_own_spelling_of_ids(phemex: Phemex) -> None:
    placed = phemex.place(clOrdID="a")
    order = phemex.remembered("a")
    assert (order["orderId"], order["clOrdId"]) == (placed["orderID"], "a")
    assert (order["side"], order["ordType"], order["ordStatus"]) == (1, 2, NEW)
    assert "orderID" not in order


def test_put_takes_the_same_order_in_its_query(phemex: Phemex) -> None:
    placed = phemex.ok("PUT", "/g-orders/create", **LIMIT, clOrdID="a", reduceOnly="false")
    assert (placed["ordStatus"], placed["orderQtyRq"], placed["priceRp"]) == ("Created", "0.01", "49000")
    assert [row["orderID"] for row in phemex.active()] == [placed["orderID"]]


def test_a_limit_that_crosses_fills_at_the_better_price(phemex: Phemex) -> None:
    phemex.place(clOrdID="a", priceRp="51000")
    assert phemex.remembered("a")["cumValueRv"] == "500"


def test_a_resting_limit_uses_margin_and_fills_when_the_price_comes(phemex: Phemex) -> None:
    phemex.place(clOrdID="a")
    assert phemex.balance() == ("10000", "49")  # a tenth of 490
    assert phemex.active()[0]["ordStatus"] == "New"
    phemex.move_price("48000")
    assert phemex.remembered("a")["cumValueRv"] == "490"
    assert phemex.balance()[0] == "9999.951"  # maker: 0.01 % of 490


def test_no_open_order_is_told_as_a_code_and_not_as_an_empty_list(phemex: Phemex) -> None:
    assert phemex.refused("GET", "/g-orders/activeList", symbol="BTCUSDT") == 10002
    phemex.place()
    assert phemex.refused("GET", "/g-orders/activeList", symbol="ETHUSDT") == 10002


def test_a_client_id_is_unique_among_all_orders_of_the_account(phemex: Phemex) -> None:
    phemex.place(clOrdID="same")
    phemex.ok("DELETE", "/g-orders/cancel", symbol="BTCUSDT", clOrdID="same", posSide="Merged")
    assert phemex.refuses(clOrdID="same") == 11085
    assert phemex.refuses(clOrdID="same", symbol="ETHUSDT", priceRp="2000") == 11085
    assert len(phemex.accepted()) == 1


def test_an_order_without_a_client_id_is_found_by_its_own(phemex: Phemex) -> None:
    placed = [phemex.place(), phemex.place()]
    assert placed[0]["clOrdID"] == ""
    rows = phemex.ok("GET", BY_ID, symbol="BTCUSDT", orderID=",".join(each["orderID"] for each in placed))
    assert len({row["orderId"] for row in rows}) == 2


def test_an_unknown_order_is_left_out_of_the_history(phemex: Phemex) -> None:
    assert phemex.ok("GET", BY_ID, symbol="BTCUSDT", clOrdID="nobody") == []
    assert phemex.refused("GET", BY_ID, symbol="BTCUSDT") == 11111


def test_a_target_alone_is_enough_of_an_exit(phemex: Phemex) -> None:
    phemex.place(side="Sell", priceRp="51000", takeProfitRp="45000")
    assert phemex.active()[0]["stopLossRp"] == "0"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "NOPE"}, 11027), ({"symbol": "BTCUSD"}, 11027), ({"symbol": ""}, 412), ({"side": "buy"}, 11034),
        ({"ordType": "Odd"}, 11035), ({"timeInForce": "GTC"}, 11036), ({"posSide": ""}, 412),
        ({"posSide": "Both"}, 6001), ({"posSide": "Long"}, 20004), ({"orderQtyRq": "0.0001"}, 11058),
        ({"orderQtyRq": "0.0015"}, 6001), ({"orderQtyRq": "2000"}, 11056), ({"orderQtyRq": "1e-2"}, 6001),
        ({"orderQtyRq": None}, 412),
        ({"priceRp": "dear"}, 6001), ({"priceRp": "NaN"}, 6001), ({"priceRp": "0"}, 11055),
        ({"priceRp": "49000.05"}, 6001),
        ({"priceRp": "2000000"}, 11053), ({"priceRp": "50", "orderQtyRq": "0.001"}, 11115),
        ({"orderQtyRq": "3"}, 11001), ({"reduceOnly": True}, 11057), ({"reduceOnly": "maybe"}, 6001),
        ({"clOrdID": "x" * 41}, 6001), ({"takeProfitRp": "49000"}, 11047), ({"stopLossRp": "49000"}, 11048),
        ({"side": "Sell", "priceRp": "51000", "takeProfitRp": "51000"}, 11050),
        ({"side": "Sell", "priceRp": "51000", "stopLossRp": "51000"}, 11052),
        ({"takeProfitRp": "60000", "tpTrigger": "ByMoon"}, 11077), ({"stopLossRp": "-5"}, 11055),
        ({"stopLossRp": "40000", "slTrigger": "ByMoon"}, 11080),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused_by_its_code(phemex: Phemex, changes: dict[str, Any], code: int) -> None:
    assert phemex.refuses(**changes) == code
    assert phemex.accepted() == []


def test_numbers_are_taken_where_text_is_usual(phemex: Phemex) -> None:
    assert phemex.place(orderQtyRq=0.01, priceRp=49000)["priceRp"] == "49000"


def test_a_body_that_is_not_json_is_refused(phemex: Phemex) -> None:
    body, expiry = "{", "9999999999"
    answer = phemex.send_as_is("POST", "/g-orders", "", body, phemex.headers("/g-orders", "", expiry, body))
    assert answer.json()["code"] == 30000


def test_the_longest_client_id_is_accepted(phemex: Phemex) -> None:
    phemex.place(clOrdID="x" * 40)
    assert phemex.remembered("x" * 40)["ordStatus"] == NEW


def test_a_post_only_order_that_would_cross_is_accepted_and_then_cancelled(phemex: Phemex) -> None:
    assert phemex.place(clOrdID="a", priceRp="50000", timeInForce="PostOnly")["ordStatus"] == "Created"
    order = phemex.remembered("a")
    assert (order["ordStatus"], order["cxlRejReason"], order["cumQtyRq"]) == (CANCELED, 101, "0")
    phemex.place(clOrdID="b", timeInForce="PostOnly")
    assert phemex.remembered("b")["ordStatus"] == NEW


@pytest.mark.parametrize("time_in_force", ["ImmediateOrCancel", "FillOrKill"])
def test_an_immediate_order_that_does_not_cross_is_cancelled(phemex: Phemex, time_in_force: str) -> None:
    phemex.place(clOrdID="a", timeInForce=time_in_force)
    assert phemex.remembered("a")["ordStatus"] == CANCELED
    assert phemex.balance() == ("10000", "0")


@pytest.mark.parametrize(
    ("time_in_force", "status", "filled"),
    [("GoodTillCancel", 6, "0.005"), ("ImmediateOrCancel", CANCELED, "0.005"), ("FillOrKill", CANCELED, "0")],
)
def test_a_partial_fill_leaves_what_its_time_in_force_leaves(
    phemex: Phemex, time_in_force: str, status: int, filled: str
) -> None:
    phemex.fault("partial", fraction="0.5")
    phemex.place(clOrdID="a", priceRp="50000", timeInForce=time_in_force)
    order = phemex.remembered("a")
    assert (order["ordStatus"], order["cumQtyRq"]) == (status, filled)


def test_the_rest_of_a_partial_fill_comes_with_the_next_price(phemex: Phemex) -> None:
    phemex.fault("partial", fraction="0.25")
    phemex.place(clOrdID="a", priceRp="50000")
    assert phemex.active()[0]["leavesQtyRq"] == "0.008"
    phemex.move_price("50000")
    assert (phemex.remembered("a")["ordStatus"], phemex.position()["size"]) == (FILLED, "0.01")


def test_a_cancel_answers_with_the_old_status(phemex: Phemex) -> None:
    placed = phemex.place(clOrdID="a")
    asked = {"symbol": "BTCUSDT", "orderID": placed["orderID"], "posSide": "Merged"}
    assert phemex.ok("DELETE", "/g-orders/cancel", **asked)["ordStatus"] == "New"
    assert phemex.remembered("a")["ordStatus"] == CANCELED
    assert phemex.refused("DELETE", "/g-orders/cancel", **asked) == 11062


def test_what_has_filled_or_never_was_cannot_be_cancelled(phemex: Phemex) -> None:
    phemex.place_market(clOrdID="a")
    cancel = ("DELETE", "/g-orders/cancel")
    assert phemex.refused(*cancel, symbol="BTCUSDT", clOrdID="a") == 11063
    assert phemex.refused(*cancel, symbol="BTCUSDT", clOrdID="nobody") == 10002
    assert phemex.refused(*cancel, symbol="ETHUSDT", clOrdID="a") == 10002
    assert phemex.refused(*cancel, symbol="BTCUSDT") == 11111


def test_a_cancel_with_a_side_of_the_other_mode_is_refused(phemex: Phemex) -> None:
    phemex.place(clOrdID="a")
    assert phemex.refused("DELETE", "/g-orders/cancel", symbol="BTCUSDT", clOrdID="a", posSide="Long") == 20004


def test_several_are_cancelled_at_once_each_with_its_own_result(phemex: Phemex) -> None:
    ids = [phemex.place()["orderID"] for _ in range(2)]
    told = phemex.ok("DELETE", "/g-orders", symbol="BTCUSDT", orderID=",".join([*ids, "nobody"]))
    assert [each["bizError"] for each in told] == [0, 0, 10002]
    assert phemex.refused("DELETE", "/g-orders", symbol="BTCUSDT") == 11111
    assert phemex.active() == []


def test_cancelling_all_takes_two_calls_and_answers_with_a_number(phemex: Phemex) -> None:
    phemex.place()
    phemex.place(symbol="ETHUSDT", priceRp="2000")
    phemex.ok("POST", "/g-orders", STOP)
    assert phemex.ok("DELETE", "/g-orders/all", symbol="BTCUSDT", untriggered="false") == 1
    assert [row["ordStatus"] for row in phemex.active()] == ["Untriggered"]
    assert phemex.ok("DELETE", "/g-orders/all", symbol="BTCUSDT", untriggered="true") == 1
    assert phemex.active() == []
    assert len(phemex.active("ETHUSDT")) == 1


def test_an_amended_order_keeps_its_ids_and_changes_what_it_locks(phemex: Phemex) -> None:
    placed = phemex.place(clOrdID="a")
    asked = {"symbol": "BTCUSDT", "origClOrdID": "a", "orderQtyRq": "0.02", "priceRp": "48000"}
    told = phemex.ok("PUT", "/g-orders/replace", **asked)
    assert (told["orderID"], told["orderQtyRq"], told["priceRp"]) == (placed["orderID"], "0.02", "48000")
    assert phemex.balance()[1] == "96"
    phemex.move_price("48500")
    assert phemex.remembered("a")["ordStatus"] == NEW
    phemex.move_price("47000")
    assert phemex.remembered("a")["cumValueRv"] == "960"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 11065), ({"orderQtyRq": "9"}, 11001),
        ({"orderQtyRq": "0.001", "priceRp": "50"}, 11115),
        ({"priceRp": "48000.01"}, 6001), ({"orderQtyRq": "0.0005"}, 11058),
        ({"symbol": "ETHUSDT"}, 10002), ({"orderID": "nobody"}, 10002),
    ],
)  # fmt: skip
def test_an_amendment_that_cannot_be_leaves_the_order_as_it_was(
    phemex: Phemex, changes: dict[str, Any], code: int
) -> None:
    placed = phemex.place(clOrdID="a")
    asked = {"symbol": "BTCUSDT", "orderID": placed["orderID"], **changes}
    assert phemex.refused("PUT", "/g-orders/replace", **asked) == code
    assert (phemex.active()[0]["orderQtyRq"], phemex.balance()[1]) == ("0.01", "49")


def test_an_amendment_is_above_what_has_filled_and_gives_no_price_to_a_market_order(phemex: Phemex) -> None:
    phemex.fault("partial", fraction="0.5")
    phemex.place(clOrdID="a", priceRp="50000")
    replace = ("PUT", "/g-orders/replace")
    assert phemex.refused(*replace, symbol="BTCUSDT", origClOrdID="a", orderQtyRq="0.005") == 11012
    assert phemex.refused(*replace, symbol="BTCUSDT", origClOrdID="a", priceRp="-1") == 11055
    phemex.ok("POST", "/g-orders", {**STOP, "clOrdID": "sl"})
    assert phemex.refused(*replace, symbol="BTCUSDT", origClOrdID="sl", priceRp="44000") == 11067


def test_closed_orders_are_listed_newest_first(phemex: Phemex) -> None:
    for name in ("a", "b"):
        phemex.place_market(clOrdID=name)
    phemex.place(clOrdID="c")
    told = phemex.ok("GET", "/exchange/order/v2/orderList", symbol="BTCUSDT", currency="USDT")
    assert [row["clOrdId"] for row in told["rows"]] == ["b", "a"]
    asked = {"symbol": "BTCUSDT", "currency": "USDT", "ordStatus": NEW}
    assert phemex.ok("GET", "/exchange/order/v2/orderList", **asked)["rows"][0]["clOrdId"] == "c"
    everything = phemex.ok("GET", "/api-data/g-futures/orders", symbol="BTCUSDT", limit=2)
    assert [row["clOrdId"] for row in everything] == ["c", "b"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["c", "b", "a"]), ({"start": 1_700_000_001_000}, ["c", "b"]), ({"end": 1_700_000_001_000}, ["b", "a"]),
        ({"start": 1_700_000_001_000, "end": 1_700_000_001_000}, ["b"]), ({"offset": 1, "limit": 1}, ["b"]),
    ],
)  # fmt: skip
def test_the_history_has_a_window_and_knows_its_own_api_only(
    phemex: Phemex, asked: dict[str, int], found: list[str]
) -> None:
    for number, name in enumerate("abc"):
        phemex.simulator.control("POST", "/_control/clock", {"now_ms": 1_700_000_000_000 + number * 1000})
        phemex.now_s = 1_700_000_000
        phemex.place_market(clOrdID=name)
        phemex.ok("POST", "/orders", {**COIN_MARKET, "clOrdID": f"coin-{name}"})
    orders = phemex.ok("GET", "/api-data/g-futures/orders", **asked)
    assert [row["clOrdId"] for row in orders] == found
    fills = phemex.ok("GET", "/api-data/g-futures/trades", **asked)
    assert [row["clOrdID"] for row in fills] == found


def test_fills_are_told_with_their_fees(phemex: Phemex) -> None:
    placed = phemex.place_market(clOrdID="a")
    (fill,) = phemex.ok("GET", "/api-data/g-futures/trades", symbol="BTCUSDT")
    assert (fill["execPriceRp"], fill["execQtyRq"], fill["execFeeRv"]) == ("50000", "0.01", "0.3")
    assert (fill["orderID"], fill["side"]) == (placed["orderID"], 1)


def test_the_ledger_has_what_clients_sent(phemex: Phemex) -> None:
    phemex.place_market(clOrdID="a", takeProfitRp="60000", stopLossRp="40000")
    phemex.place_market(**{**CLOSE, "clOrdID": "b"})
    rows = phemex.accepted()
    assert [(row["client_id"], row["state"], row["reduce_only"]) for row in rows] == [
        ("a", "Filled", False),
        ("b", "Filled", True),
    ]
    assert set(rows[0]) >= {
        "venue", "api_key", "client_id", "order_id", "symbol", "side", "type", "quantity", "price", "reduce_only",
        "received_ms", "accepted_ms", "state",
    }  # fmt: skip
    assert rows[0]["quantity"] == MARKET["orderQtyRq"]


def test_only_so_many_orders_are_active_at_once(phemex: Phemex) -> None:
    for _ in range(500):
        phemex.place(symbol="XRPUSDT", orderQtyRq="10", priceRp="0.5")
    assert phemex.refuses(symbol="XRPUSDT", orderQtyRq="10", priceRp="0.5") == 11032
    assert phemex.ok("POST", "/g-orders", STOP)["bizError"] == 0


def test_an_order_named_twice_is_told_once(phemex: Phemex) -> None:
    placed = phemex.place(clOrdID="a")
    assert len(phemex.ok("GET", BY_ID, symbol="BTCUSDT", orderID=placed["orderID"], clOrdID="a")) == 1
