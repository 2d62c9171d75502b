"""Redis as Celery's broker: what a worker has taken, while the broker is there and when it is not."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import redis
from kombu import Consumer, Queue

from mysignals.broker import OPTIONS, SoonBack
from mysignals.embedded.child import Child, Command, stop_together, tail
from mysignals.embedded.redis import Redis
from tests.support import worker_that_waits
from tests.support.waiting import wait_until
from tests.support.worker_that_waits import BEGUN, GO, QUEUE


class Broker:
    """A Redis of its own, which can be killed."""

    def __init__(self, folder: Path) -> None:
        self._redis = Redis(folder / "redis", folder / "redis.log", "broker", durable=False)
        self._redis.prepare()
        self._child = Child(self._redis.command())
        wait_until(self._redis.answers, 20, "Redis")

    def end(self) -> None:
        stop_together([self._child])

    @property
    def url(self) -> str:
        return self._redis.url()

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


def test_a_worker_that_is_asked_to_end_finishes_what_it_does_and_gives_each_that_waits_back_once(
    broker: Broker, tmp_path: Path
) -> None:
    with redis.Redis.from_url(broker.url) as client, broker.connection() as connection:
        for number in range(6):
            worker_that_waits.ask(connection, number)
        worker = Child(_worker(broker, tmp_path))
        wait_until(lambda: (client.llen(BEGUN), client.llen(QUEUE)) == (2, 2), 20, "two at work, two that wait in it")
        worker.ask_to_stop()
        looks = itertools.count()

        def is_over() -> bool:
            # From the second look on: it has stopped to begin anything by then. Where it has not, that is begun, too.
            if next(looks):
                client.rpush(GO, 1, 1)
            return worker.exit_code() is not None

        wait_until(is_over, 20, "its end", every=1.2)
        assert worker.exit_code() == 0, tail(worker.command.log)
        begun = [int(one) for one in client.lrange(BEGUN, 0, -1)]
        waiting = [orjson.loads(raw)["headers"]["number"] for raw in client.lrange(QUEUE, 0, -1)]
        assert sorted(begun + waiting) == list(range(6))


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


def _worker(broker: Broker, folder: Path) -> Command:
    """As `python run.py` starts one, with two threads."""
    flags = ("-P", "threads", "-c", "2", "-Q", QUEUE, "--without-gossip", "--without-mingle", "--without-heartbeat")
    argv = (sys.executable, "-m", "celery", "-A", "tests.support.worker_that_waits", "worker", *flags)
    env = os.environ | {"REDIS_URL": broker.url}
    return Command("worker", argv, env, folder / "worker.log", Path(__file__).parents[1])
