"""Whom somebody copies, each with its account and with what is open of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from mysignals.domain.lifecycle import LIVE
from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Following, User

from . import followings, paging, ratings


@dataclass(frozen=True, slots=True)
class Followed:
    following: Following
    provider: User
    rating: float
    account: ExchangeAccount
    open_copies: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`running` counts those that are not paused, of all pages."""

    page: paging.Page[Followed]
    running: int
    has_plan: bool


def overview(user: User, page: int) -> Overview:
    """Oldest first, in a constant number of statements."""
    rows = (
        select(Following, User, ExchangeAccount)
        .join(User, User.id == Following.provider_id)
        .join(ExchangeAccount, ExchangeAccount.id == Following.account_id)
        .where(Following.user_id == user.id)
        .order_by(Following.id)
    )
    found = paging.of_rows(rows, page)
    still_open = _open([following for following, _, _ in found.items])
    items = [
        Followed(following, provider, ratings.mean(provider), account, still_open.get(following.id, 0))
        for following, provider, account in found.items
    ]
    running = select(func.count()).where(Following.user_id == user.id, ~Following.paused)
    return Overview(paging.Page(items, found.total), db.session.scalar(running) or 0, followings.has_plan(user))


def _open(followings: Sequence[Following]) -> dict[int, int]:
    """By following. Looked for by account, over what is live alone."""
    rows = db.session.execute(
        select(Delivery.following_id, func.count())
        .where(
            Delivery.account_id.in_({one.account_id for one in followings}),
            Delivery.state.in_([state.value for state in LIVE]),
        )
        .group_by(Delivery.following_id)
    )
    return {following_id: many for following_id, many in rows if following_id is not None}
