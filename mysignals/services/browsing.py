"""Signals that can be bought or copied, as somebody looks for them: filtered, sorted, with what they have of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select

from mysignals.extensions import db
from mysignals.models import Delivery, Purchase, Signal, User

from . import paging, ratings
from .showing import is_placed

_CHOICES = 100
"""Providers and symbols to choose from, at most of each."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty is everything. `sort` is one of SORTS."""

    market: str = ""
    side: str = ""
    provider: str = ""
    symbol: str = ""
    sort: str = "newest"

    @property
    def is_everything(self) -> bool:
        return not (self.market or self.side or self.provider or self.symbol)


@dataclass(frozen=True, slots=True)
class Listed:
    """`copy` is the newest of this person's own, by hand or by following; the entry is for those with `sees_entry`."""

    signal: Signal
    provider: User
    rating: float
    is_own: bool
    is_bought: bool
    copy: Delivery | None
    is_copied: bool
    """Orders of theirs were placed for it."""

    @property
    def sees_entry(self) -> bool:
        return self.is_own or self.is_bought or self.is_copied


@dataclass(frozen=True, slots=True)
class Choices:
    """Of whom and of what there are active signals at this moment, in the order of the alphabet."""

    providers: list[str]
    symbols: list[str]


_MEAN = User.rating_sum * 1.0 / func.nullif(User.rating_count, 0)
SORTS: dict[str, tuple[ColumnElement, ...]] = {
    "newest": (Signal.id.desc(),),
    "rating": (_MEAN.desc().nulls_last(), Signal.id.desc()),
    "followers": (User.followers.desc(), Signal.id.desc()),
    "symbol": (Signal.symbol.asc(), Signal.id.desc()),
}


def listed(user: User, wanted: Wanted, page: int) -> paging.Page[Listed]:
    """One page, in a constant number of statements."""
    found = paging.of_rows(_matching(select(Signal, User), wanted).order_by(*SORTS[wanted.sort]), page)
    ids = [signal.id for signal, _ in found.items]
    bought, mine = _bought(user, ids), _copies(user, ids)
    copies, placed = {each.signal_id: each for each in mine}, {each.signal_id for each in mine if is_placed(each)}
    items = [
        Listed(signal, provider, ratings.mean(provider), provider.id == user.id, signal.id in bought,
               copies.get(signal.id), signal.id in placed)
        for signal, provider in found.items
    ]  # fmt: skip
    return paging.Page(items, found.total)


def choices() -> Choices:
    names = _active(select(User.user_name)).distinct().order_by(User.user_name).limit(_CHOICES)
    symbols = _active(select(Signal.symbol)).distinct().order_by(Signal.symbol).limit(_CHOICES)
    return Choices(list(db.session.scalars(names)), list(db.session.scalars(symbols)))


def _active(columns: Select) -> Select:
    return columns.select_from(Signal).join(User, User.id == Signal.provider_id).where(Signal.is_active)


def _matching(columns: Select, wanted: Wanted) -> Select:
    found = _active(columns)
    for column, value in (
        (Signal.market, wanted.market), (Signal.side, wanted.side), (Signal.symbol, wanted.symbol.upper()),
        (func.lower(User.user_name), wanted.provider.lower()),
    ):  # fmt: skip
        if value:
            found = found.where(column == value)
    return found


def _bought(user: User, signal_ids: Sequence[int]) -> set[int]:
    mine = select(Purchase.signal_id).where(Purchase.user_id == user.id, Purchase.state == "bought")
    return set(db.session.scalars(mine.where(Purchase.signal_id.in_(signal_ids))))


def _copies(user: User, signal_ids: Sequence[int]) -> list[Delivery]:
    """The newest last."""
    mine = select(Delivery).where(Delivery.user_id == user.id, Delivery.signal_id.in_(signal_ids))
    return list(db.session.scalars(mine.order_by(Delivery.id)))
