"""Redis as Celery's broker: what a worker has taken, while the broker is there and when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from kombu import Consumer, Queue

from mysignals.broker import OPTIONS, SoonBack
from mysignals.embedded.child import Child, stop_together
from mysignals.embedded.redis import Redis
from tests.support.waiting import wait_until


class Broker:
    """A Redis of its own, which can be killed."""

    def __init__(self, folder: Path) -> None:
        self._redis = Redis(folder / "redis", folder / "redis.log", "broker", durable=False)
        self._redis.prepare()
        self._child = Child(self._redis.command())
        wait_until(self._redis.answers, 20, "Redis")

    def end(self) -> None:
        stop_together([self._child])

    def connection(self) -> SoonBack:
        return SoonBack(self._redis.url(), transport_options=OPTIONS)

    def holds(self) -> set[str]:
        with redis.Redis.from_url(self._redis.url()) as client:
            return {key.decode() for key in client.scan_iter()}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    yield broker
    broker.end()


def taken(connection: SoonBack, many: int) -> list[Any]:
    """So many messages, as a worker takes them."""
    with connection.SimpleQueue("work") as queue:
        for number in range(many):
            queue.put({"number": number})
    messages: list[Any] = []
    with Consumer(connection, [Queue("work")], on_message=messages.append, accept=["json"]):
        while len(messages) < many:
            connection.drain_events(timeout=5)
    return messages


def test_what_was_taken_and_not_begun_is_given_back_by_a_worker_that_ends(broker: Broker) -> None:
    with broker.connection() as connection:
        done, *_ = taken(connection, 3)
        done.ack()
        assert "work" not in broker.holds()
    with broker.connection() as connection, connection.SimpleQueue("work") as queue:
        assert sorted(queue.get(timeout=5).payload["number"] for _ in range(2)) == [1, 2]
        assert "work" not in broker.holds()


def test_redis_keeps_nothing_of_what_was_taken(broker: Broker) -> None:
    with broker.connection() as connection:
        messages = taken(connection, 2)
        assert not {"work", "unacked", "unacked_index"} & broker.holds()
        for message in messages:
            message.ack()


@pytest.mark.parametrize("first", ["lost", "closed"])
def test_a_broker_that_is_gone_ends_nobody(broker: Broker, caplog: pytest.LogCaptureFixture, first: str) -> None:
    connection = broker.connection()
    messages = taken(connection, 3)
    broker.end()
    if first == "lost":
        # As a worker does whose connection broke.
        connection.collect(socket_timeout=1)
    connection.close()
    assert "the broker is away: 3 tasks not given back" in caplog.text
    for message in messages:
        message.ack()
