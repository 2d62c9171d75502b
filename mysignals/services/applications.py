"""Applications to become a signal provider: made once at a time, decided once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import Application, User

from . import audit_trail, mails, notices, paging, people
from .constraints import conflicts
from .errors import Conflict, NotFound

_OPEN_ALREADY = {"uq_provider_applications_open": "Your application is open already; a registrar will decide it."}
_HAS_A_ROLE = {
    "Provider": "You are a signal provider already.",
    "Registrar": "A registrar cannot be a provider as well; have another registrar drop your role first.",
}

Row = tuple[Application, User]
"""An application and who made it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody tells of themselves. `wallet` is where they want to be paid."""

    wallet: str
    experience: str
    socials_and_additional: str


def apply(user: User, wish: Wish) -> Application:
    """Store it for the registrars; raises Conflict where one is open, or a special role is held."""
    if user.role in _HAS_A_ROLE:
        raise Conflict(_HAS_A_ROLE[user.role])
    application = Application(
        user_id=user.id,
        wallet=wish.wallet,
        experience=wish.experience,
        socials_and_additional=wish.socials_and_additional,
    )
    with conflicts(_OPEN_ALREADY):
        db.session.add(application)
        db.session.commit()
    return application


def newest_of(user: User) -> Application | None:
    """What they asked for last, and what became of it."""
    theirs = select(Application).where(Application.user_id == user.id).order_by(Application.id.desc()).limit(1)
    return db.session.scalar(theirs)


def open_count() -> int:
    """How many wait for a registrar."""
    return db.session.scalar(select(func.count()).where(Application.state == "open")) or 0


def deciders(applications: Iterable[Application]) -> dict[int, str]:
    """The user names of who decided them, by id."""
    ids = {one.decided_by for one in applications if one.decided_by is not None}
    found = db.session.execute(select(User.id, User.user_name).where(User.id.in_(ids)))
    return {user_id: name for user_id, name in found}  # noqa: C416 - a Row is no pair to mypy


def listed(state: str | None, page: int) -> paging.Page[Row]:
    """One page, the oldest first: whoever waits longest is decided first."""
    query = select(Application, User).join(User, User.id == Application.user_id)
    if state is not None:
        query = query.where(Application.state == state)
    return paging.of_rows(query.order_by(Application.id), page)


def approve(registrar: User, application_id: int) -> Row:
    """Make the applicant a Provider who is paid on the wallet they named; raises NotFound, Conflict."""
    application, user = _open(application_id)
    if user.role in _HAS_A_ROLE:
        raise Conflict(f"{user.user_name} is a {user.role} by now; refuse the application, or drop the role first.")
    audit_trail.note(registrar, user, "role", user.role, "Provider")
    user.role = "Provider"
    user.be_paid_on(application.wallet)
    _decide(application, registrar, user, "approved")
    notices.tell(user.id, "role", "Your application was approved: you are a signal provider now and can post signals.")
    mails.queue(user.id, "provider_approved")
    db.session.commit()
    return application, user


def refuse(registrar: User, application_id: int, reason: str) -> Row:
    """Say no, with the reason if one is given; they may apply again. Raises NotFound, Conflict."""
    application, user = _open(application_id)
    _decide(application, registrar, user, "refused", reason)
    because = f" The registrar writes: {reason}" if reason else ""
    notices.tell(user.id, "role", f"Your application to become a provider was refused.{because}")
    mails.queue(user.id, "application_refused", {"reason": reason})
    db.session.commit()
    return application, user


def settle(registrar: User, user: User) -> None:
    """Close the open application, if any, of somebody who was made a provider without it.

    The caller has locked the user, and commits.
    """
    open_one = select(Application).where(Application.user_id == user.id, Application.state == "open")
    application = db.session.scalar(open_one.with_for_update())
    if application is not None:
        _decide(application, registrar, user, "approved")


def _open(application_id: int) -> Row:
    """Locked until the end of the transaction, the person first as everywhere: of two registrars one decides."""
    query = select(Application).where(Application.id == application_id)
    application = db.session.scalar(query)
    if application is None:
        raise NotFound("There is no such application.")
    user = people.locked(application.user_id)
    db.session.refresh(application, with_for_update=True)
    if application.state != "open":
        raise Conflict(f"This application was {application.state} already.")
    return application, user


def _decide(application: Application, registrar: User, user: User, state: str, reason: str = "") -> None:
    audit_trail.note(registrar, user, "application", application.state, state, reason)
    application.state, application.reason = state, reason
    application.decided_by, application.decided_at = registrar.id, clock.now()
