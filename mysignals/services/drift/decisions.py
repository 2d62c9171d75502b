"""What owners do with the ledger: see it, approve a repair, dismiss what is theirs, ask for a new look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from mysignals import clock, dispatch
from mysignals.domain.drift import Repair, State
from mysignals.extensions import db
from mysignals.models import AccountAudit, Drift, ExchangeAccount, User
from mysignals.services import paging
from mysignals.services.errors import Conflict, NotFound

from . import accounts

Row = tuple[Drift, ExchangeAccount]
MOST_OWNERS = 20


def listed(user: User, page: int) -> paging.Page[Row]:
    """One page, newest first; what no second audit has confirmed is not shown."""
    query = (
        select(Drift, ExchangeAccount)
        .join(ExchangeAccount, ExchangeAccount.id == Drift.account_id)
        .where(Drift.user_id == user.id, Drift.state != State.SEEN)
    )
    return paging.of_rows(query.order_by(Drift.id.desc()), page)


def approve(user: User, drift_id: int) -> Row:
    """A worker repairs it; raises NotFound, and Conflict where there is nothing to approve. Approving again is fine."""
    drift, account = _mine(user, drift_id)
    if drift.state in (State.APPROVED, State.REPAIRED):
        db.session.commit()
        return drift, account
    if drift.state != State.OPEN:
        raise Conflict(f"This drift is {drift.state}: there is nothing to approve any more.")
    if drift.repair == Repair.NONE:
        raise Conflict("There is no repair that we could do for this drift; its message says what you can do.")
    drift.state, drift.decided_at = State.APPROVED, clock.now()
    dispatch.after_commit(db.session, "upkeep.repair_drift", drift.id)
    db.session.commit()
    return drift, account


def dismiss(user: User, drift_id: int) -> Row:
    """It is as it should be, and not told again until the difference changes; raises NotFound, Conflict."""
    drift, account = _mine(user, drift_id)
    if drift.state not in (State.OPEN, State.DISMISSED):
        raise Conflict(f"This drift is {drift.state}: there is nothing to dismiss any more.")
    if drift.state == State.OPEN:
        drift.state, drift.decided_at = State.DISMISSED, clock.now()
    db.session.commit()
    return drift, account


def ask_for_audit(user: User, account_id: int) -> AccountAudit | None:
    """A worker compares the account with its exchange now, and returns when it last did; None where it never has.

    Raises NotFound, and Conflict where the account's key may not be used.
    """
    account = db.session.scalar(
        select(ExchangeAccount).where(ExchangeAccount.id == account_id, ExchangeAccount.user_id == user.id)
    )
    if account is None:
        raise NotFound("You have no such exchange account.")
    if account.status != "ready" or account.unproven:
        raise Conflict("The key of this account is not ready to be used; check the account first.")
    last = db.session.get(AccountAudit, account_id)
    accounts.ask(account_id)
    db.session.commit()
    return last


def open_count() -> int:
    """Of the whole installation: confirmed, and not decided upon."""
    return db.session.scalar(select(func.count()).where(Drift.state == State.OPEN)) or 0


@dataclass(frozen=True, slots=True)
class Undecided:
    """Whose differences wait for them, how many, and since when the oldest does."""

    user_id: int
    user_name: str
    many: int
    since: datetime


def undecided() -> list[Undecided]:
    """By person, who waits longest first; the first MOST_OWNERS. Never which differences."""
    oldest = func.min(Drift.first_seen_at)
    rows = db.session.execute(
        select(User.id, User.user_name, func.count(), oldest)
        .join(Drift, Drift.user_id == User.id)
        .where(Drift.state == State.OPEN)
        .group_by(User.id, User.user_name)
        .order_by(oldest, User.id)
        .limit(MOST_OWNERS)
    )
    return [Undecided(*row) for row in rows]


def _mine(user: User, drift_id: int) -> Row:
    row = db.session.execute(
        select(Drift, ExchangeAccount)
        .join(ExchangeAccount, ExchangeAccount.id == Drift.account_id)
        .where(Drift.id == drift_id, Drift.user_id == user.id, Drift.state != State.SEEN)
        .with_for_update(of=Drift)
    ).one_or_none()
    if row is None:
        raise NotFound("You have no such drift.")
    return row[0], row[1]
