"""The judge sees every kind of fault: made-up books with one in each, and without any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.chaos.judge import Verdict, judge, line
from tests.chaos.ours import Delivery, Ours
from tests.chaos.theirs import CLOSE, ENTRY, STOP, TARGET, Books, Holding, Placed, differences

KEY, ROOT, ONE = "key", "ms7xabc123", Decimal("0.01")


def delivery(state: str = "filled", **changes: object) -> Delivery:
    row = {"id": 7, "state": state, "client_id": ROOT, "exchange": "binance", "account_id": 1, "attempts": 1}
    signal = {"id": 1, "market": "futures", "symbol": "BTCUSDT", "side": "BUY", "stop": Decimal(49000)}
    entry = {"state": "filled", "filled_quantity": ONE, "exchange_order_id": "1"}
    made = Delivery(row, signal, KEY, {"entry": entry})
    return replace(made, **changes)  # type: ignore[arg-type]


def spot(state: str = "filled", **changes: object) -> Delivery:
    signal = {"id": 1, "market": "spot", "symbol": "BTCUSDT", "side": "BUY", "stop": Decimal(49000)}
    return delivery(state, signal=signal, least=Decimal("0.0002"), **changes)


def magnr(number: int, state: str, trade: str = "") -> Delivery:
    row = {"id": number, "state": state, "client_id": f"ms{number}x", "exchange": "magnr", "attempts": 1}
    orders = {"entry": {"state": "filled", "filled_quantity": ONE, "exchange_order_id": trade}} if trade else {}
    return delivery(row=row | {"account_id": 1}, orders=orders)


ORDER = Placed("binance-futures", KEY, "BTCUSDT", "1", f"{ROOT}-e", ENTRY, 1, ONE, ONE, "FILLED", 1000)
EXIT = replace(ORDER, id="2", client_id=f"{ROOT}-s", kind=STOP, sign=-1, filled=Decimal(0), state="NEW", resting=True)
AIM = replace(EXIT, id="3", client_id=f"{ROOT}-1", kind=TARGET)
POSITION = Holding("binance-futures", KEY, "BTCUSDT", ONE)
RESTS = replace(ORDER, filled=Decimal(0), state="NEW", resting=True)
TRADE = replace(ORDER, book="magnr", symbol="BTCUSD", client_id="", id="t1", state="open", trigger=Decimal(1000))


def found(given: Delivery, orders: Sequence[Placed], *positions: Holding, unsettled: Sequence[int] = ()) -> list[str]:
    return kinds(judge(Ours([given], []), Books(list(orders), list(positions)), unsettled))


def kinds(verdict: Verdict) -> list[str]:
    return [fault.kind for fault in verdict.faults]


def on(book: str, *orders: Placed) -> list[Placed]:
    return [replace(order, book=book) for order in orders]


def test_a_protected_position_is_no_fault():
    assert found(delivery(), [ORDER, EXIT, AIM], POSITION) == []


def test_a_limit_entry_that_rests_with_its_exits_is_no_fault():
    assert found(delivery("accepted"), [RESTS, EXIT]) == []


@pytest.mark.parametrize("state", ["rejected", "skipped", "expired", "cancelled", "queued"])
def test_nothing_at_the_exchange_and_nothing_claimed_is_no_fault(state):
    assert found(delivery(state, orders={}), []) == []


def test_an_entry_that_was_cancelled_unfilled_is_no_fault():
    assert found(delivery("cancelled", orders={}), [replace(RESTS, state="CANCELED", resting=False)]) == []


def test_a_client_id_that_was_executed_twice_is_a_duplicate():
    assert "duplicate" in found(delivery(), [ORDER, replace(ORDER, id="9"), EXIT], POSITION)


def test_an_entry_under_a_second_id_of_the_delivery_is_a_duplicate():
    assert "duplicate" in found(delivery(), [ORDER, replace(ORDER, id="9", client_id=f"{ROOT}-e2"), EXIT], POSITION)


def test_a_second_entry_counts_although_it_was_cancelled_unfilled():
    again = replace(ORDER, id="9", filled=Decimal(0), state="CANCELED")
    assert found(delivery(), [ORDER, again, EXIT], POSITION) == ["duplicate"]


@pytest.mark.parametrize("state", ["queued", "rejected", "skipped", "expired", "cancelled"])
def test_an_entry_that_its_delivery_denies_is_lost(state):
    assert found(delivery(state, orders={}), [ORDER, EXIT], POSITION) == ["lost"]
    assert found(delivery(state, orders={}), [RESTS]) == ["lost"]


def test_an_entry_that_was_closed_behind_our_back_is_lost_too_when_it_is_denied():
    gone = replace(EXIT, kind=CLOSE, filled=ONE, state="FILLED", resting=False)
    assert found(delivery("rejected", orders={}), [ORDER, gone]) == ["lost"]


def test_an_entry_in_doubt_that_is_there_is_lost():
    assert "lost" in found(delivery("unknown"), [ORDER, EXIT], POSITION)


@pytest.mark.parametrize("state", ["accepted", "partially_filled", "filled", "closed"])
def test_a_claim_without_an_entry_at_the_exchange_is_lost(state):
    assert found(delivery(state), []) == ["lost"]


@pytest.mark.parametrize(("state", "entry"), [("accepted", ORDER), ("filled", RESTS), ("partially_filled", RESTS)])
def test_a_delivery_that_does_not_know_its_fill_is_lost(state, entry):
    positions = [POSITION] if entry.filled else []
    assert "lost" in found(delivery(state), [entry, EXIT], *positions)


def test_a_delivery_that_does_not_know_that_its_entry_is_over_is_lost():
    assert found(delivery("accepted"), [replace(RESTS, state="CANCELED", resting=False)]) == ["lost"]


def test_a_position_that_is_called_closed_and_is_open_is_lost():
    assert "lost" in found(delivery("closed"), [ORDER, EXIT], POSITION)


def test_an_entitled_follower_without_a_delivery_is_lost():
    assert kinds(judge(Ours([], [(1, 2)]), Books())) == ["lost"]


def test_an_entry_of_nobody_is_lost():
    assert found(delivery("rejected", orders={}), [replace(ORDER, client_id="ms9xzzz-e")], POSITION)[0] == "unprotected"
    assert "lost" in found(delivery("rejected", orders={}), [replace(ORDER, client_id="ms9xzzz-e")])


@pytest.mark.parametrize("state", ["closed", "cancelled", "filled"])
def test_an_exit_that_rests_when_the_position_is_gone_is_an_orphan(state):
    gone = replace(EXIT, filled=ONE, state="FILLED", resting=False)
    assert "orphan" in found(delivery(state), [ORDER, gone, AIM])


def test_an_exit_that_rests_for_an_entry_that_never_filled_is_an_orphan():
    assert "orphan" in found(delivery("cancelled"), [replace(RESTS, state="CANCELED", resting=False), EXIT])


def test_an_exit_of_the_exchanges_own_making_is_an_orphan_where_there_is_no_position():
    made = replace(EXIT, client_id="", sent=False)
    assert "orphan" in found(delivery("closed"), [ORDER, made])


def test_a_spot_exit_over_what_is_long_sold_is_an_orphan():
    sold = replace(EXIT, filled=ONE, state="FILLED", resting=False)
    assert "orphan" in found(spot("closed"), on("binance", ORDER, sold, AIM))


@pytest.mark.parametrize("covered", ["0", "0.004"])
def test_a_position_that_its_stops_do_not_cover_is_unprotected(covered):
    stops = [replace(EXIT, quantity=Decimal(covered))] if Decimal(covered) else []
    assert found(delivery(), [ORDER, AIM, *stops], POSITION) == ["unprotected"]


def test_a_half_filled_entry_needs_its_stop_too():
    half = replace(ORDER, filled=ONE / 2, state="PARTIALLY_FILLED", resting=True)
    there = replace(POSITION, amount=ONE / 2)
    assert found(delivery("partially_filled"), [half], there) == ["unprotected"]
    assert found(delivery("partially_filled"), [half, replace(EXIT, quantity=ONE / 2)], there) == []


def test_a_stop_of_the_other_side_protects_nothing():
    assert found(delivery(), [ORDER, replace(EXIT, sign=1)], POSITION) == ["unprotected"]


def test_a_stop_that_only_rides_protects_nothing_that_is_filled():
    riding = replace(EXIT, resting=False, riding=True)
    assert found(spot(), on("binance", ORDER, riding)) == ["unprotected"]


def test_a_stop_over_the_whole_position_protects_all_of_it():
    assert found(delivery(), [ORDER, replace(EXIT, quantity=Decimal(0), whole=True)], POSITION) == []


def test_two_deliveries_on_one_position_need_stops_over_both():
    other = delivery()
    other.row["id"], other.row["client_id"] = 8, "ms8x"
    entry = replace(ORDER, id="8", client_id="ms8x-e")
    verdict = judge(Ours([delivery(), other], []), Books([ORDER, EXIT, entry], [replace(POSITION, amount=ONE * 2)]))
    assert [(fault.kind, fault.delivery.id) for fault in verdict.faults if fault.delivery] == [("unprotected", 8)]


def test_a_position_that_nobody_explains_is_unprotected():
    assert found(delivery("rejected", orders={}), [], POSITION) == ["unprotected"]


def test_spot_that_is_held_without_a_stop_is_unprotected_and_dust_is_nothing():
    assert found(spot(), on("binance", ORDER)) == ["unprotected"]
    sold = replace(EXIT, filled=Decimal("0.0099"), state="FILLED", resting=False)
    assert found(spot("closed"), on("binance", ORDER, sold)) == []


def test_whoever_chose_to_be_told_and_was_has_chosen_when_the_exchange_refused_the_stop():
    entry = delivery().orders["entry"]
    refused = {"entry": entry, "stop": {"state": "rejected", "exchange_order_id": None}}
    told = ({"kind": "unprotected"},)
    chosen = delivery(orders=refused, notices=told, on_unprotected="notify")
    assert found(chosen, [ORDER], POSITION) == []
    for without in ({"orders": {"entry": entry}}, {"notices": ()}, {"on_unprotected": "close"}):
        assert found(replace(chosen, **without), [ORDER], POSITION) == ["unprotected"]


def test_what_is_still_on_its_way_is_unsettled():
    assert found(delivery("sending", orders={}), [], unsettled=[7]) == ["unsettled"]


def judged(*deliveries: Delivery, trades: Sequence[Placed]) -> list[str]:
    return kinds(judge(Ours(list(deliveries), []), Books(list(trades))))


def test_a_trade_that_its_delivery_claims_or_that_may_be_of_one_in_doubt_is_no_fault():
    other = replace(TRADE, id="t2")
    assert judged(magnr(1, "filled", "t1"), magnr(2, "unknown"), trades=[TRADE, other]) == []


def test_more_trades_than_deliveries_are_a_duplicate():
    assert judged(magnr(1, "filled", "t1"), trades=[TRADE, replace(TRADE, id="t2")]) == ["duplicate"]


def test_a_trade_that_its_delivery_denies_is_lost():
    assert judged(magnr(1, "rejected"), trades=[TRADE]) == ["lost"]


def test_one_trade_for_two_deliveries_is_lost():
    assert "lost" in judged(magnr(1, "filled", "t1"), magnr(2, "filled", "t1"), trades=[TRADE])


def test_a_trade_without_a_stop_is_unprotected():
    assert judged(magnr(1, "filled", "t1"), trades=[replace(TRADE, trigger=Decimal(0))]) == ["unprotected"]


def test_books_that_disagree_with_the_ledger_are_told():
    told = list(differences(Books([ORDER, replace(EXIT, sent=False)]), [{"order_id": "4"}]))
    assert [text.split()[1] for text in told] == ["1", "4"]


def test_the_last_line_says_it_all():
    verdict = judge(Ours([delivery()], []), Books([ORDER, EXIT], [POSITION]))
    assert line(verdict, 3, 41.6) == (
        "chaos seed 3: 1 deliveries, 0 duplicate, 0 lost, 0 orphan, 0 unprotected, settled in 42 s"
    )
