"""Auditing accounts on every exchange: what is told as a drift, and what is none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.market import Side
from mysignals.extensions import db
from mysignals.models import User
from mysignals.services import drift, fan_out
from tests.drift.by_hand import Owner, audited, time_passes
from tests.fan_out.conftest import Scene
from tests.fan_out.test_every_exchange import CASES, LIMITS, Case, move, queued, said

FUTURES = [case for case in CASES if case.market == "futures"]
WITH_ORDERS = [case for case in FUTURES if case.at.exchange != "magnr"]
everywhere = pytest.mark.parametrize("case", CASES, ids=str)
with_positions = pytest.mark.parametrize("case", FUTURES, ids=str)
with_orders = pytest.mark.parametrize("case", WITH_ORDERS, ids=str)
at_binance = pytest.mark.parametrize("case", [WITH_ORDERS[0]], ids=str)


@pytest.fixture
def owner(there: Scene, case: Case) -> Owner:
    return Owner(there, case)


@everywhere
def test_copies_that_are_there_as_our_books_have_them_are_no_drift(owner: Owner, there: Scene) -> None:
    ids = owner.copied()
    assert there.states(ids) == {"filled"}, said(there, ids)
    audited(there, 2)
    assert owner.drifts() == []
    assert there.rows("SELECT count(*) FROM account_audits WHERE done_at IS NOT NULL") == [(2,)]


@with_orders
def test_a_position_closed_by_hand_is_told_by_the_second_audit(owner: Owner, there: Scene) -> None:
    owner.copied()
    copied = owner.open()
    owner.close_all()
    audited(there)
    assert [row.state for row in owner.drifts()] == ["seen"] and owner.told("drift") == []
    audited(there)
    (row,) = owner.drifts()
    assert (row.state, row.kind, row.cause, row.repair) == ("open", "position", "closed_by_hand", "adopt")
    assert (row.expected, row.actual, row.difference) == (copied, 0, -copied)
    assert owner.told("drift") == [row.message] and "nothing there" in row.message
    audited(there, 2)
    assert len(owner.drifts()) == len(owner.told("drift")) == 1


@with_positions
def test_a_position_opened_by_hand_beside_a_copy_is_told_with_what_is_too_much(owner: Owner, there: Scene) -> None:
    owner.copied()
    copied = owner.open()
    owner.trade(Side.BUY, copied)
    audited(there, 2)
    (row,) = owner.drifts()
    assert (row.state, row.cause, row.repair) == ("open", "opened_by_hand", "close")
    assert (row.expected, row.difference) == (copied, copied)


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_orders_of_a_copy_that_is_over_are_cancelled_at_once(owner: Owner, there: Scene, case: Case) -> None:
    """Our books call it over, yet it rests: its entry arrived late, or a cancel got lost."""
    move(there, case, "50500")
    ids = owner.copied()
    assert there.states(ids) == {"accepted"}, said(there, ids)
    left = owner.resting()
    there.run("UPDATE deliveries SET state = 'expired'; UPDATE orders SET state = 'cancelled'")
    audited(there)
    rows = owner.drifts()
    assert left and owner.resting() == [] and len(rows) == len(owner.told("repaired")) >= 1
    assert {(row.state, row.kind, row.repair) for row in rows} == {("repaired", "order", "cancel")}
    assert {row.cause for row in rows} <= {"unknown_entry", "orphan_exit"}
    assert "unknown_entry" in {row.cause for row in rows}


@with_orders
def test_exits_that_outlived_their_copy_are_cancelled(owner: Owner, there: Scene, case: Case) -> None:
    """Those that an exchange made itself are known by the names it gave them."""
    ids = owner.copied()
    if case.at.exchange == "bitget":
        there.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    there.run("UPDATE deliveries SET state = 'closed'; UPDATE orders SET state = 'cancelled' WHERE leg <> 'entry'")
    assert len(owner.resting()) >= 1, ids
    audited(there)
    assert owner.resting() == []
    assert {row.cause for row in owner.drifts() if row.kind == "order"} == {"orphan_exit"}


@at_binance
def test_what_is_left_of_a_copy_that_is_over_is_unexplained(owner: Owner, there: Scene) -> None:
    owner.copied()
    there.run("UPDATE deliveries SET state = 'closed'")
    audited(there, 2)
    (row,) = (row for row in owner.drifts() if row.kind == "position")
    assert (row.cause, row.repair, row.expected) == ("unexplained", "close", 0)


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_an_order_with_an_id_like_ours_that_is_nobodys_is_told_once_and_left_alone(
    owner: Owner, there: Scene, case: Case
) -> None:
    owner.copied()
    foreign = "ms987654321x0a1b2c-e"
    owner.trade(Side.BUY, Decimal(100) if case.symbol == "BTCUSD" else Decimal("0.01"), price=Decimal(40000),
                client_id=foreign)  # fmt: skip
    audited(there, 3)
    assert foreign in owner.resting()
    (row,) = (row for row in owner.drifts() if row.kind == "order")
    assert (row.state, row.cause, row.repair, row.client_order_id) == ("open", "foreign_order", "none", foreign)
    assert owner.told("drift") == [row.message]


@at_binance
def test_orders_with_ids_of_the_owners_own_are_nobodys_business(owner: Owner, there: Scene) -> None:
    owner.copied()
    owner.trade(Side.BUY, Decimal("0.01"), price=Decimal(40000), client_id="ms-my-own-id")
    audited(there, 2)
    assert owner.drifts() == [] and "ms-my-own-id" in owner.resting()


@at_binance
@pytest.mark.parametrize(
    "moving",
    [
        "UPDATE deliveries SET state = 'sending'",
        "UPDATE deliveries SET state = 'unknown'",
        "UPDATE deliveries SET held_by = 'somebody', held_until = now() + interval '20 seconds'",
        "UPDATE deliveries SET updated_at = now()",
        "UPDATE orders SET updated_at = now() WHERE leg = 'entry'",
        "UPDATE orders SET state = 'triggered' WHERE leg = 'stop'",
    ],
)
def test_a_copy_that_is_just_moving_is_left_for_the_next_audit(owner: Owner, there: Scene, moving: str) -> None:
    owner.copied()
    owner.close_all()
    time_passes(there)
    there.run(moving)
    drift.audit_due()
    assert owner.drifts() == []


@pytest.mark.parametrize("case", LIMITS[1:2], ids=str)
@pytest.mark.parametrize("state", ["sending", "unknown", "queued"])
def test_orders_of_a_copy_in_doubt_are_never_touched(owner: Owner, there: Scene, case: Case, state: str) -> None:
    move(there, case, "50500")
    owner.copied()
    before = owner.resting()
    time_passes(there)
    there.run("UPDATE deliveries SET state = :state", state=state)
    drift.audit_due()
    drift.audit(owner.account_id)
    assert owner.resting() == before != [] and owner.drifts() == []


@at_binance
def test_an_entry_that_has_filled_in_part_counts_with_that_part(owner: Owner, there: Scene) -> None:
    there.fault(kind="partial", fraction="0.4")
    ids = queued(there, replace(owner.case, entry_type="LIMIT"))
    fan_out.deliver(ids)
    there.simulator.control("DELETE", "/_control/faults")
    assert there.states(ids) == {"partially_filled"}, said(there, ids)
    audited(there, 2)
    assert owner.drifts() == [] and owner.open() > 0


@pytest.mark.parametrize("case", [case for case in WITH_ORDERS if case.at.position_mode == "hedge"], ids=str)
def test_in_hedge_mode_each_side_is_compared_by_itself(owner: Owner, there: Scene) -> None:
    owner.copied()
    copied = owner.open()
    owner.trade(Side.SELL, copied)
    audited(there, 2)
    (row,) = owner.drifts()
    assert (row.side, row.expected, row.actual, row.cause) == ("short", 0, -copied, "opened_by_hand")


@at_binance
def test_a_drift_that_goes_away_by_itself_is_over_and_one_never_told_leaves_no_trace(
    owner: Owner, there: Scene
) -> None:
    owner.copied()
    owner.trade(Side.BUY, Decimal("0.01"))
    audited(there)
    owner.trade(Side.SELL, Decimal("0.01"))
    audited(there)
    assert owner.drifts() == []
    owner.trade(Side.BUY, Decimal("0.01"))
    audited(there, 2)
    owner.trade(Side.SELL, Decimal("0.01"))
    audited(there)
    (row,) = owner.drifts()
    assert row.state == "gone" and row.ended_at is not None and len(owner.told("drift")) == 1


@at_binance
def test_what_was_dismissed_is_told_again_when_the_difference_changes(owner: Owner, there: Scene) -> None:
    owner.copied()
    owner.trade(Side.BUY, Decimal("0.01"))
    audited(there, 2)
    there.run("UPDATE drifts SET state = 'dismissed'")
    audited(there, 2)
    assert [row.state for row in owner.drifts()] == ["dismissed"] and len(owner.told("drift")) == 1
    owner.trade(Side.BUY, Decimal("0.01"))
    audited(there, 2)
    first, second = owner.drifts()
    assert first.state == "dismissed" and first.ended_at is not None
    assert (second.state, second.difference) == ("open", Decimal("0.02")) and len(owner.told("drift")) == 2


@at_binance
def test_an_open_drift_never_comes_to_stand_for_another_amount(owner: Owner, there: Scene) -> None:
    owner.copied()
    owner.trade(Side.BUY, Decimal("0.01"))
    audited(there, 2)
    owner.trade(Side.BUY, Decimal("0.01"))
    audited(there)
    first, second = owner.drifts()
    assert (first.state, first.difference) == ("gone", Decimal("0.01")) and first.id != second.id
    assert (second.state, second.difference) == ("seen", Decimal("0.02"))


@at_binance
def test_a_drift_is_confirmed_only_when_every_copy_was_looked_up_since(owner: Owner, there: Scene) -> None:
    """An exit that filled a moment ago is news to our books until the copy is followed."""
    owner.copied()
    owner.close_all()
    audited(there)
    time_passes(there)
    there.run("UPDATE deliveries SET followed_at = now() - interval '1 hour'")
    drift.audit_due()
    assert [row.state for row in owner.drifts()] == ["seen"]


@at_binance
def test_a_key_that_was_saved_twice_is_one_account_with_the_copies_of_both(owner: Owner, there: Scene) -> None:
    owner.copied()
    second = owner.copied()
    there.run(
        "INSERT INTO exchange_accounts (user_id, exchange, environment, label, api_version, sealed_credentials, "
        "key_hint, status, position_mode) SELECT user_id, exchange, environment, 'again', api_version, "
        "sealed_credentials, key_hint, status, position_mode FROM exchange_accounts WHERE id = :id",
        id=owner.account_id,
    )
    twin = there.rows("SELECT max(id) FROM exchange_accounts")[0][0]
    moved = "UPDATE deliveries SET account_id = :twin WHERE account_id = :id AND id = ANY (:second)"
    there.run(moved, twin=twin, id=owner.account_id, second=second)
    audited(there, 2)
    assert there.rows("SELECT count(*) FROM account_audits WHERE account_id = :twin", twin=twin) == [(1,)]
    assert there.rows("SELECT count(*) FROM drifts") == [(0,)]


@at_binance
def test_an_exchange_that_does_not_answer_refutes_nothing(owner: Owner, there: Scene) -> None:
    owner.copied()
    owner.trade(Side.BUY, Decimal("0.01"))
    audited(there, 2)
    there.fault(kind="refuse", on="any")
    audited(there)
    there.simulator.control("DELETE", "/_control/faults")
    assert [row.state for row in owner.drifts()] == ["open"]


@at_binance
def test_an_account_is_audited_every_five_minutes_and_when_a_drift_waits_to_be_confirmed(
    owner: Owner, there: Scene
) -> None:
    owner.copied()
    audited(there)
    owner.trade(Side.BUY, Decimal("0.01"))
    drift.audit_due()
    assert owner.drifts() == []
    audited(there)
    there.run(
        "UPDATE drifts SET first_seen_at = now() - interval '20 seconds';"
        "UPDATE account_audits SET begun_at = now() - interval '20 seconds'"
    )
    drift.audit_due()
    assert [row.state for row in owner.drifts()] == ["open"]


@at_binance
def test_an_audit_that_somebody_asks_for_is_not_begun_twice_in_ten_seconds(owner: Owner, there: Scene) -> None:
    owner.copied()
    time_passes(there)
    drift.audit(owner.account_id)
    owner.trade(Side.BUY, Decimal("0.01"))
    drift.audit(owner.account_id)
    assert owner.drifts() == []
    there.run("UPDATE account_audits SET begun_at = now() - interval '11 seconds'")
    drift.audit(owner.account_id)
    assert [row.state for row in owner.drifts()] == ["seen"]


@at_binance
def test_an_audit_that_somebody_asked_for_is_made_by_the_clock_where_its_message_was_lost(
    owner: Owner, there: Scene
) -> None:
    """Where nothing is live, too, and though a worker had begun one and died."""
    asked = "SELECT asked_at IS NOT NULL, done_at IS NOT NULL FROM account_audits WHERE account_id = :id"
    user = db.session.get_one(User, owner.user_id)
    queued(there, owner.case)
    there.run("UPDATE deliveries SET state = 'skipped', client_id = 'ms' || id, updated_at = now() - interval '1 hour'")
    drift.audit_due()
    assert there.rows(asked, id=owner.account_id) == []
    drift.ask_for_audit(user, owner.account_id)
    there.run("UPDATE account_audits SET begun_at = now() - interval '11 seconds'")
    assert there.rows(asked, id=owner.account_id) == [(True, False)]
    drift.audit_due()
    assert there.rows(asked, id=owner.account_id) == [(False, True)]
    there.run("UPDATE account_audits SET begun_at = now() - interval '11 seconds', done_at = NULL")
    drift.audit_due()
    assert there.rows(asked, id=owner.account_id) == [(False, False)], "asked once, made once"


@at_binance
def test_an_account_whose_new_key_is_not_proven_yet_is_left_alone(owner: Owner, there: Scene) -> None:
    """Another key may belong to another account, where nothing of ours is."""
    owner.copied()
    there.run("UPDATE exchange_accounts SET unproven = true")
    audited(there)
    drift.audit(owner.account_id)
    assert there.rows("SELECT count(*) FROM account_audits") == [(0,)]
