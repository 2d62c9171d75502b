"""Queued rows that nobody works on are found, and handed over again."""

from __future__ import annotations

import orjson
from redis import Redis

from mysignals.services import fan_out
from mysignals.services.fan_out.splitting import rotated
from tests.fan_out.conftest import Scene


def queued_tasks(scene: Scene) -> list[str]:
    redis: Redis = scene.app.extensions["redis"]
    return [orjson.loads(raw)["headers"]["task"] for raw in redis.lrange("fan_out", 0, -1)]  # type: ignore[union-attr]


def test_a_delivery_whose_message_was_lost_is_handed_over_again(scene: Scene) -> None:
    scene.app.extensions["redis"].flushall()
    scene.signal()
    scene.run("UPDATE deliveries SET created_at = now() - interval '6 seconds'")
    fan_out.sweep()
    assert queued_tasks(scene) == ["fan_out.deliver"]


def test_a_delivery_that_was_just_queued_is_left_to_its_own_message(scene: Scene) -> None:
    scene.app.extensions["redis"].flushall()
    scene.signal()
    fan_out.sweep()
    assert queued_tasks(scene) == []


def test_a_split_hands_over_every_queued_delivery_once(scene: Scene) -> None:
    scene.app.extensions["redis"].flushall()
    signal_id, _ = scene.signal()
    fan_out.split(signal_id)
    assert queued_tasks(scene) == ["fan_out.deliver"]


def test_nobody_is_always_last() -> None:
    rows = list(range(100))
    last = {rotated(rows, signal_id)[-1] for signal_id in range(1, 51)}
    assert len(last) > 25
    assert sorted(rotated(rows, 7)) == rows
    assert rotated([], 7) == []
