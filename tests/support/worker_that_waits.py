"""A worker's app with one task, which waits until it may go on: `celery -A tests.support.worker_that_waits worker`."""

from __future__ import annotations

import os
from typing import Any

import redis

from mysignals import dispatch

QUEUE, BEGUN, GO = "fan_out", "begun", "go"
"""Lists in Redis: tasks that wait, the numbers of those that were begun, and one entry for each that may end."""
NAME = "tests.wait"
app = dispatch.celery


@app.task(name=NAME)
def wait(number: int) -> None:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.rpush(BEGUN, number)
        client.blpop([GO], timeout=30)


def ask(connection: Any, number: int) -> None:
    """Have a worker wait."""
    app.send_task(NAME, args=(number,), queue=QUEUE, headers={"number": number}, connection=connection)


if os.environ.get("REDIS_URL"):
    dispatch.configure(os.environ["REDIS_URL"])
