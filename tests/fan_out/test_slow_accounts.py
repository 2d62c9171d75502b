"""One account whose exchange is slow: what ended for the others is recorded and told meanwhile, and nothing twice."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text

from mysignals.extensions import db
from mysignals.services import fan_out, follow, holds, outages
from mysignals.services.reconcile import reconcile
from tests.fan_out.conftest import Scene
from tests.support.waiting import wait_until

recording = sys.modules["mysignals.services.fan_out.record"]
"""The module that insists on storing."""
SLOW_MS = 8000
WITHIN_S = 5
"""One second and a half, where the machine is not busy with other tests."""
NOTICES = "SELECT kind, count(*) FROM notifications WHERE delivery_id = ANY (:ids) GROUP BY 1"
LEGS = "SELECT leg, state, count(*) FROM orders WHERE delivery_id = ANY (:ids) GROUP BY 1, 2"
HELD = "SELECT id FROM deliveries WHERE held_by IS NOT NULL"


@contextmanager
def meanwhile(scene: Scene, work: Callable[[], None]) -> Iterator[Future[None]]:
    """`work` as a worker's thread does it, while the block looks on; its end is waited for, and its errors are ours."""

    def within() -> None:
        with scene.app.app_context():
            try:
                work()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(within)
        yield working
        working.result(60)


@contextmanager
def watched(mark: str) -> Iterator[list[str]]:
    """Statements with the mark, of all threads."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if mark in statement:
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def broken_off(mark: str, times: int) -> Iterator[list[int]]:
    """The connections on which statements with the mark are about to be sent are broken, the first so many times."""
    done: list[int] = []

    def break_off(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if mark in statement and len(done) < times:
            done.append(1)
            with db.engine.connect() as another:
                pid = connection.connection.dbapi_connection.info.backend_pid
                another.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    event.listen(db.engine, "before_cursor_execute", break_off)
    try:
        yield done
    finally:
        event.remove(db.engine, "before_cursor_execute", break_off)


RECORD = "state = v.state, reason = v.reason, raw_code"


def slow(scene: Scene, delay_ms: int = SLOW_MS, **fault: Any) -> None:
    """The first follower's exchange takes its time for every order."""
    scene.fault(kind="delay", on="order", delay_ms=delay_ms, api_key=scene.people.api_keys[0], **fault)


def of_slow(scene: Scene, ids: list[int]) -> tuple[int, list[int]]:
    """The slow account's delivery, and the others'."""
    first = scene.people.account_ids[0]
    rows = dict(map(tuple, scene.rows("SELECT account_id, id FROM deliveries WHERE id = ANY (:ids)", ids=ids)))
    return rows[first], sorted(set(ids) - {rows[first]})


def tallied(scene: Scene, statement: str, ids: list[int]) -> dict[Any, int]:
    return {tuple(key) if len(key) > 1 else key[0]: many for *key, many in scene.rows(statement, ids=ids)}


def test_the_others_are_recorded_told_and_protected_while_one_account_waits_for_its_exchange(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "EXTENDED_EVERY_S", 0.2)
    monkeypatch.setattr(holds, "TICK_S", 0.05)
    _, ids = scene.signal()
    last, others = of_slow(scene, ids)
    slow(scene, count=1)
    with watched(RECORD) as records, meanwhile(scene, partial(fan_out.deliver, ids)) as worker:
        wait_until(lambda: scene.states(others) == {"filled"}, WITHIN_S, "the others' end")
        assert tallied(scene, NOTICES, others) == {"filled": 3}
        assert tallied(scene, LEGS, others) == {("entry", "filled"): 3, ("stop", "new"): 3, ("target1", "new"): 3}
        assert [row[0] for row in scene.rows(HELD)] == [last]
        assert scene.states([last]) == {"sending"}
        assert not worker.done()
    assert scene.states(ids) == {"filled"}
    assert tallied(scene, NOTICES, ids) == {"filled": 4}
    assert tallied(scene, LEGS, ids) == {("entry", "filled"): 4, ("stop", "new"): 4, ("target1", "new"): 4}
    assert sorted(scene.entries(ids)) == sorted(set(scene.entries(ids)))
    assert len(records) == 2
    assert scene.rows(HELD) == []


def test_a_batch_whose_accounts_end_together_is_recorded_once(scene: Scene) -> None:
    _, ids = scene.signal()
    with watched(RECORD) as records:
        fan_out.deliver(ids)
    assert len(records) == 1


def test_who_was_refused_before_anything_was_sent_is_told_while_all_others_wait(scene: Scene) -> None:
    _, ids = scene.signal()
    last, _ = of_slow(scene, ids)
    scene.run("UPDATE exchange_accounts SET sealed_credentials = 'x' WHERE id <> :id", id=scene.people.account_ids[0])
    slow(scene, count=1)
    with meanwhile(scene, partial(fan_out.deliver, ids)) as worker:
        wait_until(lambda: tallied(scene, NOTICES, ids) == {"refused": 3}, WITHIN_S, "those who could not be sent")
        assert not worker.done() and scene.states([last]) == {"sending"}
    assert tallied(scene, NOTICES, ids) == {"refused": 3, "filled": 1}


def test_a_database_that_breaks_off_the_first_record_costs_nobody_his(scene: Scene) -> None:
    _, ids = scene.signal()
    slow(scene, count=1)
    with broken_off(RECORD, times=3) as broken:
        fan_out.deliver(ids)
    assert len(broken) == 3
    assert scene.states(ids) == {"filled"}
    assert tallied(scene, NOTICES, ids) == {"filled": 4}
    assert scene.rows("SELECT DISTINCT attempts, looks FROM deliveries WHERE id = ANY (:ids)", ids=ids) == [(1, 0)]


