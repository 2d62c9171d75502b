"""A provider's record as everybody may see it: figures, curve, and every signal that was, with its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from mysignals.domain.results import COUNTS_FROM, Outcome, Point, Summary, curve, summary
from mysignals.extensions import db
from mysignals.models import Delivery, Following, Signal, SignalResult, User
from mysignals.services import listings, paging
from mysignals.services.errors import NotFound

_REAL, _PAPER = "real", "paper"
_LONGEST_CURVE = 5000
"""Signals; of a longer record the newest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A provider in the list. `record` is None while no signal is over; `money` tells whose fills it is made of."""

    provider: listings.Provider
    record: Summary | None
    money: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A signal that is not active any more, or has a result. What was for sale is for sale no longer, and shown.

    `result` is None where nobody copied it, too many copies are under way, or no exit is known. Counts are of the
    record's kind of money: `copies` have bought something, `closed` of them are over with a known exit, and
    `still_open` have bought something or may still. `is_open` where a copy with any money is under way.
    """

    signal: Signal
    result: Decimal | None
    held_s: int | None
    copies: int
    closed: int
    still_open: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Profile:
    standing: Standing
    since: datetime
    accounts: int
    """On which they are followed at this moment, paused ones aside."""
    past: paging.Page[Past]


def standings(page: int) -> paging.Page[Standing]:
    """The public list of providers, those with the most followers first, each with their record."""
    found = listings.providers(page)
    ids = _ids([provider.user_name for provider in found.items])
    records = _outcomes(list(ids.values()))
    return paging.Page([_standing(each, records.get(ids[each.user_name], {})) for each in found.items], found.total)


def standing(user: User) -> Standing:
    """Of one provider, by what followers' copies came to."""
    return _standing(listings.provider(user), _outcomes([user.id]).get(user.id, {}))


def profile(user_name: str, page: int) -> Profile:
    """Raises NotFound where nobody of that name is a provider."""
    named = select(User).where(func.lower(User.user_name) == user_name.lower())
    user = db.session.scalar(named.where(User.role == "Provider", User.is_welcome))
    if user is None:
        raise NotFound("There is no provider of this name.")
    found = standing(user)
    live = select(func.count()).where(Following.provider_id == user.id, ~Following.paused)
    return Profile(found, user.created_at, db.session.scalar(live) or 0, _past(user, found.money, page))


def _standing(provider: listings.Provider, by_money: dict[str, list[Outcome]]) -> Standing:
    """Real money counts; who has none in their record is shown by what copies on paper came to, and it says so."""
    money = _REAL if by_money.get(_REAL) else _PAPER
    outcomes = by_money.get(money, [])
    return Standing(provider, summary(outcomes), money, tuple(curve(outcomes)))


def _ids(names: Sequence[str]) -> dict[str, int]:
    found = db.session.execute(select(User.user_name, User.id).where(User.user_name.in_(names)))
    return {name: user_id for name, user_id in found}  # noqa: C416 - a Row is no pair to mypy


def _outcomes(provider_ids: Sequence[int]) -> dict[int, dict[str, list[Outcome]]]:
    """By provider and kind of money; one statement."""
    found: dict[int, dict[str, list[Outcome]]] = {}
    for provider_id, money, *row in db.session.execute(_counting(provider_ids)):
        found.setdefault(provider_id, {}).setdefault(money, []).append(Outcome(*row))
    return found


def _counting(provider_ids: Sequence[int]) -> Select:
    r = SignalResult
    over = r.closed >= COUNTS_FROM * (r.closed + r.still_open)
    columns = (Signal.provider_id, r.money, r.signal_id, r.ended_at, r.result, r.held_s)
    rows = select(*columns).join(Signal, Signal.id == r.signal_id)
    mine = rows.where(Signal.provider_id.in_(provider_ids), Signal.deleted_at.is_(None), r.closed > 0, over)
    return mine.order_by(r.ended_at.desc()).limit(_LONGEST_CURVE * max(1, len(provider_ids)))


def _past(user: User, money: str, page: int) -> paging.Page[Past]:
    newest = Signal.id.desc()
    ids = select(Signal.id).where(Signal.provider_id == user.id, ~Signal.is_active, Signal.deleted_at.is_(None))
    rows = (
        select(Signal, SignalResult, _is_open())
        .outerjoin(SignalResult, (SignalResult.signal_id == Signal.id) & (SignalResult.money == money))
        .order_by(newest)
    )
    found = paging.of_ids(rows, ids.order_by(newest), page)
    return paging.Page([_one(*row) for row in found.items], found.total)


def _is_open() -> ColumnElement[bool]:
    """Of a copy with any money; what nobody has counted yet counts as open."""
    counted = aliased(SignalResult)
    mine = counted.signal_id == Signal.id
    return exists().where(mine, counted.still_open > 0) | (
        exists().where(Delivery.signal_id == Signal.id) & ~exists().where(mine)
    )


def _one(signal: Signal, counted: SignalResult | None, is_open: bool) -> Past:
    if counted is None:
        return Past(signal, None, None, 0, 0, 0, is_open)
    is_over = bool(counted.closed) and counted.closed >= COUNTS_FROM * (counted.closed + counted.still_open)
    result = counted.result if is_over else None
    return Past(signal, result, counted.held_s, counted.opened, counted.closed, counted.still_open, is_open)
