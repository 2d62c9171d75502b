"""What we told a person: their list, and what is unread."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, update

from mysignals.extensions import db
from mysignals.models import Notification, User

from . import live, paging
from .errors import NotFound

TOPICS = {
    "accounts": ("account_ready", "account_refused", "account_limits", "drift", "repaired"),
    "payments": ("purchase",),
    "keys": ("keys",),
    "platform": ("role", "operator"),
}
"""Kinds by what they are about. All others are of copies."""
COPIES = "copies"


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
        _mark_read(user, unread)
    return found


def listed(user: User, page: int, topic: str | None, *, unread_only: bool) -> paging.Page[Notification]:
    """One page, newest first, of one topic or of all; nothing counts as read by it."""
    newest = Notification.id.desc()
    mine = select(Notification.id).where(Notification.user_id == user.id).order_by(newest)
    mine = mine if topic is None else mine.where(_is_about(topic))
    mine = mine.where(~Notification.is_read) if unread_only else mine
    return paging.of_ids(select(Notification).order_by(newest), mine, page, single=True)


def topic_of(kind: str) -> str:
    return next((topic for topic, kinds in TOPICS.items() if kind in kinds), COPIES)


def read_one(user: User, notification_id: int) -> None:
    """Raises NotFound."""
    mine = (Notification.id == notification_id, Notification.user_id == user.id)
    found = db.session.scalar(update(Notification).where(*mine).values(is_read=True).returning(Notification.id))
    if found is None:
        raise NotFound("You have no such notification.")
    live.changed("notifications", [user.id])
    db.session.commit()


def read_all(user: User, newest: int) -> None:
    """Up to the one with the id `newest`: what came after the page was shown has not been seen."""
    unseen = (Notification.user_id == user.id, ~Notification.is_read, Notification.id <= newest)
    change = update(Notification).where(*unseen).values(is_read=True)
    db.session.execute(change.execution_options(synchronize_session=False))
    live.changed("notifications", [user.id])
    db.session.commit()


def unread(user: User) -> int:
    query = select(func.count()).where(Notification.user_id == user.id, ~Notification.is_read)
    return db.session.scalar(query) or 0


def _is_about(topic: str) -> ColumnElement[bool]:
    if topic == COPIES:
        return Notification.kind.not_in([kind for kinds in TOPICS.values() for kind in kinds])
    return Notification.kind.in_(TOPICS[topic])


def _mark_read(user: User, ids: list[int]) -> None:
    change = update(Notification).where(Notification.id.in_(ids)).values(is_read=True)
    db.session.execute(change.execution_options(synchronize_session=False))
    live.changed("notifications", [user.id])
    # The page is rendered after the commit: rows left in the session would be read again one by one.
    db.session.expunge_all()
    db.session.commit()
