"""Conditional orders and attached exits of contracts: triggers, what they close, how they end (EXCHANGES 6.4, 6.6)."""

from typing import Any

import pytest

from tests.simulator.phemex.client import (
    CANCELED,
    CLOSE,
    FILLED,
    MARKET,
    NEW,
    REJECTED,
    STOP,
    TAKE,
    UNTRIGGERED,
    Phemex,
)

ENTRY = {key: value for key, value in STOP.items() if key != "closeOnTrigger"}


def conditional(phemex: Phemex, **changes: Any) -> dict[str, Any]:
    placed: dict[str, Any] = phemex.ok("POST", "/g-orders", {**STOP, **changes})
    return placed


def test_a_conditional_order_is_acknowledged_as_untriggered(phemex: Phemex) -> None:
    placed = conditional(phemex, timeInForce="GoodTillCancel")
    assert (placed["ordStatus"], placed["execStatus"]) == ("Untriggered", "Registered")
    assert (placed["timeInForce"], placed["leavesQtyRq"]) == ("ImmediateOrCancel", "0")
    assert phemex.balance() == ("10000", "0")


@pytest.mark.parametrize(
    ("kind", "side", "stop", "before", "at"),
    [
        ("Stop", "Sell", "45000", "45000.1", "45000"), ("Stop", "Buy", "55000", "54999.9", "55000"),
        ("MarketIfTouched", "Sell", "55000", "54999.9", "55000"),
        ("MarketIfTouched", "Buy", "45000", "45000.1", "45000"),
    ],
)  # fmt: skip
def test_each_kind_fires_on_its_own_side_of_the_price(
    phemex: Phemex, kind: str, side: str, stop: str, before: str, at: str
) -> None:
    phemex.ok("POST", "/g-orders", {**ENTRY, "ordType": kind, "side": side, "stopPxRp": stop, "clOrdID": "a"})
    phemex.move_price(before)
    assert phemex.remembered("a")["ordStatus"] == UNTRIGGERED
    phemex.move_price(at)
    order = phemex.remembered("a")
    assert (order["ordStatus"], order["execPriceRp"]) == (FILLED, at)


@pytest.mark.parametrize(
    ("kind", "side", "stop", "code"),
    [
        ("Stop", "Sell", "50000", 11044), ("Stop", "Buy", "50000", 11043), ("MarketIfTouched", "Sell", "49000", 11043),
        ("MarketIfTouched", "Buy", "51000", 11044), ("Stop", "Sell", "0", 11046),
        ("Stop", "Buy", "2000000", 11045), ("Stop", "Sell", "45000.05", 6001),
    ],
)  # fmt: skip
def test_a_trigger_that_is_due_already_is_refused(phemex: Phemex, kind: str, side: str, stop: str, code: int) -> None:
    order = {**ENTRY, "ordType": kind, "side": side, "stopPxRp": stop}
    assert phemex.refused("POST", "/g-orders", order) == code


def test_an_unknown_trigger_type_is_refused(phemex: Phemex) -> None:
    assert phemex.refused("POST", "/g-orders", {**STOP, "triggerType": "UNSPECIFIED"}) == 11038


def test_a_stop_closes_what_is_open_and_no_more(phemex: Phemex) -> None:
    phemex.place_market()
    conditional(phemex, clOrdID="sl", orderQtyRq="0.05")
    phemex.move_price("44000")
    order = phemex.remembered("sl")
    assert (order["ordStatus"], order["cumQtyRq"], order["execPriceRp"]) == (FILLED, "0.01", "44000")
    assert phemex.position()["side"] == "None"


def test_a_stop_is_accepted_without_a_position_and_ends_cancelled(phemex: Phemex) -> None:
    conditional(phemex, clOrdID="sl")
    phemex.move_price("44000")
    assert (phemex.remembered("sl")["ordStatus"], phemex.position()["side"]) == (CANCELED, "None")


