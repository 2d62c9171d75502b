"""Saying that something has changed for some people. A hint: what a page shows it reads itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from flask import current_app
from redis import Redis, RedisError
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from mysignals.extensions import db
from mysignals.models import Delivery, Notification, Signal

from . import news
from .news import EVERYBODY

log = logging.getLogger(__name__)
_PENDING = "live after commit"


def changed(about: str, user_ids: Iterable[int], session: Session | scoped_session[Any] | None = None) -> None:
    """Once the transaction has committed, their pages read `about` anew: `copies`, `signals`, `notifications`, `reach`.

    One message for all of them, however many, and nothing of what changed is in it.
    """
    pending = (session or db.session).info.setdefault(_PENDING, {})
    pending.setdefault(about, set()).update(user_ids)


@event.listens_for(Session, "after_flush")
def _notice(session: Session, _: Any) -> None:
    """Rows that are stored one by one tell of themselves; statements over many are told of where they are made."""
    for row in session.new | session.dirty:
        if isinstance(row, Notification):
            changed("notifications", [row.user_id], session)
        elif isinstance(row, Delivery):
            changed("copies", [row.user_id], session)
        elif isinstance(row, Signal) and not row.is_private:
            changed("signals", [EVERYBODY], session)


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    redis: Redis = current_app.extensions["redis"]
    try:
        news.tell(redis, pending)
    except RedisError as error:
        log.info("nobody was told that %s changed: %s", ", ".join(pending), type(error).__name__)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)
