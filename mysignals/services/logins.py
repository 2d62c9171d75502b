"""Logging in: password, second factor where it is on, and the browser it came from, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import User

from . import devices, passwords, people, second_factor
from .errors import WrongCredentials

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


def log_in(attempt: Attempt) -> LoggedIn:
    """Raises WrongCredentials, after as long and with the same words for an unknown user as for a wrong password."""
    found = people.by_name_or_mail(attempt.name_or_mail)
    checked = found.password_hash if found else None
    if not passwords.matches(attempt.password, checked) or found is None:
        raise WrongCredentials(_WRONG)
    user = people.locked(found.id)
    if user.password_hash != checked:  # It was changed while we looked.
        raise WrongCredentials(_WRONG)
    now = clock.now()
    if user.otp_since is not None:
        second_factor.check(user, attempt.otp, now)
    token, epoch = devices.remember(user, attempt.browser, now), user.session_epoch
    db.session.commit()
    return LoggedIn(user, epoch, token)
