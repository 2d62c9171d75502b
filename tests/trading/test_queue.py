"""Trades by hand have a queue and a worker of their own; what the broker loses, or a worker leaves, is found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from redis import Redis

from mysignals import dispatch
from mysignals.embedded.processes import FAN_OUT_QUEUES, TRADE_QUEUE
from mysignals.services import fan_out, follow, reconcile
from tests.fan_out.conftest import Scene, exchange, scene
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.population import populate
from tests.support.waiting import wait_until
from tests.support.worker_process import WorkerProcess
from tests.trading.conftest import FUTURES, Desk, Floor

__all__ = ["exchange", "scene"]
FOLLOWERS = 3000
BY_HAND = "UPDATE deliveries SET trade_sizing = 'quote', trade_value = 100, following_id = NULL, targets = 'first'"


def queued(scene: Scene, queue: str) -> list[str]:
    redis: Redis = scene.app.extensions["redis"]
    return [orjson.loads(raw)["headers"]["task"] for raw in redis.lrange(queue, 0, -1)]


def test_a_trade_whose_message_was_lost_is_handed_to_the_queue_of_trades(scene: Scene) -> None:
    scene.app.extensions["redis"].flushall()
    scene.signal()
    scene.run(BY_HAND + ", created_at = now() - interval '6 seconds'")
    fan_out.sweep()
    assert queued(scene, "trade") == ["trade.deliver"] * 4
    assert queued(scene, "fan_out") == []


def test_a_split_leaves_trades_alone(scene: Scene) -> None:
    scene.app.extensions["redis"].flushall()
    signal_id, _ = scene.signal()
    scene.run(BY_HAND)
    fan_out.split(signal_id)
    assert queued(scene, "fan_out") == queued(scene, "trade") == []


def test_one_that_is_cancelled_is_neither_swept_nor_claimed(scene: Scene) -> None:
    scene.app.extensions["redis"].flushall()
    _, ids = scene.signal()
    scene.run(BY_HAND + ", cancel_asked_at = now(), created_at = now() - interval '6 seconds'")
    fan_out.sweep()
    assert queued(scene, "trade") == []
    fan_out.deliver(ids)
    assert scene.states(ids) == {"queued"} and scene.entries(ids) == []


def test_one_that_is_being_cancelled_is_not_followed_so_that_it_gets_no_stop_anew(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.run(BY_HAND)
    fan_out.deliver(ids)
    scene.run("DELETE FROM orders WHERE leg <> 'entry'")
    scene.run("UPDATE deliveries SET cancel_asked_at = now(), client_id = client_id || 'y', followed_at = NULL, "
              "acknowledged_at = now() - interval '1 hour'")  # fmt: skip
    follow.follow()
    follow.follow_now(ids)
    assert not [order for order in scene.simulator.ledger(FUTURES) if "y-" in order["client_id"]]
    assert scene.rows("SELECT count(*) FROM deliveries WHERE followed_at IS NOT NULL") == [(0,)]


def test_a_trade_that_a_worker_left_and_that_never_arrived_is_sent_again_from_its_own_queue(scene: Scene) -> None:
    """However old its signal is: its age counts from itself."""
    scene.app.extensions["redis"].flushall()
    _, ids = scene.signal(age=5000)
    scene.run(BY_HAND)
    scene.fault_of_accounts(kind="refuse", on="order", count=3)
    scene.run(
        "UPDATE deliveries SET state = 'sending', client_id = 'ms' || id || 'xabcdef', claimed_at = now() - "
        "interval '40 seconds', fence_at = now() - interval '20 seconds'"
    )
    reconcile.reconcile()
    assert scene.states(ids) == {"queued"}
    assert queued(scene, "trade") == ["trade.deliver"] * 4


def test_trades_and_copies_of_one_batch_keep_their_own_age(scene: Scene) -> None:
    _, ids = scene.signal(age=5000)
    scene.run(BY_HAND + " WHERE id = :id", id=ids[0])
    fan_out.deliver(ids)
    assert scene.states(ids[:1]) == {"filled"}
    assert scene.states(ids[1:]) == {"expired"}


@pytest.fixture
def two_workers(floor: Floor, tmp_path: Path) -> Iterator[None]:
    """As `python run.py` starts them."""
    floor.worker.kill()
    workers = [
        WorkerProcess(floor.env, tmp_path, "worker", FAN_OUT_QUEUES),
        WorkerProcess(floor.env, tmp_path, "worker-trade", TRADE_QUEUE),
    ]
    try:
        for worker in workers:
            worker.start(waits=worker is workers[0])
        yield
    finally:
        for worker in workers:
            worker.end()
        floor.worker.start()


def test_a_trade_is_answered_within_three_seconds_while_a_fan_out_of_thousands_runs(
    desk: Desk, two_workers: None
) -> None:
    desk.account()
    first = desk.trade(desk.bought())  # The worker of trades has started when this is answered.
    assert desk.wait_for(first.json["delivery_id"], "filled")
    url = str(desk.floor.env["DATABASE_URL"])
    crowd = populate(url, desk.simulator, followers=FOLLOWERS, vault_public_key=VAULT_PUBLIC_KEY)
    published = {"provider_id": crowd.provider_id, "market": "futures", "symbol": "BTCUSDT", "leverage": 20}
    prices = {"price": Decimal(50000), "stop": Decimal(49000), "target1": Decimal(51000)}
    signal = desk.house.signal(desk.paul, **published, **prices)
    desk.run(
        "INSERT INTO deliveries (signal_id, account_id, user_id, following_id, exchange) "
        "SELECT :signal, f.account_id, f.user_id, f.id, 'binance' FROM followings f WHERE f.provider_id = :provider",
        signal=signal.id, provider=crowd.provider_id,
    )  # fmt: skip
    mine = desk.bought()
    desk.account(user=desk.ann)
    with desk.house.app.app_context():
        dispatch.send("fan_out.split", signal.id)
    sending = "SELECT count(*) FROM deliveries WHERE signal_id = :id AND state = 'sending'"
    wait_until(lambda: desk.rows(sending, id=signal.id)[0][0] > 0, 20, "the fan-out", every=0.02)
    begun = time.monotonic()
    answer = desk.trade(mine)
    took = time.monotonic() - begun
    waiting = "SELECT count(*) FROM deliveries WHERE signal_id = :id AND state IN ('queued', 'sending')"
    left = desk.rows(waiting, id=signal.id)[0][0]
    assert answer.status_code == 200, answer.json
    assert took < 3
    assert left > 0, "the fan-out was over before the trade was answered"
    wait_until(lambda: desk.rows(waiting, id=signal.id)[0][0] == 0, 60, "the end of the fan-out", every=0.2)
    print(f"trade answered in {took:.2f} s, {left} of {FOLLOWERS} copies still on their way")
    assert len(desk.simulator.ledger(FUTURES)) >= FOLLOWERS
