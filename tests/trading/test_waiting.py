"""How a request waits for a worker: not for ever, without a database connection, and not too many of them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.pool import QueuePool

from mysignals.extensions import db
from mysignals.services.trading.waiting import MOST_AT_ONCE
from tests.support.waiting import wait_until
from tests.trading.conftest import Desk


def test_no_database_connection_is_held_meanwhile(desk: Desk) -> None:
    desk.account()
    signal = desk.bought()
    with desk.house.app.app_context():
        pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    desk.fault("delay", on="order", delay_ms=2000, count=1)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(desk.trade, signal)
        wait_until(lambda: desk.rows("SELECT id FROM deliveries WHERE state = 'sending'"), 5, "the trade", every=0.01)
        free = 0
        for _ in range(40):
            free += pool.checkedout() == 0
            time.sleep(0.02)
        assert not waiting.done()
        assert free > 30
        assert waiting.result(10).status_code == 200


def test_more_than_so_many_at_once_are_answered_with_what_is_known(desk: Desk) -> None:
    accounts = [desk.account() for _ in range(MOST_AT_ONCE + 1)]
    signal = desk.bought()
    desk.fault("delay", on="order", delay_ms=500)
    with ThreadPoolExecutor(len(accounts)) as threads:
        answers = list(threads.map(lambda one: desk.trade(signal, account_id=one.id), accounts))
    assert sorted({answer.status_code for answer in answers}) == [200, 202]
    pending = [answer.json for answer in answers if answer.status_code == 202]
    assert all(answer["state"] == "pending" for answer in pending)
    for answer in pending:
        desk.wait_for(answer["delivery_id"], "filled")


def test_a_trade_without_a_worker_is_pending_after_the_time_it_waits_and_not_sooner(desk: Desk) -> None:
    desk.account()
    signal = desk.bought()
    desk.floor.worker.kill()
    try:
        begun = time.monotonic()
        answer = desk.trade(signal)
        assert (answer.status_code, answer.json["state"]) == (202, "pending")
        assert 2.9 < time.monotonic() - begun < 5
        assert desk.trade(signal).status_code == 409
    finally:
        desk.floor.worker.start()
    desk.wait_for(answer.json["delivery_id"], "filled", task="upkeep.sweep")
