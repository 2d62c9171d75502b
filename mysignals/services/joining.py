"""Joining: registering, and answering the mail that proves the address."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import User
from mysignals.settings import Settings

from . import mails, passwords, people, tokens
from .constraints import conflicts
from .errors import Invalid

_TAKEN = {
    "uq_users_user_name_lower": "This user name is taken; choose another one.",
    "uq_users_email_lower": "This e-mail address is registered already; log in, or reset the password.",
}


@dataclass(frozen=True, slots=True)
class Registration:
    """Who wants to join. `referrers_code` is empty where nobody referred them."""

    email: str
    user_name: str
    password: str = ""
    wallet: str = ""
    referrers_code: str = ""


def register(wish: Registration) -> User:
    """A new, inactive user with a trial, and the activation mail; raises Invalid, Conflict."""
    user = _new(wish)
    with conflicts(_TAKEN):
        db.session.add(user)
        db.session.flush()
        mails.queue(user.id, "activate")
        db.session.commit()
    return user


def activate(token: str) -> bool:
    """Answer an activation mail; False where the token is unknown, used or too old."""
    user_id = tokens.redeem(token, "activate")
    if user_id is None:
        db.session.rollback()
        return False
    db.session.get_one(User, user_id).is_activated = True
    tokens.revoke(user_id, "activate")
    db.session.commit()
    return True


def ask_for_activation(email: str) -> None:
    """Send the activation mail once more; silent about who exists."""
    user = people.by_email(email)
    if user is not None:
        mails.queue_asked_for(user.id, "already_registered" if user.is_activated else "activate")
        db.session.commit()


def _new(wish: Registration) -> User:
    return User(
        email=wish.email,
        user_name=wish.user_name,
        password_hash=passwords.hashed(wish.password),
        wallet=wish.wallet,
        referrer_id=_referrer(wish.referrers_code),
        referral_code=_new_referral_code(),
        plan="pro",
        plan_until=clock.now() + timedelta(days=_settings().trial_days),
    )


def _new_referral_code() -> str:
    """One that nobody has; 8 hex digits repeat sooner than one would think."""
    while True:
        code = secrets.token_hex(4)
        if db.session.scalar(select(User.id).where(User.referral_code == code)) is None:
            return code


def _referrer(code: str) -> int | None:
    if not code:
        return None
    found = db.session.scalar(select(User.id).where(User.referral_code == code.lower()))
    if found is None:
        raise Invalid({"referrers_code": "Nobody has this referral code; leave it empty if you have none."})
    return found


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
