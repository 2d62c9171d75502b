"""Mails that wait: put there within somebody's transaction, found again by the sweep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import and_, func, or_, select

from mysignals import clock, dispatch
from mysignals.extensions import db
from mysignals.models import OutgoingMail

_SWEPT_AT_ONCE = 200
MOST_ASKED_FOR = 5
"""An hour, of a kind, to one person."""
_UNSENT = ("queued", "sending", "failed")


def queue(user_id: int, kind: str, details: Mapping[str, str] | None = None) -> None:
    """Add a mail to the caller's transaction; a worker is told after the commit.

    `details` is what its text names besides the person: never a secret, never a token.
    """
    waiting = OutgoingMail(user_id=user_id, kind=kind, details=dict(details or {}))
    db.session.add(waiting)
    db.session.flush()
    dispatch.after_commit(db.session, "mail.deliver", waiting.id)


def queue_asked_for(user_id: int, kind: str) -> None:
    """As `queue`, for what anybody may ask for: nobody fills a mailbox with it, nor keeps our mail server from others.

    Past `MOST_ASKED_FOR` none is added; the links of those before still work.
    """
    recent = select(func.count()).where(
        OutgoingMail.user_id == user_id,
        OutgoingMail.kind == kind,
        OutgoingMail.created_at > func.now() - timedelta(hours=1),
    )
    if (db.session.scalar(recent) or 0) < MOST_ASKED_FOR:
        queue(user_id, kind)


def due(*, after: timedelta = timedelta()) -> list[int]:
    """Queued mails whose turn has come, oldest first: new ones when they are as old as `after`, failed ones in time."""
    # Two clocks: rows are dated by the database, the next try by the worker that failed.
    is_new = and_(OutgoingMail.next_try_at.is_(None), OutgoingMail.created_at <= func.now() - after)
    its_turn = or_(is_new, OutgoingMail.next_try_at <= clock.now())
    found = select(OutgoingMail.id).where(OutgoingMail.state == "queued", its_turn)
    return list(db.session.scalars(found.order_by(OutgoingMail.id).limit(_SWEPT_AT_ONCE)))


def by_state() -> dict[str, int]:
    """How many there are of each state but `sent`."""
    counted = select(OutgoingMail.state, func.count().label("many")).where(OutgoingMail.state != "sent")
    found = {row.state: row.many for row in db.session.execute(counted.group_by(OutgoingMail.state))}
    return {state: found.get(state, 0) for state in _UNSENT}
