"""Lists that are for sale or for show: signals and providers, in a constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select

from mysignals.extensions import db
from mysignals.models import Signal, User

from . import paging, ratings


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as everybody sees them."""

    user_name: str
    wallet: str | None
    rating: float
    followers: int
    signals: int
    active_signals: int


def active_signals(page: int) -> paging.Page[tuple[Signal, User]]:
    """Signals that can be bought or followed, newest first, each with its provider."""
    newest = Signal.id.desc()
    rows = select(Signal, User).join(User, User.id == Signal.provider_id).order_by(newest)
    return paging.of_ids(rows, select(Signal.id).where(Signal.is_active).order_by(newest), page)


def signals_of(provider: User, page: int) -> paging.Page[Signal]:
    """A provider's own, newest first."""
    newest = Signal.id.desc()
    mine = select(Signal.id).where(Signal.provider_id == provider.id, Signal.deleted_at.is_(None)).order_by(newest)
    return paging.of_ids(select(Signal).order_by(newest), mine, page, single=True)


def providers(page: int) -> paging.Page[Provider]:
    """The public list, those with the most followers first."""
    order = (User.followers.desc(), User.id)
    listed = select(User.id).where(User.role == "Provider", User.is_welcome).order_by(*order)
    found = paging.of_ids(select(User, _signals(), _signals(active=True)).order_by(*order), listed, page)
    return paging.Page([_provider(*row) for row in found.items], found.total)


def provider(user: User) -> Provider:
    """One of them."""
    signals, active = db.session.execute(
        select(_signals(), _signals(active=True)).select_from(User).where(User.id == user.id)
    ).one()
    return _provider(user, signals, active)


def _provider(user: User, signals: int, active: int) -> Provider:
    return Provider(user.user_name, user.wallet, ratings.mean(user), user.followers, signals, active)


def _signals(*, active: bool = False) -> ScalarSelect[int]:
    query = select(func.count(Signal.id)).where(Signal.provider_id == User.id, Signal.deleted_at.is_(None))
    return (query.where(Signal.is_active) if active else query).correlate(User).scalar_subquery()