def test_a_stop_of_the_wrong_direction_adds_nothing(phemex: Phemex) -> None:
    phemex.place_market(side="Sell")
    conditional(phemex, clOrdID="sl")
    phemex.move_price("44000")
    assert (phemex.remembered("sl")["ordStatus"], phemex.position()["size"]) == (CANCELED, "0.01")


def test_stop_and_target_stand_beside_each_other_and_the_other_one_stays(phemex: Phemex) -> None:
    """They are separate orders: whoever placed them cancels what is left."""
    phemex.place_market()
    conditional(phemex, clOrdID="sl")
    phemex.ok("POST", "/g-orders", {**TAKE, "clOrdID": "tp"})
    phemex.move_price("61000")
    assert (phemex.remembered("tp")["ordStatus"], phemex.remembered("sl")["ordStatus"]) == (FILLED, UNTRIGGERED)


def test_a_hedged_stop_closes_the_side_that_it_names(hedged: Phemex) -> None:
    hedged.place_market(posSide="Long")
    hedged.place_market(posSide="Short", side="Sell")
    conditional(hedged, posSide="Long")
    hedged.move_price("44000")
    assert (hedged.position("Long")["size"], hedged.position("Short")["size"]) == ("0", "0.01")


def test_without_a_quantity_a_stop_takes_the_position_s(phemex: Phemex) -> None:
    assert phemex.refused("POST", "/g-orders", {**STOP, "orderQtyRq": "0"}) == 11013
    phemex.place_market()
    assert phemex.refused("POST", "/g-orders", {**TAKE, "orderQtyRq": "0", "side": "Buy", "stopPxRp": "49000"}) == 11014
    conditional(phemex, orderQtyRq="0", clOrdID="sl")
    phemex.place_market()
    phemex.move_price("44000")
    assert phemex.remembered("sl")["cumQtyRq"] == "0.02"


def test_a_stop_limit_rests_in_the_book_when_the_price_has_left_it_behind(phemex: Phemex) -> None:
    phemex.place_market()
    conditional(phemex, ordType="StopLimit", priceRp="44900", clOrdID="sl")
    phemex.move_price("44000")
    assert phemex.remembered("sl")["ordStatus"] == NEW
    phemex.move_price("44950")
    order = phemex.remembered("sl")
    assert (order["ordStatus"], order["execPriceRp"]) == (FILLED, "44900")


def test_an_entry_that_cannot_be_paid_when_triggered_is_rejected(phemex: Phemex) -> None:
    phemex.ok("POST", "/g-orders", {**ENTRY, "orderQtyRq": "5", "clOrdID": "a"})
    phemex.move_price("44000")
    order = phemex.remembered("a")
    assert (order["ordStatus"], order["bizError"]) == (REJECTED, 11001)


def test_a_moved_trigger_fires_at_its_new_price_only(phemex: Phemex) -> None:
    phemex.place_market()
    conditional(phemex, clOrdID="sl")
    replace = ("PUT", "/g-orders/replace")
    assert phemex.refused(*replace, symbol="BTCUSDT", origClOrdID="sl", stopPxRp="51000") == 11044
    phemex.ok(*replace, symbol="BTCUSDT", origClOrdID="sl", stopPxRp="40000")
    phemex.move_price("44000")
    assert phemex.remembered("sl")["ordStatus"] == UNTRIGGERED
    phemex.move_price("40000")
    assert phemex.remembered("sl")["ordStatus"] == FILLED
    assert phemex.refused(*replace, symbol="BTCUSDT", origClOrdID="sl", stopPxRp="30000") == 10002