def test_what_could_not_be_recorded_goes_with_the_next_record(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "insist", partial(outages.insist, seconds=0.05))
    _, ids = scene.signal()
    slow(scene, 3000, count=1)
    with broken_off(RECORD, times=1) as broken:
        fan_out.deliver(ids)
    assert len(broken) == 1
    assert scene.states(ids) == {"filled"}
    assert tallied(scene, NOTICES, ids) == {"filled": 4}


def test_a_last_record_that_cannot_be_stored_gives_the_task_up_and_leaves_its_rows_to_reconcile(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "insist", partial(outages.insist, seconds=0.05))
    _, ids = scene.signal()
    with broken_off(RECORD, times=9), pytest.raises(outages.DATABASE_AWAY):
        fan_out.deliver(ids)
    assert scene.states(ids) == {"sending"}
    scene.run("UPDATE deliveries SET held_until = now() - interval '1 second'")
    reconcile()
    assert scene.states(ids) == {"filled"}
    assert tallied(scene, NOTICES, ids) == {"filled": 4}
    assert len(scene.entries(ids)) == len(ids)


def test_a_bug_while_recording_lets_the_others_talk_to_their_end_under_their_hold(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else their stops would be refused, or placed by two."""
    module = sys.modules["mysignals.services.fan_out.recording"]
    monkeypatch.setattr(module, "record", lambda *_: 1 // 0)
    _, ids = scene.signal()
    slow(scene, 3000, count=1)
    with pytest.raises(ZeroDivisionError):
        fan_out.deliver(ids)
    ledger = scene.simulator.control("GET", "/_control/ledger?venue=binance-futures")
    orders = ledger["orders"] if isinstance(ledger, dict) else ledger
    assert [order["api_key"] for order in orders].count(scene.people.api_keys[0]) == 3


def test_a_turn_that_follows_stores_what_it_saw_while_one_account_waits_for_its_exchange(scene: Scene) -> None:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    last, others = of_slow(scene, ids)
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    body = {"venue": "binance-futures", "symbol": "BTCUSDT"}
    scene.simulator.control("POST", "/_control/prices", body | {"price": "48900"})
    scene.fault(kind="delay", on="any", delay_ms=2500, api_key=scene.people.api_keys[0])
    try:
        with meanwhile(scene, follow.follow) as worker:
            wait_until(lambda: scene.states(others) == {"closed"}, WITHIN_S, "the others' close")
            assert tallied(scene, NOTICES, others) == {"filled": 3, "closed": 3}
            assert not worker.done() and [row[0] for row in scene.rows(HELD)] == [last]
    finally:
        scene.simulator.control("POST", "/_control/prices", body | {"price": "50000"})
    assert scene.states(ids) == {"closed"}
    assert tallied(scene, NOTICES, ids) == {"filled": 4, "closed": 4}
    assert scene.rows(HELD) == []


def test_what_a_turn_saw_is_stored_again_when_its_connection_breaks_and_told_once(scene: Scene) -> None:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    body = {"venue": "binance-futures", "symbol": "BTCUSDT"}
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    scene.simulator.control("POST", "/_control/prices", body | {"price": "48900"})
    with broken_off("INSERT INTO notifications", times=1) as broken:
        follow.follow()
    scene.simulator.control("POST", "/_control/prices", body | {"price": "50000"})
    assert len(broken) == 1
    assert scene.states(ids) == {"closed"}
    assert tallied(scene, NOTICES, ids) == {"filled": 4, "closed": 4}


def test_what_a_turn_saw_is_told_once_when_it_is_stored_again_though_it_had_arrived(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection broke within the commit: nobody knew."""
    real = follow.store

    def twice(*what: Any) -> None:
        real(*what)
        real(*what)

    monkeypatch.setattr(follow, "store", twice)
    _, ids = scene.signal()
    fan_out.deliver(ids)
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    body = {"venue": "binance-futures", "symbol": "BTCUSDT"}
    scene.simulator.control("POST", "/_control/prices", body | {"price": "48900"})
    follow.follow()
    scene.simulator.control("POST", "/_control/prices", body | {"price": "50000"})
    assert scene.states(ids) == {"closed"}
    assert tallied(scene, NOTICES, ids) == {"filled": 4, "closed": 4}


def test_what_was_found_has_its_exits_while_one_account_still_looks(scene: Scene) -> None:
    _, ids = scene.signal()
    last, others = of_slow(scene, ids)
    scene.fault_of_accounts(kind="lost_answer", on="any")
    fan_out.deliver(ids)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids) == {"unknown"}
    scene.fault(kind="delay", on="query", delay_ms=2500, api_key=scene.people.api_keys[0])
    with meanwhile(scene, reconcile) as worker:
        wait_until(lambda: scene.states(others) == {"filled"}, WITHIN_S, "the others to be found")
        wait_until(lambda: tallied(scene, LEGS, others).get(("stop", "new")) == 3, 1, "their stops")
        assert not worker.done() and scene.states([last]) == {"unknown"}
    assert scene.states(ids) == {"filled"}
    assert tallied(scene, LEGS, ids) == {("entry", "filled"): 4, ("stop", "new"): 4, ("target1", "new"): 4}
    assert len(scene.entries(ids)) == len(ids)
