"""People: finding them, new passwords, and what they are told about themselves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select
from sqlalchemy import SQLColumnExpression as Column
from sqlalchemy.orm import aliased

from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Notification, User

from . import audit_trail, mails, passwords, tokens
from .errors import NotAllowed, NotFound, WrongCredentials


class NoSuchUser(Exception):
    """Nobody is registered with the address."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person sees about themselves, besides their own row."""

    referrals: int
    referrers_wallet: str | None
    unread_notifications: int
    has_api_keys: bool


def of_session(user_id: int, epoch: int) -> User | None:
    """The user of a session; None once their password has changed since, and for who is blocked."""
    user = db.session.get(User, user_id)
    return user if user is not None and user.session_epoch == epoch and user.blocked_at is None else None


def ask_for_reset(email: str) -> None:
    """Send a mail that lets its reader choose a new password; silent about who exists."""
    user = by_email(email)
    if user is not None:
        mails.queue_asked_for(user.id, "reset")
        db.session.commit()


def reset_password(token: str, password: str) -> bool:
    """Set a new password and end every session; False where the token is unknown, used or too old."""
    user_id = tokens.redeem(token, "reset")
    if user_id is None:
        db.session.rollback()
        return False
    _set_password(locked(user_id), password)
    return True


def change_password(user: User, password: str, new_password: str) -> int:
    """For who knows the present one; ends every session but those of the new epoch. Raises WrongCredentials."""
    owner = locked(user.id)
    check_password(owner, password)
    return _set_password(owner, new_password)


def end_sessions(user: User) -> int:
    """All of them, but those of the epoch that is returned."""
    owner = locked(user.id)
    epoch = owner.session_epoch = owner.session_epoch + 1
    db.session.commit()
    return epoch


def check_password(user: User, password: str) -> None:
    """Raises WrongCredentials."""
    if not passwords.matches(password, user.password_hash):
        raise WrongCredentials("The password is wrong.")


def locked(user_id: int) -> User:
    """As they are now, and nobody else changes them before this transaction ends."""
    # Rows that only refer to them may still be added.
    return db.session.get_one(User, user_id, populate_existing=True, with_for_update={"key_share": True})


def locked_to_add(user_id: int) -> User:
    """Locked for something of theirs that is new: who leaves in this moment waits for it, and deletes it too.

    Raises NotAllowed for who has left or was blocked since they asked.
    """
    found = locked(user_id)
    if not found.is_welcome:
        raise NotAllowed("Nothing was added: your account here has ended.")
    return found


def decided_by(registrar: User, person_id: int) -> tuple[User, User]:
    """The registrar and whom they decide about, both as they are now and locked until the transaction ends.

    Of two registrars who drop or block each other at once the first stays one, so there always is one. Raises NotFound,
    and NotAllowed for who is no registrar any more.
    """
    # In the order of their ids: nobody waits for somebody who waits for them.
    both = select(User).where(User.id.in_((registrar.id, person_id))).order_by(User.id)
    locked_now = both.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = {user.id: user for user in db.session.scalars(locked_now)}
    actor, person = found.get(registrar.id), found.get(person_id)
    if actor is None or actor.role != "Registrar" or not actor.is_welcome:
        raise NotAllowed("You are no registrar any more.")
    if person is None:
        raise NotFound("There is nobody with this number.")
    return actor, person


def profile(user: User) -> Profile:
    """In one statement, however many referrals and notifications there are."""
    referred = aliased(User)
    referrer = aliased(User)
    found = db.session.execute(
        select(
            _counted(referred.id, referred.referrer_id == user.id, referred.is_activated),
            select(referrer.wallet).where(referrer.id == user.referrer_id).scalar_subquery(),
            _counted(Notification.id, Notification.user_id == user.id, ~Notification.is_read),
            _has_keys(user),
        )
    ).one()
    return Profile(*found)


def has_keys(user: User) -> bool:
    """Whether any exchange account of theirs holds a key."""
    return bool(db.session.scalar(select(_has_keys(user))))


def set_wallet(user: User, wallet: str) -> None:
    user.be_paid_on(wallet)
    db.session.commit()


def make_registrar(email: str) -> None:
    """For the first registrar of an installation, from its command line, let in again if blocked; raises NoSuchUser."""
    user = by_email(email)
    if user is None:
        raise NoSuchUser(email)
    audit_trail.note(None, user, "role", user.role, "Registrar")
    if user.blocked_at is not None:
        audit_trail.note(None, user, "unblock", "blocked", "active")
    user.role = "Registrar"
    user.is_activated, user.blocked_at, user.blocked_why = True, None, ""
    db.session.commit()


def by_email(email: str) -> User | None:
    return _one(func.lower(User.email) == email.lower())


def by_name_or_mail(given: str) -> User | None:
    asked = given.strip().lower()
    return _one(or_(func.lower(User.user_name) == asked, func.lower(User.email) == asked))


def _set_password(user: User, password: str) -> int:
    """The epoch of the sessions that begin with it."""
    user.password_hash = passwords.hashed(password)
    epoch = user.session_epoch = user.session_epoch + 1
    tokens.revoke(user.id, "reset")
    mails.queue(user.id, "password_changed")
    db.session.commit()
    return epoch


def _one(condition: ColumnElement[bool]) -> User | None:
    return db.session.scalar(select(User).where(condition))


def _counted(column: Column[int], *conditions: Column[bool]) -> ScalarSelect[int]:
    return select(func.count(column)).where(*conditions).scalar_subquery()


def _has_keys(user: User) -> ColumnElement[bool]:
    return select(ExchangeAccount.id).where(ExchangeAccount.user_id == user.id).exists()
