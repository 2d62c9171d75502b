"""Closing a part with an order that only reduces: whole trades first, and the stop stays over what is left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.money import plain
from mysignals.services.errors import Invalid
from tests.closing.asked import ordered, worked
from tests.closing.test_everywhere import CASES, HEDGED, ONE_WAY, copied, state
from tests.drift.by_hand import Owner
from tests.fan_out.conftest import Scene, exchange, scene
from tests.fan_out.test_every_exchange import Case, move, said, there, turn

__all__ = ["exchange", "scene", "there"]
PARTS = [case for case in (*ONE_WAY, *HEDGED) if case.symbol != "BTCUSD"]
RESTING = [
    replace(case, entry_type="LIMIT")
    for case in PARTS
    if str(case) in ("binance-futures-BTCUSDT", "bitgetv2-futures-BTCUSDT")
]
WHOLE = [case for case in CASES if case not in PARTS]
STOPS = """
    SELECT coalesce(sum(quantity - filled_quantity), 0) FROM orders WHERE delivery_id = :id AND leg LIKE :leg
       AND state IN ('new', 'pending', 'triggered')
"""


def resting(there: Scene, delivery_id: int, leg: str) -> Decimal:
    return Decimal(there.rows(STOPS, id=delivery_id, leg=leg)[0][0])


@pytest.mark.parametrize("case", PARTS, ids=str)
@pytest.mark.parametrize("targets", ["first", "ladder"])
def test_a_part_is_closed_and_the_stop_is_over_the_rest(there: Scene, case: Case, targets: str) -> None:
    mine, theirs = copied(there, case, targets)
    owner = Owner(there, case)
    ours = owner.open()
    wanted = {"market": "futures", "symbol": case.symbol}
    for number in (1, 2, 3):
        assert ordered(there.people.user_ids[0], "0.01", **wanted) == 1
        worked(there)
        left = ours - Decimal("0.01") * number
        assert (state(there, mine), owner.open()) == ("filled", left), said(there, [mine])
        assert resting(there, mine, "stop%") == resting(there, mine, "target%") == left
        assert f"{plain(left)} BTC is open" in said(there, [mine])[0]
    assert len(owner.resting()) == (2 if targets == "first" else 4)
    assert ordered(there.people.user_ids[0], "5", **wanted) == 1
    worked(there)
    assert (state(there, mine), owner.open(), owner.resting()) == ("closed", 0, []), said(there, [mine])
    assert state(there, theirs) == "filled"


@pytest.mark.parametrize("case", PARTS, ids=str)
def test_the_stop_closes_what_a_part_has_left(there: Scene, case: Case) -> None:
    mine, _ = copied(there, case)
    ordered(there.people.user_ids[0], "0.01", market="futures", symbol=case.symbol)
    worked(there)
    move(there, case, "48900")
    turn(there)
    turn(there)
    assert (state(there, mine), Owner(there, case).open(), Owner(there, case).resting()) == ("closed", 0, [])


@pytest.mark.parametrize("case", RESTING, ids=str)
def test_a_part_of_a_trade_whose_entry_still_rests_cancels_its_rest(there: Scene, case: Case) -> None:
    there.fault(venue=case.at.venue, kind="partial", on="order", fraction="0.5")
    mine, theirs = copied(there, case)
    there.simulator.control("DELETE", "/_control/faults")
    assert there.states([mine, theirs]) == {"partially_filled"}, said(there, [mine, theirs])
    owner = Owner(there, case)
    ours = owner.open()
    assert ordered(there.people.user_ids[0], "0.01", market="futures", symbol=case.symbol) == 1
    worked(there)
    left = ours - Decimal("0.01")
    assert (state(there, mine), owner.open()) == ("filled", left), said(there, [mine])
    assert resting(there, mine, "stop%") == resting(there, mine, "target%") == left
    assert len(owner.resting()) == 2, "a stop and a target, and nothing of the entry"
    (told,) = there.rows("SELECT message FROM notifications WHERE kind = 'reduced'")
    assert f"{plain(ours)} BTC of its entry had not filled, and was cancelled" in told[0]
    assert state(there, theirs) == "partially_filled"


@pytest.mark.parametrize("case", PARTS[:1], ids=str)
def test_whole_trades_go_oldest_first_and_then_a_part(there: Scene, case: Case) -> None:
    first, second, third = (copied(there, case)[0] for _ in range(3))
    each = Owner(there, case).open() / 3
    ordered(there.people.user_ids[0], str(each + Decimal("0.02")), market="futures", symbol=case.symbol)
    worked(there)
    assert [state(there, one) for one in (first, second, third)] == ["closed", "filled", "filled"]
    assert resting(there, second, "stop") == each - Decimal("0.02")
    assert resting(there, third, "stop") == each
    assert Owner(there, case).open() == 2 * each - Decimal("0.02")


@pytest.mark.parametrize("case", PARTS[:1], ids=str)
def test_two_parts_at_once_are_both_closed_and_a_close_of_all_meanwhile_is_not_lost(there: Scene, case: Case) -> None:
    mine, _ = copied(there, case)
    owner = Owner(there, case)
    ours, wanted = owner.open(), {"market": "futures", "symbol": case.symbol}
    for _ in range(2):
        ordered(there.people.user_ids[0], "0.01", **wanted)
    worked(there)
    assert owner.open() == ours - Decimal("0.02") == resting(there, mine, "stop")
    assert ordered(there.people.user_ids[0], "0.01", **wanted) == 1
    assert ordered(there.people.user_ids[0], **wanted) == 1
    worked(there)
    assert (state(there, mine), owner.open()) == ("closed", 0)


@pytest.mark.parametrize("case", WHOLE, ids=str)
def test_where_a_part_cannot_be_closed_safely_it_is_refused_with_what_would_be(there: Scene, case: Case) -> None:
    first, _ = copied(there, case)
    bought = there.rows("SELECT filled_quantity FROM orders WHERE delivery_id = :id AND leg = 'entry'", id=first)[0][0]
    second, _ = copied(there, case)
    least = Decimal(1) if case.symbol == "BTCUSD" and case.at.exchange == "phemex" else Decimal("0.001")
    with pytest.raises(Invalid) as refused:
        ordered(there.people.user_ids[0], str(least), market=case.market, symbol=case.symbol)
    assert f"send {plain(bought)} or {plain(2 * bought)}" in refused.value.fields["quantity"]
    there.run("SELECT 1")
    assert there.rows("SELECT count(*) FROM deliveries WHERE cancel_asked_at IS NOT NULL") == [(0,)]
    assert ordered(there.people.user_ids[0], str(bought), market=case.market, symbol=case.symbol) == 1
    worked(there)
    assert [state(there, one) for one in (first, second)] == ["closed", "filled"], said(there, [first, second])


@pytest.mark.parametrize("case", PARTS[:1], ids=str)
def test_after_five_parts_only_all_of_it_is_closed(there: Scene, case: Case) -> None:
    mine, _ = copied(there, case)
    wanted = {"market": "futures", "symbol": case.symbol}
    for _ in range(5):
        ordered(there.people.user_ids[0], "0.001", **wanted)
        worked(there, 1)
    with pytest.raises(Invalid, match="5 parts already"):
        ordered(there.people.user_ids[0], "0.001", **wanted)
    there.run("SELECT 1")
    ordered(there.people.user_ids[0], **wanted)
    worked(there)
    assert (state(there, mine), Owner(there, case).open(), Owner(there, case).resting()) == ("closed", 0, [])
