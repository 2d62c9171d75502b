"""Lists that are for sale or for show: signals and providers, in a constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select

from mysignals.models import Following, Signal, User

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
    query = select(Signal, User).join(User, User.id == Signal.provider_id)
    return paging.of_rows(query.where(Signal.is_active).order_by(Signal.id.desc()), page)


def signals_of(provider: User, page: int) -> paging.Page[Signal]:
    """A provider's own, newest first."""
    mine = select(Signal).where(Signal.provider_id == provider.id).order_by(Signal.id.desc())
    return paging.of_values(mine, page)


def providers(page: int) -> paging.Page[Provider]:
    """The public list, those with the most followers first."""
    listed = select(User.id).where(User.role == "Provider", User.is_activated)
    query = select(User, _followers(), _signals(), _signals(active=True))
    query = query.where(User.id.in_(listed)).order_by(_followers().desc(), User.id)
    found = paging.of_rows(query, page)
    return paging.Page([_provider(*row) for row in found.items], found.total)


def _provider(user: User, followers: int, signals: int, active: int) -> Provider:
    return Provider(user.user_name, user.wallet, ratings.mean(user), followers, signals, active)


def _followers() -> ScalarSelect[int]:
    people = func.count(Following.user_id.distinct())
    return select(people).where(Following.provider_id == User.id).correlate(User).scalar_subquery()


def _signals(*, active: bool = False) -> ScalarSelect[int]:
    query = select(func.count(Signal.id)).where(Signal.provider_id == User.id)
    return (query.where(Signal.is_active) if active else query).correlate(User).scalar_subquery()