def test_attached_exits_are_orders_of_the_venue_that_close_the_whole_position(phemex: Phemex) -> None:
    placed = phemex.place_market(clOrdID="a", takeProfitRp="60000", stopLossRp="45000")
    assert (placed["takeProfitRp"], placed["stopLossRp"]) == ("60000", "45000")
    exits = {row["orderType"]: row for row in phemex.active()}
    assert {kind: row["stopPxRp"] for kind, row in exits.items()} == {"MarketIfTouched": "60000", "Stop": "45000"}
    assert {(row["side"], row["clOrdID"], row["execInst"]) for row in exits.values()} == {
        ("Sell", "", "CloseOnTrigger")
    }
    held = phemex.position()
    assert (held["takeProfitRp"], held["stopLossRp"]) == ("60000", "45000")
    phemex.place_market(orderQtyRq="0.02")
    assert {row["orderQtyRq"] for row in phemex.active()} == {"0.03"}
    phemex.move_price("44000")
    assert (phemex.position()["side"], phemex.active()) == ("None", [])
    assert phemex.balance()[0] == "9818.308"  # 180 lost; fees of 1,500 and 1,320


def test_a_resting_entry_has_no_exits_before_it_fills(phemex: Phemex) -> None:
    phemex.place(clOrdID="a", takeProfitRp="60000", stopLossRp="45000")
    assert [row["orderType"] for row in phemex.active()] == ["Limit"]
    phemex.ok("DELETE", "/g-orders/cancel", symbol="BTCUSDT", clOrdID="a")
    phemex.move_price("48000")
    assert phemex.active() == []


def test_exits_come_with_the_first_part_of_the_entry(phemex: Phemex) -> None:
    phemex.fault("partial", fraction="0.5")
    phemex.place(priceRp="50000", stopLossRp="45000")
    assert [row["orderQtyRq"] for row in phemex.active() if row["orderType"] == "Stop"] == ["0.005"]
    phemex.move_price("50000")
    assert [row["orderQtyRq"] for row in phemex.active()] == ["0.01"]


def test_exits_with_limits_become_limit_orders(phemex: Phemex) -> None:
    phemex.place_market(takeProfitRp="60000", tpPxRp="59000", stopLossRp="45000", slPxRp="44900")
    assert sorted((row["orderType"], row["priceRp"]) for row in phemex.active()) == [
        ("LimitIfTouched", "59000"),
        ("StopLimit", "44900"),
    ]
    phemex.move_price("44000")
    assert [row["orderType"] for row in phemex.active() if row["ordStatus"] == "New"] == ["StopLimit"]
    assert (phemex.position()["takeProfitRp"], phemex.position()["stopLossRp"]) == ("60000", "0")


def test_exits_are_not_attached_where_a_position_is(phemex: Phemex) -> None:
    phemex.place_market()
    assert phemex.refuses(stopLossRp="45000") == 11074
    assert phemex.refused("POST", "/g-orders", {**CLOSE, "stopLossRp": "55000"}) == 11096
    assert phemex.place(symbol="ETHUSDT", priceRp="2000", stopLossRp="1000")["bizError"] == 0


def test_exits_end_with_their_position_and_a_flip_leaves_none_behind(phemex: Phemex) -> None:
    phemex.place_market(takeProfitRp="60000", stopLossRp="45000")
    phemex.place_market(side="Sell", orderQtyRq="0.02")
    assert (phemex.position()["side"], phemex.active()) == ("Sell", [])
    phemex.place_market()
    phemex.place_market(**MARKET, stopLossRp="45000")
    phemex.place_market(**CLOSE)
    assert phemex.active() == []


def test_hedged_exits_close_their_own_side(hedged: Phemex) -> None:
    hedged.place_market(posSide="Long")
    hedged.place_market(posSide="Short", side="Sell", stopLossRp="55000")
    hedged.move_price("56000")
    assert (hedged.position("Long")["size"], hedged.position("Short")["size"]) == ("0.01", "0")


def test_what_the_venue_made_is_not_in_the_ledger(phemex: Phemex) -> None:
    phemex.place_market(clOrdID="a", takeProfitRp="60000", stopLossRp="45000")
    phemex.move_price("44000")
    assert [row["client_id"] for row in phemex.accepted()] == ["a"]


def test_only_so_many_conditional_orders_wait_at_once(phemex: Phemex) -> None:
    for _ in range(200):
        conditional(phemex)
    assert phemex.refused("POST", "/g-orders", STOP) == 11031
    assert phemex.place()["bizError"] == 0
