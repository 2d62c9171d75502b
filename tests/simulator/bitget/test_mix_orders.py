"""Mix orders at Bitget: sides in both position modes, refusals, look-ups, cancelling (EXCHANGES 5.3-5.5, 5.7)."""

from typing import Any

import pytest

from tests.simulator.bitget.client import BTC, CLOSE, DETAIL, OPEN, PLACE, REST, Client

ORDER = "/api/v2/mix/order"
PRODUCT = {"productType": "USDT-FUTURES"}


def test_an_accepted_order_is_found_by_either_id(bitget: Client) -> None:
    placed = bitget.post(PLACE, **OPEN, clientOid="a")
    order = bitget.get(DETAIL, symbol="BTCUSDT", **PRODUCT, clientOid="a")
    assert order == bitget.detail(placed)
    assert (order["state"], order["priceAvg"], order["baseVolume"], order["fee"]) == ("filled", "50000", "0.01", "-0.3")
    assert (order["posMode"], order["posSide"], order["tradeSide"]) == ("one_way_mode", "net", "buy_single")


def test_lists_say_status_where_the_detail_says_state(bitget: Client) -> None:
    resting, filled = bitget.post(PLACE, **REST), bitget.post(PLACE, **OPEN)
    pending = bitget.get(f"{ORDER}/orders-pending", **PRODUCT)
    assert [(row["orderId"], row["status"]) for row in pending["entrustedList"]] == [(resting["orderId"], "live")]
    history = bitget.get(f"{ORDER}/orders-history", **PRODUCT, symbol="BTCUSDT")
    assert [(row["orderId"], row["status"]) for row in history["entrustedList"]] == [(filled["orderId"], "filled")]
    assert history["endId"] == filled["orderId"]


def test_an_empty_list_is_null(bitget: Client) -> None:
    assert bitget.get(f"{ORDER}/orders-pending", **PRODUCT) == {"entrustedList": None, "endId": None}


def test_a_resting_order_binds_margin_and_fills_as_maker(bitget: Client) -> None:
    placed = bitget.post(PLACE, **REST)
    account = bitget.get("/api/v2/mix/account/account", **BTC)
    assert (account["locked"], account["available"]) == ("20", "9980")
    bitget.move_price("40000")
    order = bitget.detail(placed)
    assert (order["state"], order["fee"]) == ("filled", "-0.08")


@pytest.mark.parametrize(
    ("force", "price", "state"),
    [
        ("post_only", "50000", "canceled"), ("post_only", "49999", "live"), ("ioc", "49999", "canceled"),
        ("GTC", "50000", "filled"), ("fok", "49999", "canceled"), ("FOK", "50000", "filled"),
        ("IOC", "50001", "filled"),
    ],
)  # fmt: skip
def test_a_force_decides_what_becomes_of_an_order(bitget: Client, force: str, price: str, state: str) -> None:
    assert bitget.detail(bitget.post(PLACE, **{**REST, "force": force, "price": price}))["state"] == state


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "NOPE"}, "40034"), ({"productType": "FUTURES"}, "40020"), ({"productType": ""}, "40019"),
        ({"productType": "COIN-FUTURES"}, "40034"), ({"productType": "SUSDT-FUTURES"}, "40034"),
        ({"marginCoin": ""}, "40019"), ({"marginCoin": "BTC"}, "40020"), ({"marginMode": ""}, "40019"),
        ({"marginMode": "isolated"}, "45109"), ({"side": "long"}, "40020"), ({"tradeSide": "open"}, "40774"),
        ({"reduceOnly": "true"}, "40020"), ({"reduceOnly": "YES"}, "22002"), ({"orderType": "stop"}, "40020"),
        ({"size": "0.00011"}, "40808"), ({"size": "0.00001"}, "45111"), ({"size": "0"}, "40020"),
        ({"size": "1300"}, "45114"), ({"price": "40000.01"}, "40808"), ({"price": ""}, "40019"),
        ({"size": "0.0001"}, "45110"), ({"size": "6"}, "40762"), ({"force": "day"}, "40020"),
        ({"clientOid": "x" * 51}, "40304"), ({"clientOid": "ü"}, "40305"), ({"presetStopLossPrice": "40000"}, "40917"),
        ({"presetStopSurplusPrice": "40000"}, "40915"), ({"presetStopLossPrice": "39999.99"}, "40808"),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused_by_its_code(bitget: Client, changes: dict[str, Any], code: str) -> None:
    assert bitget.refused("POST", PLACE, **{**REST, **changes}) == code
    assert bitget.simulator.ledger("bitget") == []


