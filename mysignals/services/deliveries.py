"""A follower's own deliveries: what was sent for them, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Notification, Order, Signal, User

from . import paging
from .errors import NotFound

_NOTES = 50
Row = tuple[Delivery, Signal, ExchangeAccount, str]
"""A delivery, its signal, its account, and the user name of the provider."""


def listed(user: User, page: int, signal_id: int | None, state: str | None) -> paging.Page[Row]:
    """One page, newest first."""
    newest = Delivery.id.desc()
    ids = select(Delivery.id).where(Delivery.user_id == user.id).order_by(newest)
    if signal_id is not None:
        ids = ids.where(Delivery.signal_id == signal_id)
    if state is not None:
        ids = ids.where(Delivery.state == state)
    return paging.of_ids(_whole().order_by(newest), ids, page)


def one(user: User, delivery_id: int) -> tuple[Row, list[Order]]:
    """One delivery with its orders, oldest first; raises NotFound."""
    found = db.session.execute(_whole().where(Delivery.user_id == user.id, Delivery.id == delivery_id)).one_or_none()
    if found is None:
        raise NotFound("You have no such delivery.")
    orders = db.session.scalars(select(Order).where(Order.delivery_id == delivery_id).order_by(Order.id))
    return (found[0], found[1], found[2], found[3]), list(orders)


def told(delivery_id: int) -> list[Notification]:
    """What its owner was told of it, oldest first."""
    notes = select(Notification).where(Notification.delivery_id == delivery_id).order_by(Notification.id)
    return list(db.session.scalars(notes.limit(_NOTES)))


def unprotected_seconds(delivery: Delivery, now: datetime) -> float:
    """For how long something of it was open without a stop; it grows as long as that lasts."""
    since = delivery.unprotected_since
    lasting = max((now - since).total_seconds(), 0.0) if since is not None else 0.0
    return round(delivery.unprotected_ms / 1000 + lasting, 3)


def by_state() -> dict[str, int]:
    """All deliveries of the installation, counted by state."""
    counted = select(Delivery.state, func.count()).group_by(Delivery.state)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def oldest_queued_s() -> float:
    """For how long the copy has waited that waits longest to be sent; 0 where none does."""
    waits = func.now() - func.min(func.coalesce(Delivery.updated_at, Delivery.created_at))
    oldest = select(func.extract("epoch", waits)).where(Delivery.state == "queued", Delivery.cancel_asked_at.is_(None))
    return max(float(db.session.scalar(oldest) or 0), 0.0)


@dataclass(frozen=True, slots=True)
class Unprotected:
    """What is open without a stop, in the whole installation. Seconds; `total_s` of stretches that are over."""

    now: int
    oldest_s: float
    total_s: float


def unprotected() -> Unprotected:
    """As our books have it at this moment."""
    lasting = func.now() - func.min(Delivery.unprotected_since)
    counted = select(
        func.count(Delivery.unprotected_since),
        func.coalesce(func.extract("epoch", lasting), 0),
        func.coalesce(func.sum(Delivery.unprotected_ms), 0),
    )
    now, oldest_s, total_ms = db.session.execute(counted).one()
    return Unprotected(now, max(float(oldest_s), 0.0), float(total_ms) / 1000)


def _whole() -> Select[Delivery, Signal, ExchangeAccount, str]:
    return (
        select(Delivery, Signal, ExchangeAccount, User.user_name)
        .join(Signal, Signal.id == Delivery.signal_id)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .join(User, User.id == Signal.provider_id)
    )
