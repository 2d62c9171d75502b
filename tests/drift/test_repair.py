"""Repairs that an owner has approved: done once, whatever happens in between, and only if all is still as it was."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain.market import Market, Side
from mysignals.exchanges.mending import Mended, Surplus, close_surplus
from mysignals.services import drift, fan_out
from mysignals.services.drift import accounts
from mysignals.services.drift.questions import question_of
from mysignals.services.drift.repair import Turn, take
from mysignals.services.unmapped import counting
from mysignals.services.venues import loop
from tests.drift.by_hand import Owner, audited, time_passes
from tests.drift.test_audit import at_binance, owner, with_orders, with_positions
from tests.fan_out.conftest import Scene
from tests.fan_out.test_every_exchange import queued

__all__ = ["owner"]
HOLD_IS_OVER = "UPDATE drifts SET held_until = now() - interval '1 second' WHERE held_until IS NOT NULL"


def row_of(owner: Owner) -> Any:
    (row,) = owner.drifts()
    return row


def closes(owner: Owner) -> list[str]:
    """The client ids of the closes that the exchange has taken from us."""
    ledger = owner.scene.simulator.ledger(owner.case.at.venue)
    return [order["client_id"] for order in ledger if order["client_id"].startswith("msd")]


def too_much(owner: Owner) -> tuple[Decimal, int]:
    """What a copy has open, and the approved drift of as much opened by hand beside it."""
    owner.copied()
    copied = owner.open()
    owner.trade(Side.BUY, copied)
    audited(owner.scene, 2)
    return copied, owner.approve()


def send_close(owner: Owner, turn: Turn) -> None:
    """What a turn sends, without what it stores."""
    (account,) = accounts.load([owner.account_id])
    question = question_of(account, Market.FUTURES, owner.symbol)
    assert question is not None
    surplus = Surplus(owner.symbol, Side.BUY, turn.difference, question.rules[owner.symbol])
    with counting() as count:
        (done,) = loop().run_flows([close_surplus(question.session(count, turn.root), surplus)])
    assert done.how is Mended.DONE


@with_positions
def test_what_was_opened_by_hand_is_closed_and_the_copy_left_open(owner: Owner, there: Scene) -> None:
    copied, drift_id = too_much(owner)
    drift.repair(drift_id)
    row = row_of(owner)
    assert (row.state, row.held_by) == ("repaired", None), row.message
    assert owner.open() == copied and owner.told("repaired") == [row.message]
    audited(there, 2)
    assert len(owner.drifts()) == 1


@with_orders
def test_copies_whose_position_is_gone_are_ended_and_their_exits_cancelled(owner: Owner, there: Scene) -> None:
    ids = owner.copied()
    owner.close_all()
    audited(there, 2)
    drift.repair(owner.approve())
    row = row_of(owner)
    mine = there.rows("SELECT id, state FROM deliveries WHERE account_id = :id", id=owner.account_id)
    assert row.state == "repaired", row.message
    assert owner.resting() == [] and mine[0].state == "closed"
    assert len(owner.told("repaired")) == len(owner.told("closed")) == 1
    assert there.states([one for one in ids if one != mine[0].id]) == {"filled"}


@with_orders
def test_a_repair_that_comes_twice_is_done_once(owner: Owner) -> None:
    copied, drift_id = too_much(owner)
    drift.repair(drift_id)
    drift.repair(drift_id)
    assert owner.open() == copied and len(closes(owner)) == 1 == len(owner.told("repaired"))


@with_orders
def test_a_close_whose_answer_was_lost_is_found_and_never_sent_again(owner: Owner, there: Scene) -> None:
    copied, drift_id = too_much(owner)
    there.simulator.fault(owner.case.at.venue, "lost_answer", on="order", count=1)
    drift.repair(drift_id)
    there.simulator.control("DELETE", "/_control/faults")
    assert row_of(owner).state == "repaired", row_of(owner).message
    assert owner.open() == copied and len(closes(owner)) == 1


@with_orders
def test_the_close_of_a_worker_that_died_is_found_by_the_next_and_never_sent_again(owner: Owner, there: Scene) -> None:
    copied, drift_id = too_much(owner)
    turn = take(drift_id)
    assert turn is not None
    send_close(owner, turn)
    drift.repair(drift_id)
    assert (row_of(owner).state, row_of(owner).held_by) == ("approved", turn.token)
    there.run(HOLD_IS_OVER)
    drift.repair(drift_id)
    assert row_of(owner).state == "repaired", row_of(owner).message
    assert owner.open() == copied and len(closes(owner)) == 1


@with_orders
def test_a_close_that_cannot_be_looked_for_is_not_sent(owner: Owner, there: Scene) -> None:
    copied, drift_id = too_much(owner)
    there.simulator.fault(owner.case.at.venue, "error_before_execute", on="query", status=503)
    drift.repair(drift_id)
    there.simulator.control("DELETE", "/_control/faults")
    assert row_of(owner).state == "approved" and closes(owner) == [] and owner.open() == 2 * copied


@at_binance
def test_what_another_turn_works_on_is_left_alone_until_its_hold_is_over(owner: Owner, there: Scene) -> None:
    copied, drift_id = too_much(owner)
    there.run("UPDATE drifts SET held_by = 'another', held_until = now() + interval '20 seconds'")
    drift.repair(drift_id)
    assert (row_of(owner).held_by, closes(owner)) == ("another", [])
    there.run(HOLD_IS_OVER)
    drift.repair(drift_id)
    assert row_of(owner).state == "repaired" and owner.open() == copied


@at_binance
def test_a_position_that_changed_since_is_not_repaired_but_told(owner: Owner) -> None:
    copied, drift_id = too_much(owner)
    owner.trade(Side.BUY, Decimal("0.01"))
    drift.repair(drift_id)
    row = row_of(owner)
    assert row.state == "failed" and "changed since you approved" in row.message and closes(owner) == []
    assert owner.open() == 2 * copied + Decimal("0.01") and row.message in owner.told("drift")


@at_binance
def test_a_position_that_is_right_by_now_needs_no_repair(owner: Owner) -> None:
    copied, drift_id = too_much(owner)
    owner.trade(Side.SELL, copied)
    drift.repair(drift_id)
    assert row_of(owner).state == "gone" and closes(owner) == [] and owner.open() == copied


@at_binance
@pytest.mark.parametrize(
    "moving",
    [
        "UPDATE deliveries SET held_by = 'somebody', held_until = now() + interval '20 seconds'",
        "UPDATE deliveries SET state = 'unknown'",
    ],
)
def test_a_repair_waits_for_a_copy_that_is_just_moving(owner: Owner, there: Scene, moving: str) -> None:
    copied, drift_id = too_much(owner)
    there.run(moving)
    drift.repair(drift_id)
    assert (row_of(owner).state, row_of(owner).held_by, closes(owner)) == ("approved", None, [])
    there.run("UPDATE deliveries SET held_by = NULL, held_until = NULL, state = 'filled'")
    drift.repair(drift_id)
    assert row_of(owner).state == "repaired" and owner.open() == copied


@at_binance
def test_a_copy_that_somebody_else_looks_after_is_not_ended(owner: Owner, there: Scene) -> None:
    owner.copied()
    owner.close_all()
    audited(there, 2)
    drift_id = owner.approve()
    there.run("UPDATE deliveries SET held_by = 'somebody', held_until = now() + interval '20 seconds'")
    before = owner.resting()
    drift.repair(drift_id)
    assert row_of(owner).state == "approved" and owner.resting() == before != []


@at_binance
def test_a_repair_that_the_exchange_refuses_is_told_with_the_cause(owner: Owner, there: Scene) -> None:
    copied, drift_id = too_much(owner)
    there.fault(kind="reject", on="order", body='{"code":-2015,"msg":"Invalid API-key, IP, or permissions."}')
    drift.repair(drift_id)
    there.simulator.control("DELETE", "/_control/faults")
    row = row_of(owner)
    assert row.state == "failed" and "refused" in row.message and owner.open() == 2 * copied
    assert row.message in owner.told("drift")


@at_binance
def test_a_repair_that_cannot_be_done_is_tried_again_and_given_up_after_a_quarter_of_an_hour(
    owner: Owner, there: Scene
) -> None:
    _, drift_id = too_much(owner)
    there.fault(kind="refuse", on="any")
    drift.repair(drift_id)
    assert row_of(owner).state == "approved"
    there.run(HOLD_IS_OVER)
    there.run("UPDATE drifts SET decided_at = now() - interval '16 minutes'")
    drift.repair(drift_id)
    there.simulator.control("DELETE", "/_control/faults")
    assert row_of(owner).state == "failed" and "within 15 minutes" in row_of(owner).message


@at_binance
def test_approved_repairs_that_got_lost_are_handed_over_again(owner: Owner, there: Scene) -> None:
    too_much(owner)
    redis = there.app.extensions["redis"]
    redis.delete("upkeep")
    drift.repair_waiting()
    assert redis.llen("upkeep") == 1
    there.run("UPDATE drifts SET held_by = 'another', held_until = now() + interval '20 seconds'")
    drift.repair_waiting()
    assert redis.llen("upkeep") == 1


@at_binance
def test_an_approved_drift_is_not_moved_by_an_audit(owner: Owner, there: Scene) -> None:
    _, drift_id = too_much(owner)
    owner.trade(Side.BUY, Decimal("0.01"))
    time_passes(there)
    drift.audit_due()
    assert [(row.id, row.state) for row in owner.drifts()] == [(drift_id, "approved")]


@at_binance
def test_two_copies_are_ended_by_one_repair(owner: Owner, there: Scene) -> None:
    owner.copied()
    owner.copied()
    owner.close_all()
    audited(there, 2)
    drift.repair(owner.approve())
    states = there.rows("SELECT state FROM deliveries WHERE account_id = :id", id=owner.account_id)
    assert row_of(owner).state == "repaired" and [state for (state,) in states] == ["closed", "closed"]
    assert owner.resting() == []


@at_binance
def test_the_rest_of_an_entry_is_cancelled_before_its_copy_is_ended(owner: Owner, there: Scene) -> None:
    """It would go on buying, without a stop."""
    there.fault(kind="partial", fraction="0.4")
    fan_out.deliver(queued(there, replace(owner.case, entry_type="LIMIT")))
    there.simulator.control("DELETE", "/_control/faults")
    assert any(name.endswith("-e") for name in owner.resting())
    owner.close_all()
    audited(there, 2)
    drift.repair(owner.approve())
    assert row_of(owner).state == "repaired" and owner.resting() == [] and owner.open() == 0
