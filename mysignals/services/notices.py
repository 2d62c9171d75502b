"""What we told a person: their list, and what is unread."""

from __future__ import annotations

from sqlalchemy import func, select, update

from mysignals.extensions import db
from mysignals.models import Notification, User

from . import paging


def tell(user_id: int, kind: str, message: str) -> None:
    """Add a notification to the caller's transaction."""
    db.session.add(Notification(user_id=user_id, kind=kind, message=message))


def read_page(user: User, page: int) -> paging.Page[Notification]:
    """One page, newest first; what is on it counts as read from now on."""
    newest = Notification.id.desc()
    mine = select(Notification.id).where(Notification.user_id == user.id).order_by(newest)
    found = paging.of_ids(select(Notification).order_by(newest), mine, page, single=True)
    unread = [item.id for item in found.items if not item.is_read]
    if unread:
        _mark_read(unread)
    return found


def unread(user: User) -> int:
    query = select(func.count()).where(Notification.user_id == user.id, ~Notification.is_read)
    return db.session.scalar(query) or 0


def _mark_read(ids: list[int]) -> None:
    change = update(Notification).where(Notification.id.in_(ids)).values(is_read=True)
    db.session.execute(change.execution_options(synchronize_session=False))
    # The page is rendered after the commit: rows left in the session would be read again one by one.
    db.session.expunge_all()
    db.session.commit()