def test_a_price_is_a_multiple_of_its_end_step(bitget: Client) -> None:
    """An end step of 5 and a price place of 2 make a tick of 0.05."""
    litecoin = {**REST, "symbol": "LTCUSDT", "size": "1"}
    assert bitget.refused("POST", PLACE, **{**litecoin, "price": "60.01"}) == "45115"
    bitget.post(PLACE, **{**litecoin, "price": "60.05"})


def test_a_market_order_may_be_smaller_than_a_limit_order_at_most(bitget: Client) -> None:
    assert bitget.refused("POST", PLACE, **{**OPEN, "size": "221"}) == "45114"
    assert bitget.refused("POST", PLACE, **{**REST, "size": "221"}) == "40762"


def test_a_client_id_is_unique_among_pending_orders_only(bitget: Client) -> None:
    bitget.post(PLACE, **REST, clientOid="same")
    assert bitget.refused("POST", PLACE, **REST, clientOid="same") == "40786"
    bitget.post(f"{ORDER}/cancel-order", **BTC, clientOid="same")
    bitget.post(PLACE, **OPEN, clientOid="same")
    bitget.post(PLACE, **OPEN, clientOid="same")
    assert bitget.positions()[0]["total"] == "0.02"  # a blind resend opens a second position


def test_in_hedge_mode_the_side_names_the_position(hedged: Client) -> None:
    hedged.post(PLACE, **OPEN, tradeSide="open")
    hedged.post(PLACE, **{**OPEN, "side": "sell", "size": "0.02"}, tradeSide="Open")
    assert {row["holdSide"]: row["total"] for row in hedged.positions()} == {"long": "0.01", "short": "0.02"}
    order = hedged.detail(hedged.post(PLACE, **OPEN, tradeSide="Close"))
    assert (order["side"], order["tradeSide"], order["posSide"], order["posMode"]) == (
        "buy",
        "close",
        "long",
        "hedge_mode",
    )
    assert {row["holdSide"]: row["total"] for row in hedged.positions()} == {"short": "0.02"}


def test_in_hedge_mode_a_trade_side_is_needed(hedged: Client) -> None:
    assert hedged.refused("POST", PLACE, **OPEN) == "40774"
    assert hedged.refused("POST", PLACE, **OPEN, tradeSide="sideways") == "40774"


def test_in_hedge_mode_nothing_closes_that_is_not_there(hedged: Client) -> None:
    hedged.post(PLACE, **OPEN, tradeSide="open")
    closing = {**OPEN, "tradeSide": "close"}
    assert hedged.refused("POST", PLACE, **{**closing, "side": "sell"}) == "22002"
    assert hedged.refused("POST", PLACE, **{**closing, "size": "0.02"}) == "40757"


def test_in_hedge_mode_a_resting_close_locks_its_part(hedged: Client) -> None:
    hedged.post(PLACE, **OPEN, tradeSide="open")
    hedged.post(PLACE, **{**REST, "price": "60000", "size": "0.006"}, tradeSide="close")
    held = hedged.positions()[0]
    assert (held["available"], held["locked"], held["total"]) == ("0.004", "0.006", "0.01")
    assert hedged.refused("POST", PLACE, **{**OPEN, "size": "0.005"}, tradeSide="close") == "40757"
    hedged.post(PLACE, **{**OPEN, "size": "0.004"}, tradeSide="close")


