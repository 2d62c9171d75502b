"""What a dead worker left, and what nobody answered, on every exchange: found once, with its exits, or given up."""

from __future__ import annotations

import pytest

from mysignals.domain.doubt import Told
from mysignals.domain.intents import OpenTrade
from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import Accepted
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for
from mysignals.services import fan_out
from mysignals.services.fan_out.claim import claim
from mysignals.services.holds import Hold
from mysignals.services.keys import open_key
from mysignals.services.reconcile import reconcile
from mysignals.services.reconcile.due import take_due
from mysignals.services.reconcile.load import load
from mysignals.services.reconcile.looking import look
from mysignals.services.venues import blocking_transport
from tests.fan_out.conftest import Scene
from tests.fan_out.test_every_exchange import CASES, LIMITS, Case, legs, move, queued, there, turn

__all__ = ["there"]
FORGOTTEN = """
    UPDATE deliveries SET state = 'sending', held_by = 'dead', held_until = now() - interval '1 second',
                          acknowledged_at = NULL, reason = NULL
    WHERE id = ANY (:ids)
"""
LIVE = {"accepted", "partially_filled", "filled"}
MAGNR = [case for case in CASES if case.at.exchange == "magnr"]
magnr = pytest.mark.parametrize("case", MAGNR, ids=str)


def ledger(scene: Scene, case: Case) -> list[dict[str, str]]:
    rows = scene.simulator.control("GET", f"/_control/ledger?venue={case.at.venue}")
    orders = rows["orders"] if isinstance(rows, dict) else rows
    return [row for row in orders if row["api_key"] in scene.people.api_keys]


def notices(scene: Scene) -> list[tuple[str, str]]:
    return [tuple(row) for row in scene.rows("SELECT kind, message FROM notifications ORDER BY id")]


def forget(scene: Scene, ids: list[int]) -> None:
    """The worker died before it could record anything."""
    scene.run("DELETE FROM orders")
    scene.run("DELETE FROM notifications")
    scene.run(FORGOTTEN, ids=ids)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_filled_entry_of_a_dead_worker_is_found_with_all_of_its_exits(there: Scene, case: Case) -> None:
    ids = queued(there, case)
    fan_out.deliver(ids)
    turn(there)
    before = {one: legs(there, one) for one in ids}
    assert there.states(ids) == {"filled"}, before
    orders = len(ledger(there, case))
    forget(there, ids)
    reconcile()
    turn(there)
    assert there.states(ids) == {"filled"}
    assert {one: legs(there, one) for one in ids} == before
    assert len(ledger(there, case)) == orders, "something was placed a second time"
    move(there, case, "48900")
    for _ in range(3):
        turn(there)
    assert there.states(ids) == {"closed"}, notices(there)


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_a_resting_entry_of_a_dead_worker_is_found_and_protected_when_it_fills(there: Scene, case: Case) -> None:
    move(there, case, "50500")
    ids = queued(there, case)
    fan_out.deliver(ids)
    assert there.states(ids) == {"accepted"}
    forget(there, ids)
    reconcile()
    assert there.states(ids) == {"accepted"}
    move(there, case, "49990")
    turn(there)
    turn(there)
    assert there.states(ids) == {"filled"}, notices(there)
    assert all({"entry", "stop", "target1"} <= set(legs(there, one)) for one in ids)
    entries = [row for row in ledger(there, case) if row["client_id"].endswith("-e")]
    assert len(entries) == len(ids)


@pytest.mark.parametrize("case", [case for case in CASES if case not in MAGNR], ids=str)
def test_what_never_arrived_is_sent_once_with_its_id(there: Scene, case: Case) -> None:
    ids = queued(there, case)
    claim(ids, Hold())
    there.run("UPDATE deliveries SET held_until = now() - interval '1 second', fence_at = now() - interval '1 minute'")
    reconcile()
    assert there.states(ids) == {"queued"}, notices(there)
    fan_out.deliver(ids)
    assert there.states(ids) <= LIVE
    assert len([row for row in ledger(there, case) if row["client_id"].endswith("-e")]) == len(ids)


def deaf(scene: Scene, case: Case) -> None:
    """From the trade on nothing is answered: the list before it is the last that could be read."""
    for key in scene.people.api_keys:
        fault = {"venue": case.at.venue, "api_key": key}
        scene.simulator.control("POST", "/_control/faults", fault | {"kind": "lost_answer", "on": "order"})


@magnr
def test_a_trade_whose_answer_was_lost_is_found_in_the_list(there: Scene, case: Case) -> None:
    ids = queued(there, case)
    fan_out.deliver(ids)
    trades = ledger(there, case)
    forget(there, ids)
    reconcile()
    assert there.states(ids) == {"filled"} and ledger(there, case) == trades
    names = there.rows("SELECT exchange_order_id FROM orders WHERE leg = 'entry' ORDER BY 1")
    assert sorted(name for (name,) in names) == sorted(trade["order_id"] for trade in trades)
    assert {kind for kind, _ in notices(there)} == {"filled"} and "had been lost" in notices(there)[0][1]


