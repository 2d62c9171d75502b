"""A copy that ended with nothing placed is asked for once more: sent once, as every copy is, and never in doubt."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from mysignals.extensions import db
from mysignals.models import Delivery, User
from mysignals.services import fan_out, results, retries
from mysignals.services.errors import Conflict
from tests.fan_out.conftest import Scene

NO_MARGIN = {"code": -2019, "msg": "Margin is insufficient."}
OLD_S = 3600
"""A signal that is too old to be copied by itself."""


def refused(scene: Scene) -> tuple[list[int], User]:
    """The copies of a signal that no exchange took, and who owns the first."""
    _, ids = scene.signal()
    scene.fault(kind="reject", on="order", body=NO_MARGIN)
    fan_out.deliver(ids)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids) == {"rejected"} and scene.entries(ids) == []
    scene.run("UPDATE signals SET created_at = now() - :age * interval '1 second'", age=OLD_S)
    return ids, owner(ids[0])


def owner(delivery_id: int) -> User:
    return db.session.get_one(User, db.session.get_one(Delivery, delivery_id).user_id)


def test_the_next_try_is_sent_with_ids_of_its_own_and_the_first_stays_as_it_is(scene: Scene) -> None:
    ids, user = refused(scene)
    again = retries.ask_again(user, ids[0])
    fan_out.deliver([again])
    assert scene.states([again]) == {"filled"} and scene.states(ids) == {"rejected"}
    (entry,) = scene.entries([again, *ids])
    roots = {row[0] for row in scene.rows("SELECT client_id FROM deliveries WHERE id IN (:a, :b)", a=ids[0], b=again)}
    assert len(roots) == 2 and entry.removesuffix("-e") in roots
    (row,) = scene.rows("SELECT following_id IS NOT NULL, trade_sizing FROM deliveries WHERE id = :id", id=again)
    assert tuple(row) == (True, None), "sized and limited by the following"
    with pytest.raises(Conflict, match="already"):
        retries.ask_again(user, ids[0])


def test_of_two_presses_at_once_one_begins_it(scene: Scene) -> None:
    ids, user = refused(scene)
    user_id, together = user.id, threading.Barrier(2)
    begun, told = list[int](), list[str]()

    def press() -> None:
        with scene.app.app_context():
            found = db.session.get_one(User, user_id)
            together.wait(10)
            try:
                begun.append(retries.ask_again(found, ids[0]))
            except Conflict as why:
                told.append(str(why))
            db.session.remove()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join(30)
    assert len(begun) == 1 and told == [retries.ALREADY]
    fan_out.deliver(begun)
    assert len(scene.entries([*begun, *ids])) == 1


def test_the_database_lets_each_be_followed_by_one(scene: Scene) -> None:
    ids, user = refused(scene)
    retries.ask_again(user, ids[0])
    copy = (
        "INSERT INTO deliveries (signal_id, account_id, user_id, exchange, retry_of) "
        "SELECT signal_id, account_id, user_id, exchange, {} FROM deliveries WHERE id = :id"
    )
    for retry_of in (":id", "NULL"):
        with pytest.raises(IntegrityError):
            scene.run(copy.format(retry_of), id=ids[0])
        db.session.rollback()


def test_what_is_in_doubt_is_never_asked_for_again(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.fault_of_accounts(kind="lost_answer", on="any")
    fan_out.deliver(ids)
    assert scene.states(ids) == {"unknown"}
    with pytest.raises(Conflict, match="could be placed twice"):
        retries.ask_again(owner(ids[0]), ids[0])
    assert scene.rows("SELECT count(*) FROM deliveries WHERE retry_of IS NOT NULL")[0][0] == 0


def test_a_next_try_that_waited_too_long_is_not_sent_either(scene: Scene) -> None:
    ids, user = refused(scene)
    again = retries.ask_again(user, ids[0])
    scene.run("UPDATE deliveries SET created_at = now() - interval '2 minutes' WHERE id = :id", id=again)
    fan_out.deliver([again])
    assert scene.states([again]) == {"expired"} and scene.entries([again]) == []


def test_a_lost_answer_of_the_next_try_is_looked_up_by_its_own_id(scene: Scene) -> None:
    ids, user = refused(scene)
    again = retries.ask_again(user, ids[0])
    scene.fault(kind="lost_answer", on="order", count=1)
    fan_out.deliver([again])
    assert len(scene.entries([again, *ids])) == 1
    assert scene.states([again]) <= {"filled", "unknown"}


def test_what_came_of_the_next_try_counts_though_all_of_its_signal_had_been_counted(scene: Scene) -> None:
    ids, user = refused(scene)
    results.count_due()
    counted = "SELECT opened, still_open FROM signal_results"
    assert scene.rows(counted) == [(0, 0)]
    again = retries.ask_again(user, ids[0])
    fan_out.deliver([again])
    results.count_due()
    assert scene.rows(counted) == [(1, 1)]
