"""Handing work to workers: by task name, after the commit. `mysignals` never imports `workers`."""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError
from redis import RedisError
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from mysignals.broker import OPTIONS, Amqp

log = logging.getLogger(__name__)

celery = Celery("mysignals", amqp=Amqp)
_PENDING = "tasks after commit"


def configure(redis_url: str) -> None:
    """Point the producer (and, in workers, the consumer) at the broker."""
    celery.conf.update(
        broker_url=redis_url,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_default_queue="fan_out",
        task_routes={
            "fan_out.*": {"queue": "fan_out"},
            "trade.*": {"queue": "trade"},
            "upkeep.*": {"queue": "upkeep"},
            "mail.*": {"queue": "mail"},
            "payments.*": {"queue": "upkeep"},
            "portfolio.*": {"queue": "portfolio"},
        },
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options=OPTIONS,
        # A message that cannot be handed over is given up soon: the sweep finds its rows.
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0.1, "interval_step": 0.1, "interval_max": 0.1},
        # None of ours acknowledges late, so none is ever cancelled for it: a task that sends goes on without a broker.
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_prefetch_multiplier=1,
        enable_utc=True,
        timezone="UTC",
    )


def after_commit(session: Session | scoped_session[Any], task: str, *args: Any) -> None:
    """Send `task` once the session's transaction has committed; never if it rolls back.

    A lost message is no lost work: the rows are the outbox, and the sweep finds them.
    """
    session.info.setdefault(_PENDING, []).append((task, args))


def send(task: str, *args: Any) -> None:
    """Send now; a broker that is away is logged, not raised: the sweep finds the rows."""
    try:
        celery.send_task(task, args=args)
    except (OperationalError, RedisError) as error:
        log.warning("task %s not handed over, the sweep will find it: %s", task, type(error).__name__)


@event.listens_for(Session, "after_commit")
def _hand_over(session: Session) -> None:
    for task, args in session.info.pop(_PENDING, ()):
        send(task, *args)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)