@magnr
def test_a_trade_that_is_not_in_the_list_is_given_up_and_never_sent_again(there: Scene, case: Case) -> None:
    ids = queued(there, case)
    claim(ids, Hold())
    there.run("UPDATE deliveries SET held_until = now() - interval '1 second'")
    reconcile()
    assert there.states(ids) == {"unknown"}
    there.run("UPDATE deliveries SET fence_at = now() - interval '1 minute', look_at = now() - interval '1 second'")
    reconcile()
    fan_out.deliver(ids)
    reconcile()
    assert there.states(ids) == {"expired"} and ledger(there, case) == []
    told = [message for kind, message in notices(there) if kind == "expired"]
    assert len(told) == len(ids) and "All trades of the account were read" in told[0]


@magnr
def test_of_two_trades_that_may_be_it_neither_is_taken_and_the_owner_reads_both_once(there: Scene, case: Case) -> None:
    ids = queued(there, case)
    fan_out.deliver(ids)
    for one in ids:
        _copy_by_hand(there, one)
    forget(there, ids)
    for _ in range(3):
        reconcile()
        there.run("UPDATE deliveries SET look_at = now() - interval '1 second' WHERE look_at IS NOT NULL")
        fan_out.deliver(ids)
    assert there.states(ids) == {"unknown"}
    rows = there.rows("SELECT reason, look_at, looks FROM deliveries WHERE id = ANY (:ids)", ids=ids)
    assert {(reason, look_at) for reason, look_at, _ in rows} == {("in_doubt", None)}
    trades = ledger(there, case)
    assert len(trades) == 2 * len(ids)
    told = notices(there)
    assert [kind for kind, _ in told] == ["unknown"] * len(ids)
    assert all(sum(f"{trade['order_id']} (BUY" in message for _, message in told) == 1 for trade in trades), told
    assert "at 50000" in told[0][1] and "UTC" in told[0][1]


def _copy_by_hand(scene: Scene, delivery_id: int) -> None:
    """The same trade again, as its owner might open it."""
    (row,) = scene.rows(
        "SELECT a.sealed_credentials, o.quantity FROM deliveries d JOIN exchange_accounts a ON a.id = d.account_id "
        "JOIN orders o ON o.delivery_id = d.id AND o.leg = 'entry' WHERE d.id = :id", id=delivery_id,
    )  # fmt: skip
    intent = OpenTrade("BTCUSD", Side.BUY, row.quantity, 5, 1000, 1000)  # type: ignore[arg-type]
    opening = ask(dialect_for("magnr", Market.FUTURES), intent, open_key(bytes(row.sealed_credentials)), "paper")
    assert isinstance(blocking_transport().run(opening), Accepted)


@magnr
def test_a_trade_that_another_delivery_has_found_is_no_candidate(there: Scene, case: Case) -> None:
    first = queued(there, case)
    fan_out.deliver(first)
    second = queued(there, case)
    claim(second, Hold())
    there.run("UPDATE deliveries SET held_until = now() - interval '1 second', fence_at = now() - interval '1 minute' "
              "WHERE id = ANY (:ids)", ids=second)  # fmt: skip
    reconcile()
    reconcile()
    assert (there.states(first), there.states(second)) == ({"filled"}, {"expired"})


@magnr
def test_while_another_is_being_sent_a_new_trade_is_nobody_s(there: Scene, case: Case) -> None:
    ids = queued(there, case)
    fan_out.deliver(ids)
    forget(there, ids)
    others = queued(there, case)
    claim(others, Hold())
    reconcile()
    assert there.states(ids) == {"unknown"}, "a trade of the one that is being sent may have been taken for it"
    assert there.states(others) == {"sending"}


@magnr
def test_a_trade_that_another_turn_has_just_found_is_not_found_twice(there: Scene, case: Case) -> None:
    """What a turn has found is in nobody's books until it is stored, and the key is free before that."""
    first = queued(there, case)
    fan_out.deliver(first)
    second = queued(there, case)
    claim(second, Hold())
    forget(there, [*first, *second])
    one, another = Hold(), Hold()
    there.run("UPDATE deliveries SET state = 'unknown'")
    there.run("UPDATE deliveries SET look_at = now() + interval '1 hour' WHERE id = ANY (:ids)", ids=second)
    assert take_due(one) == first
    assert {finding.told for looked in look(load(first), one) for _, finding in looked} == {Told.THERE}
    there.run("UPDATE deliveries SET look_at = now() WHERE id = ANY (:ids)", ids=second)
    assert take_due(another) == second
    assert {finding.told for looked in look(load(second), another) for _, finding in looked} == {Told.SILENT}
