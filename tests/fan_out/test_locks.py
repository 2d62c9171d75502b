"""Rows are locked in the order of their ids, so that two turns cannot wait for each other."""

from __future__ import annotations

import threading

from mysignals.extensions import db
from mysignals.services.fan_out.claim import claim
from mysignals.services.fan_out.record import record
from mysignals.services.holds import Hold
from tests.fan_out.conftest import Scene
from tests.support.waiting import wait_until

LOCKED = "SELECT id FROM exchange_accounts WHERE id = :id FOR UPDATE"
FREE = "SELECT id FROM exchange_accounts WHERE id = :id FOR UPDATE SKIP LOCKED"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def test_a_record_waits_for_the_first_account_before_it_locks_the_others(scene: Scene) -> None:
    first, *_, last = scene.people.account_ids
    # Written anew it lies behind the others, where a statement that takes rows as they lie meets it last.
    scene.run("UPDATE exchange_accounts SET label = 'moved' WHERE id = :id", id=first)

    def write() -> None:
        with scene.app.app_context():
            record([], Hold(), {last: "hedge", first: "hedge"})
            db.session.remove()

    with db.engine.connect() as holder:
        holder.execute(db.text(LOCKED), {"id": first})
        writer = threading.Thread(target=write)
        writer.start()
        # What PostgreSQL tells of its sessions stays the same within a transaction, so each look is one.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looker:
            wait_until(lambda: looker.scalar(db.text(WAITING)), 10, "the record to wait for the first account")
            assert looker.scalar(db.text(FREE), {"id": last}) == last
        holder.rollback()
    writer.join(10)
    modes = scene.rows("SELECT count(*) FROM exchange_accounts WHERE position_mode = 'hedge'")
    assert modes == [(2,)]


def test_a_keeper_waits_for_the_first_delivery_before_it_locks_the_others(scene: Scene) -> None:
    """Whoever stores what a turn saw locks them by their ids, while the turn's keeper extends them."""
    _, ids = scene.signal()
    hold = Hold()
    claim(ids, hold)
    hold.keep(ids)
    scene.run("UPDATE deliveries SET message = 'moved' WHERE id = :id", id=ids[0])
    extending = threading.Thread(target=hold.extend, args=[db.engine])
    with db.engine.connect() as holder:
        holder.execute(db.text(LOCKED.replace("exchange_accounts", "deliveries")), {"id": ids[0]})
        extending.start()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looker:
            wait_until(lambda: looker.scalar(db.text(WAITING)), 10, "the keeper to wait for the first delivery")
            free = db.text(FREE.replace("exchange_accounts", "deliveries"))
            assert looker.scalar(free, {"id": ids[-1]}) == ids[-1]
        holder.rollback()
    extending.join(10)
    assert hold.is_ours()
