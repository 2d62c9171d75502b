"""Saying that something has changed for some people. A hint: a page that misses one reads all at its next look."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from typing import Any

import orjson
from flask import current_app
from redis import Redis, RedisError
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from mysignals.extensions import db
from mysignals.models import Delivery, Notification, Signal

log = logging.getLogger(__name__)
CHANNEL = "mysignals:live"
EVERYBODY = 0
"""In place of a user's id."""
_PENDING = "live after commit"


def changed(about: str, user_ids: Iterable[int], session: Session | scoped_session[Any] | None = None) -> None:
    """Once the transaction has committed, their pages read `about` anew: `copies`, `signals`, `notifications`, `reach`.

    One message for all of them, however many, and nothing of what changed is in it.
    """
    pending = (session or db.session).info.setdefault(_PENDING, {})
    pending.setdefault(about, set()).update(user_ids)


def reached(signal_ids: Collection[int]) -> None:
    """Copies of these signals have changed: their providers' pages read `reach` anew, once it is committed."""
    if signal_ids:
        mine = select(Signal.provider_id).where(Signal.id.in_(signal_ids)).distinct()
        changed("reach", db.session.scalars(mine))


@event.listens_for(Session, "after_flush")
def _notice(session: Session, _: Any) -> None:
    """Rows that are stored one by one tell of themselves; statements over many are told of where they are made."""
    for row in session.new | session.dirty:
        if isinstance(row, Notification):
            changed("notifications", [row.user_id], session)
        elif isinstance(row, Delivery):
            changed("copies", [row.user_id], session)
        elif isinstance(row, Signal):
            changed("signals", [EVERYBODY], session)


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    redis: Redis = current_app.extensions["redis"]
    try:
        for about, users in pending.items():
            redis.publish(CHANNEL, orjson.dumps({"about": about, "users": sorted(users)}))
    except RedisError as error:
        log.info("nobody was told that %s changed: %s", ", ".join(pending), type(error).__name__)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)
