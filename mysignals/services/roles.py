"""Roles and plans: what a registrar grants and takes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, User

from . import applications, audit_trail, mails, notices, opens_and_closes, paging, people, signals
from .errors import NotAllowed, NotFound

_LONGEST_PLAN = timedelta(days=36_500)
_TOLD = {
    "Provider": "You are a signal provider now: you can post signals.",
    "Registrar": "You are a registrar now: you can grant roles and plans.",
    "User": "Your special role was taken back; you are a regular user again.",
}


def give(registrar: User, email: str, role: str) -> User:
    """Make the owner of `email` a Provider, a Registrar, or a plain User; raises NotFound, NotAllowed."""
    return give_to(registrar, _id_of(email), role)


def give_to(registrar: User, person_id: int, role: str) -> User:
    """The same for somebody known by number."""
    actor, user = people.decided_by(registrar, person_id)
    if user.id == actor.id:
        raise NotAllowed("Nobody changes their own role; ask another registrar.")
    if user.role != role:
        if user.role == "Provider":
            opens_and_closes.closes(user.id)
            signals.deactivate_all(user)
        audit_trail.note(actor, user, "role", user.role, role)
        user.role = role
        notices.tell(user.id, "role", _TOLD[role])
        if role == "Provider":
            applications.settle(actor, user)
            mails.queue(user.id, "provider_approved")
    db.session.commit()
    return user


def grant_plan(registrar: User, email: str, plan: str, days: int) -> User:
    """`pro` adds days to what is left of it; `free` ends it now. Raises NotFound, NotAllowed."""
    return grant_plan_to(registrar, _id_of(email), plan, days)


def grant_plan_to(registrar: User, person_id: int, plan: str, days: int) -> User:
    """The same for somebody known by number."""
    actor, user = people.decided_by(registrar, person_id)
    now, was = clock.now(), _plan_of(user)
    running = user.plan == "pro" and user.plan_until is not None and user.plan_until > now
    start = user.plan_until if running and user.plan_until else now
    user.plan = plan
    user.plan_until = min(start + timedelta(days=days), now + _LONGEST_PLAN) if plan == "pro" else None
    audit_trail.note(actor, user, "plan", was, _plan_of(user))
    db.session.commit()
    return user


def listed(role: str | None, page: int, text: str = "", *, blocked: bool = False) -> paging.Page[tuple[User, bool]]:
    """Users of a role, all where it is None, each with whether they hold exchange keys.

    With `text` those whose name or address has it; with `blocked` those alone who are.
    """
    has_keys = select(ExchangeAccount.id).where(ExchangeAccount.user_id == User.id).exists()
    ids = select(User.id).order_by(User.id)
    ids = ids if role is None else ids.where(User.role == role)
    ids = ids.where(User.blocked_at.is_not(None)) if blocked else ids
    if text:
        ids = ids.where(
            or_(User.user_name.icontains(text, autoescape=True), User.email.icontains(text, autoescape=True))
        )
    return paging.of_ids(select(User, has_keys).order_by(User.id), ids, page)


def _id_of(email: str) -> int:
    user = people.by_email(email)
    if user is None:
        raise NotFound("Nobody is registered with this e-mail address.")
    return user.id


def _plan_of(user: User) -> str:
    """As the audit trail has it: `free`, or `pro until 2026-12-21`."""
    until = f" until {user.plan_until:%Y-%m-%d}" if user.plan_until else ""
    return f"{user.plan}{until}"