def test_a_reduce_only_order_is_cut_to_the_position(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    order = bitget.detail(bitget.post(PLACE, **{**CLOSE, "size": "0.05"}))
    assert (order["size"], order["reduceOnly"], order["totalProfits"]) == ("0.01", "YES", "0")
    assert bitget.positions() == []


def test_a_reduce_only_order_never_opens(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    assert bitget.refused("POST", PLACE, **{**CLOSE, "side": "buy"}) == "22002"


def test_excess_reduce_only_size_cancels_older_orders_and_the_answer_lacks_the_id(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    older = bitget.post(PLACE, **{**CLOSE, "orderType": "limit", "price": "60000", "size": "0.006"})
    answer = bitget.post(PLACE, **{**CLOSE, "orderType": "limit", "price": "61000"}, clientOid="newer")
    assert answer == {"clientOid": "newer"}
    assert bitget.detail(older)["state"] == "canceled"
    assert bitget.get(DETAIL, symbol="BTCUSDT", **PRODUCT, clientOid="newer")["state"] == "live"


def test_what_only_closes_ends_with_the_position(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    resting = bitget.post(PLACE, **{**CLOSE, "orderType": "limit", "price": "60000", "size": "0.004"})
    bitget.post(PLACE, **{**OPEN, "side": "sell"})
    order = bitget.detail(resting)
    assert (order["state"], order["cancelReason"]) == ("canceled", "no_position")


def test_cancelling_too_late_and_cancelling_nothing_differ(bitget: Client) -> None:
    placed = bitget.post(PLACE, **OPEN)
    assert bitget.refused("POST", f"{ORDER}/cancel-order", **BTC, orderId=placed["orderId"]) == "22001"
    assert bitget.refused("POST", f"{ORDER}/cancel-order", **BTC, clientOid="never") == "40768"
    assert bitget.refused("POST", f"{ORDER}/cancel-order", **BTC) == "40019"
    assert bitget.refused("GET", DETAIL, symbol="BTCUSDT", **PRODUCT, clientOid="never") == "40109"


def test_a_batch_tells_each_failure(bitget: Client) -> None:
    placed = bitget.post(PLACE, **REST)
    wanted = [{"orderId": placed["orderId"]}, {"clientOid": "never"}]
    answer = bitget.post(f"{ORDER}/batch-cancel-orders", **PRODUCT, symbol="BTCUSDT", orderIdList=wanted)
    assert answer["successList"] == [placed]
    failure = answer["failureList"][0]
    assert (failure["clientOid"], failure["errorCode"], bool(failure["errorMsg"])) == ("never", "40768", True)


def test_a_batch_of_orders_answers_each_on_its_own(bitget: Client) -> None:
    whole = {name: REST[name] for name in ("symbol", "productType", "marginCoin", "marginMode")}
    good = {name: value for name, value in REST.items() if name not in whole}
    answer = bitget.post(f"{ORDER}/batch-place-order", **whole, orderList=[good, {**good, "size": "0.0001"}])
    assert (len(answer["successList"]), answer["failureList"][0]["errorCode"]) == (1, "45110")


def test_all_orders_go_at_once_and_plan_orders_stay(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN, presetStopLossPrice="45000")
    resting = bitget.post(PLACE, **REST)
    answer = bitget.post(f"{ORDER}/cancel-all-orders", **PRODUCT, marginCoin="USDT")
    assert answer == {"successList": [resting], "failureList": []}
    assert len(bitget.exits()) == 1
    assert bitget.refused("POST", f"{ORDER}/cancel-all-orders", **PRODUCT) == "22001"


def test_a_flash_close_takes_one_side_or_all(hedged: Client) -> None:
    hedged.post(PLACE, **OPEN, tradeSide="open")
    hedged.post(PLACE, **{**OPEN, "side": "sell"}, tradeSide="open")
    closed = hedged.post(f"{ORDER}/close-positions", **PRODUCT, symbol="BTCUSDT", holdSide="long")
    assert [row["symbol"] for row in closed["successList"]] == ["BTCUSDT"]
    assert [row["holdSide"] for row in hedged.positions()] == ["short"]
    hedged.post(f"{ORDER}/close-positions", **PRODUCT)
    assert hedged.refused("POST", f"{ORDER}/close-positions", **PRODUCT) == "22002"


def test_fills_name_their_order_and_their_profit(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.move_price("51000")
    closing = bitget.post(PLACE, **CLOSE)
    fills = bitget.get(f"{ORDER}/fills", **PRODUCT)["fillList"]
    assert [(row["profit"], row["tradeScope"]) for row in fills] == [("10", "taker"), ("0", "taker")]
    assert fills[0]["orderId"] == closing["orderId"]
    assert fills[0]["feeDetail"][0]["totalFee"] == "-0.306"


def test_a_market_order_that_fills_in_part_ends_canceled(bitget: Client) -> None:
    bitget.fault("partial", fraction="0.25")
    order = bitget.detail(bitget.post(PLACE, **OPEN))
    assert (order["state"], order["baseVolume"]) == ("canceled", "0.0025")
    assert bitget.positions()[0]["total"] == "0.0025"


def test_the_rest_of_a_limit_order_fills_with_the_next_price(bitget: Client) -> None:
    bitget.fault("partial", fraction="0.25")
    placed = bitget.post(PLACE, **{**REST, "price": "50000"})
    assert bitget.detail(placed)["state"] == "partially_filled"
    bitget.move_price("49999")
    assert bitget.detail(placed)["state"] == "filled"


def test_fill_or_kill_never_fills_in_part(bitget: Client) -> None:
    bitget.fault("partial", fraction="0.5")
    order = bitget.detail(bitget.post(PLACE, **{**REST, "price": "50000", "force": "fok"}))
    assert (order["state"], order["baseVolume"]) == ("canceled", "0")


def test_a_capital_letter_more_or_less_is_tolerated(bitget: Client) -> None:
    bitget.post(PLACE, **{**REST, "force": "GTC", "productType": "usdt-futures", "side": "Buy", "reduceOnly": "no"})
