"""What a person needs to know at once: what is open, what needs them, what happened last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from mysignals import clock
from mysignals.domain.market import Market
from mysignals.extensions import Model, db
from mysignals.models import Delivery, Drift, ExchangeAccount, Following, Notification, User

from . import deliveries
from .breaker import Venue, breaker

_SHOWN, _MOST_DRIFTS = 8, 5
_FAILURES = ("refused", "unprotected", "in_doubt", "account_refused", "expired")
"""Kinds of notifications that say that something went wrong."""
_LIVE = ("sending", "unknown", "accepted", "partially_filled", "filled")


@dataclass(frozen=True, slots=True)
class Overview:
    """Of one person."""

    accounts: int
    followings: int
    paused: int
    open_copies: int
    in_doubt: int
    unprotected: int
    drifts: int
    failures: int
    """What went wrong and has not been read."""
    today: dict[str, int]
    """Copies since midnight UTC, by state."""
    refused_accounts: list[ExchangeAccount]
    open_drifts: list[tuple[Drift, ExchangeAccount]]
    """The newest of them."""
    paused_venues: list[str]
    """Where the user trades and no new entries are sent, because stops fail there."""
    copies: list[deliveries.Row]
    notices: list[Notification]

    @property
    def needs(self) -> int:
        """How many things wait for their owner."""
        return self.unprotected + self.drifts + len(self.refused_accounts) + bool(self.failures)

    @property
    def is_new(self) -> bool:
        return not (self.accounts and self.followings)


def of(user: User) -> Overview:
    """In a constant number of statements; nothing counts as read by it."""
    mine = Delivery.user_id == user.id
    counts = db.session.execute(
        select(
            _many(ExchangeAccount.user_id == user.id, ExchangeAccount),
            _many(Following.user_id == user.id, Following),
            _many((Following.user_id == user.id) & Following.paused, Following),
            _many(mine & Delivery.state.in_(_LIVE), Delivery),
            _many(mine & (Delivery.state == "unknown"), Delivery),
            _many(mine & Delivery.unprotected_since.is_not(None), Delivery),
            _many((Drift.user_id == user.id) & (Drift.state == "open"), Drift),
            _many(_unread(user) & Notification.kind.in_(_FAILURES), Notification),
        )
    ).one()
    newest = select(Notification).where(Notification.user_id == user.id).order_by(Notification.id.desc()).limit(_SHOWN)
    copies = deliveries.listed(user, 1, None, None).items[:_SHOWN]
    accounts = list(db.session.scalars(select(ExchangeAccount).where(ExchangeAccount.user_id == user.id)))
    return Overview(
        *counts,
        today=_today(user, clock.now().replace(hour=0, minute=0, second=0, microsecond=0)),
        refused_accounts=[account for account in accounts if account.status == "refused"],
        open_drifts=_drifts(user),
        paused_venues=_paused(accounts),
        copies=copies,
        notices=list(db.session.scalars(newest)),
    )


def _today(user: User, midnight: datetime) -> dict[str, int]:
    since = (Delivery.user_id == user.id) & (Delivery.created_at >= midnight)
    counted = select(Delivery.state, func.count()).where(since).group_by(Delivery.state)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def _drifts(user: User) -> list[tuple[Drift, ExchangeAccount]]:
    rows = db.session.execute(
        select(Drift, ExchangeAccount)
        .join(ExchangeAccount, ExchangeAccount.id == Drift.account_id)
        .where(Drift.user_id == user.id, Drift.state == "open")
        .order_by(Drift.id.desc())
        .limit(_MOST_DRIFTS)
    )
    return [(row[0], row[1]) for row in rows]


def _paused(accounts: Sequence[ExchangeAccount]) -> list[str]:
    mine = {Venue(one.exchange, one.environment, market.value) for one in accounts for market in Market}
    paused = breaker().paused() if mine else frozenset()
    return sorted(str(venue) for venue in mine if venue.key in paused)


def _unread(user: User) -> ColumnElement[bool]:
    return (Notification.user_id == user.id) & ~Notification.is_read


def _many(condition: ColumnElement[bool], model: type[Model]) -> ScalarSelect[int]:
    return select(func.count()).select_from(model).where(condition).scalar_subquery()
