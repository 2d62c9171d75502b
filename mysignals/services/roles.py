"""Roles and plans: what a registrar grants and takes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, User

from . import applications, mails, notices, paging, people, signals
from .errors import NotAllowed, NotFound

_LONGEST_PLAN = timedelta(days=36_500)
_TOLD = {
    "Provider": "You are a signal provider now: you can post signals.",
    "Registrar": "You are a registrar now: you can grant roles and plans.",
    "User": "Your special role was taken back; you are a regular user again.",
}


def give(registrar: User, email: str, role: str) -> User:
    """Make the owner of `email` a Provider, a Registrar, or a plain User; raises NotFound, NotAllowed."""
    user = _named(email)
    if user.id == registrar.id:
        raise NotAllowed("Nobody changes their own role; ask another registrar.")
    if user.role != role:
        if user.role == "Provider":
            signals.deactivate_all(user)
        user.role = role
        notices.tell(user.id, "role", _TOLD[role])
        if role == "Provider":
            applications.settle(registrar, user)
            mails.queue(user.id, "provider_approved")
    db.session.commit()
    return user


def grant_plan(email: str, plan: str, days: int) -> User:
    """`pro` adds days to what is left of it; `free` ends it now. Raises NotFound."""
    user = _named(email)
    now = clock.now()
    running = user.plan == "pro" and user.plan_until is not None and user.plan_until > now
    start = user.plan_until if running and user.plan_until else now
    user.plan = plan
    user.plan_until = min(start + timedelta(days=days), now + _LONGEST_PLAN) if plan == "pro" else None
    db.session.commit()
    return user


def listed(role: str | None, page: int, text: str = "") -> paging.Page[tuple[User, bool]]:
    """Users of a role, all where it is None, each with whether they hold exchange keys.

    With `text` those whose name or address has it.
    """
    has_keys = select(ExchangeAccount.id).where(ExchangeAccount.user_id == User.id).exists()
    ids = select(User.id).order_by(User.id)
    ids = ids if role is None else ids.where(User.role == role)
    if text:
        ids = ids.where(
            or_(User.user_name.icontains(text, autoescape=True), User.email.icontains(text, autoescape=True))
        )
    return paging.of_ids(select(User, has_keys).order_by(User.id), ids, page)


def _named(email: str) -> User:
    """Locked: of two registrars at once the second sees what the first has given."""
    user = people.by_email(email)
    if user is None:
        raise NotFound("Nobody is registered with this e-mail address.")
    return people.locked(user.id)
