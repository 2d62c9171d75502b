"""Following: who copies whom, on which account, how much and within which limits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select, update

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Following, User

from . import paging
from .constraints import conflicts
from .errors import Invalid, NotAllowed, NotFound

_TWICE = "This account follows this provider already; change that following instead."
_TAKEN = {"uq_followings_account_id_provider_id": _TWICE}

Row = tuple[Following, str]
"""A following and the user name of its provider."""


def follow(user: User, provider_name: str, account_id: int, columns: dict[str, Any]) -> Row:
    """Begin to copy a provider; raises NotAllowed, Invalid naming each field, Conflict."""
    _need_plan(user)
    provider, account = _provider(provider_name), _account(user, account_id)
    faults = _faults(user, provider, account)
    if faults or provider is None:
        raise Invalid(faults)
    following = Following(user_id=user.id, provider_id=provider.id, account_id=account_id, **columns)
    name = provider.user_name
    with conflicts(_TAKEN):
        db.session.add(following)
        db.session.commit()
    return following, name


def change(user: User, following_id: int, columns: dict[str, Any]) -> Row:
    """Set what is given and leave the rest; raises NotFound."""
    following, name = _mine(user, following_id)
    for column, value in columns.items():
        setattr(following, column, value)
    db.session.commit()
    return following, name


def pause_all(user: User) -> int:
    """Nothing new is copied for them; how many were not paused before. What is open stays as it is."""
    paused = pause_running(user)
    db.session.commit()
    return paused


def pause_running(user: User) -> int:
    """The same within the caller's transaction. What is just being published has them locked: it is waited for, so that
    its copies are there for whoever closes what is open.
    """
    theirs = select(Following.id).where(Following.user_id == user.id)
    db.session.execute(theirs.order_by(Following.id).with_for_update())
    running = update(Following).where(Following.user_id == user.id, ~Following.paused).values(paused=True)
    paused = db.session.execute(running.execution_options(synchronize_session=False).returning(Following.id))
    return len(paused.all())


def unfollow(user: User, following_id: int) -> None:
    """End it; what was copied already stays as it is. Raises NotFound."""
    following, _ = _mine(user, following_id)
    db.session.delete(following)
    db.session.commit()


def one(user: User, following_id: int) -> Row:
    """Raises NotFound."""
    return _mine(user, following_id)


def listed(user: User, page: int) -> paging.Page[Row]:
    """One page, oldest first."""
    return paging.of_rows(_of(user).order_by(Following.id), page)


def _of(user: User) -> Select[Following, str]:
    return select(Following, User.user_name).join(User, User.id == Following.provider_id).where(
        Following.user_id == user.id
    )  # fmt: skip


def _mine(user: User, following_id: int) -> Row:
    row = db.session.execute(_of(user).where(Following.id == following_id)).one_or_none()
    if row is None:
        raise NotFound("You have no such following.")
    return row[0], row[1]


def has_plan(user: User) -> bool:
    """Whether signals may be copied for them at this moment."""
    return user.plan == "pro" and user.plan_until is not None and user.plan_until > clock.now()


def _need_plan(user: User) -> None:
    if not has_plan(user):
        raise NotAllowed("Following needs an active pro plan; ask a registrar for one.")


def _faults(user: User, provider: User | None, account: ExchangeAccount | None) -> dict[str, str]:
    faults = {}
    if provider is None:
        faults["provider"] = "There is no provider of this name."
    elif provider.id == user.id:
        faults["provider"] = "You cannot follow yourself."
    if account is None:
        faults["account_id"] = "You have no such exchange account."
    elif account.status not in ("ready", "checking"):
        faults["account_id"] = f"This account is {account.status}: {account.status_reason or 'check its keys first.'}"
    return faults


def _provider(name: str) -> User | None:
    return db.session.scalar(
        select(User).where(func.lower(User.user_name) == name.lower(), User.role == "Provider", User.is_welcome)
    )


def _account(user: User, account_id: int) -> ExchangeAccount | None:
    return db.session.scalar(
        select(ExchangeAccount).where(ExchangeAccount.id == account_id, ExchangeAccount.user_id == user.id)
    )
