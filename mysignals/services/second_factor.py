"""The second factor: codes of an authenticator program (RFC 6238), each taken once, and spare codes for its loss."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime

import pyotp

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import User

from . import mails, people, sealing, wrong_codes
from .errors import Conflict, WrongCredentials

log = logging.getLogger(__name__)
SPARES = 10
_ISSUER = "MySignals"
_SKEW_STEPS = 1
WRONG = "Second factor missing or wrong: send the code that your authenticator shows now, or a spare code, as otp."
_NOT_OFFERED = "There is nothing to confirm: POST /auth/otp first."
_IS_ON = "The second factor is on already; switch it off first."


@dataclass(frozen=True, slots=True)
class Offer:
    """What an authenticator program is given, once."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def offer(user: User, password: str) -> Offer:
    """A new secret, not on yet, in place of one that was never confirmed; raises WrongCredentials, Conflict."""
    owner = people.locked(user.id)
    people.check_password(owner, password)
    if owner.otp_since is not None:
        raise Conflict(_IS_ON)
    secret = pyotp.random_base32()
    owner.otp_sealed = sealing.seal(_purpose(owner), secret.encode())
    uri = pyotp.TOTP(secret).provisioning_uri(name=owner.email, issuer_name=_ISSUER)
    db.session.commit()
    return Offer(secret, uri)


def switch_on(user: User, code: str) -> tuple[list[str], int]:
    """Confirm the offered secret by a code of it; spare codes that nobody sees again.

    Ends every session but those of the epoch that is returned as well; raises Conflict, WrongCredentials, TooOften.
    """
    owner = people.locked(user.id)
    if owner.otp_since is not None or owner.otp_sealed is None:
        raise Conflict(_IS_ON if owner.otp_since else _NOT_OFFERED)
    check(owner, code, clock.now())
    spares = [_new_spare() for _ in range(SPARES)]
    owner.otp_since, owner.otp_spares = clock.now(), [_hash(spare) for spare in spares]
    return spares, _tell(owner, "The second factor of your account was switched on.")


def switch_off(user: User, password: str, code: str) -> int:
    """Ends every session but those of the epoch that is returned; raises Conflict, WrongCredentials, TooOften."""
    owner = people.locked(user.id)
    if owner.otp_since is None:
        raise Conflict("The second factor is not on.")
    people.check_password(owner, password)
    check(owner, code, clock.now())
    owner.otp_sealed, owner.otp_since, owner.otp_step, owner.otp_spares = None, None, 0, []
    return _tell(owner, "The second factor of your account was switched off.")


def check(owner: User, code: str, now: datetime) -> None:
    """Take a code, or a spare one, of a user whom the caller's transaction has locked, once it commits for good.

    Raises TooOften, and WrongCredentials with the same words for missing, wrong and used ones.
    """
    wrong_codes.refuse_too_many(owner.id)
    given = "".join(code.split()).replace("-", "").lower()
    if not (_take_code(owner, given, now) or _take_spare(owner, given)):
        if given:
            wrong_codes.count(owner.id)
        raise WrongCredentials(WRONG)


def _take_code(owner: User, given: str, now: datetime) -> bool:
    """A code of this step of 30 s, the one before or the one after, unless it or a later one was used."""
    totp = _totp(owner)
    if totp is None:
        return False
    step = totp.timecode(now)
    for candidate in range(step - _SKEW_STEPS, step + _SKEW_STEPS + 1):
        is_it = secrets.compare_digest(totp.generate_otp(candidate).encode(), given.encode())
        if is_it and candidate > owner.otp_step:
            owner.otp_step = candidate
            return True
    return False


def _take_spare(owner: User, given: str) -> bool:
    hashed = _hash(given)
    if hashed not in owner.otp_spares:
        return False
    owner.otp_spares = [spare for spare in owner.otp_spares if spare != hashed]
    return True


def _totp(owner: User) -> pyotp.TOTP | None:
    """None where the secret cannot be opened: spare codes still let its owner in."""
    try:
        return pyotp.TOTP(sealing.open_sealed(_purpose(owner), owner.otp_sealed or b"").decode())
    except sealing.CannotOpen:
        log.error("the second factor of user %d cannot be opened: was SECRET_KEY changed?", owner.id)  # noqa: TRY400
        return None


def _tell(owner: User, event: str) -> int:
    epoch = owner.session_epoch = owner.session_epoch + 1
    mails.queue(owner.id, "otp_changed", {"event": event})
    db.session.commit()
    return epoch


def _purpose(owner: User) -> str:
    """Of one person alone: whoever can write to the database cannot give theirs to another."""
    return f"second factor of user {owner.id}"


def _new_spare() -> str:
    """80 random bits, so that a plain hash of them is enough."""
    letters = pyotp.random_base32()[:16].lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _hash(spare: str) -> str:
    return hashlib.sha256(spare.replace("-", "").encode()).hexdigest()
