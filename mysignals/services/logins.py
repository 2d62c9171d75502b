"""Logging in: password, second factor where it is on, and the browser it came from, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import User

from . import devices, passwords, people, second_factor
from .errors import NotAllowed, WrongCredentials

_STILL_WATCHED = "What is open keeps its stops and targets, and is followed to its end."
_WRONG = "Wrong user name, e-mail address or password."


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody sent. `otp` is empty where they sent none."""

    name_or_mail: str
    password: str = field(repr=False)
    otp: str = field(repr=False)
    browser: devices.Browser


@dataclass(frozen=True, slots=True)
class LoggedIn:
    user: User
    epoch: int
    """Of the password that was right: what begins a session after the commit must not ask for it again."""
    device_token: str = field(repr=False)
    """For the cookie by which this browser is known from now on."""


@dataclass(frozen=True, slots=True)
class HalfWay:
    """The password was right, and the second factor is still to come."""

    user_id: int
    epoch: int
    """Of the password that was right: another one, chosen meanwhile, ends this."""


def log_in(attempt: Attempt) -> LoggedIn:
    """Raises WrongCredentials, after as long and with the same words for an unknown user as for a wrong password.

    NotAllowed for who is blocked.
    """
    return _admitted(_known(attempt), attempt)


def begin(attempt: Attempt) -> LoggedIn | HalfWay:
    """As `log_in`, for who is asked for the second factor in a step of its own."""
    user = _known(attempt)
    if user.otp_since is not None and not attempt.otp:
        half = HalfWay(user.id, user.session_epoch)
        db.session.rollback()
        return half
    return _admitted(user, attempt)


def finish(half: HalfWay, otp: str, browser: devices.Browser) -> LoggedIn:
    """The second step; raises WrongCredentials, TooOften, NotAllowed for who is blocked."""
    user = people.locked(half.user_id)
    if user.session_epoch != half.epoch or user.otp_since is None:  # Changed meanwhile.
        raise WrongCredentials("Log in once more.")
    second_factor.check(user, otp, clock.now())
    return _inside(user, browser)


def _known(attempt: Attempt) -> User:
    """Who they are by their password, locked."""
    found = people.by_name_or_mail(attempt.name_or_mail)
    checked = found.password_hash if found else None
    if not passwords.matches(attempt.password, checked) or found is None:
        raise WrongCredentials(_WRONG)
    user = people.locked(found.id)
    if user.password_hash != checked:  # It was changed while we looked.
        raise WrongCredentials(_WRONG)
    return user


def _admitted(user: User, attempt: Attempt) -> LoggedIn:
    if user.otp_since is not None:
        second_factor.check(user, attempt.otp, clock.now())
    return _inside(user, attempt.browser)


def _inside(user: User, browser: devices.Browser) -> LoggedIn:
    if user.blocked_at is not None:  # Told only to who has shown that they are this person.
        raise NotAllowed(f"This account is blocked. The registrar writes: {user.blocked_why} {_STILL_WATCHED}")
    token, epoch = devices.remember(user, browser, clock.now()), user.session_epoch
    db.session.commit()
    return LoggedIn(user, epoch, token)
