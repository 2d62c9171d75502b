"""A person leaves: nothing of theirs runs or can be opened any more; what others' books need stays, without a name.

Keys, accounts with the history of their copies, followings, programs' keys and what they were told are deleted. What
they paid, rated and published stays with their number: buyers keep signals, providers their ratings and payments, and
the registrars' audit trail keeps everything as it was written.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from mysignals import clock
from mysignals.domain.lifecycle import LIVE, State
from mysignals.extensions import db
from mysignals.models import (
    ApiKey,
    Application,
    Delivery,
    Device,
    ExchangeAccount,
    Following,
    Notification,
    OutgoingMail,
    Purchase,
    Signal,
    Token,
    User,
    WebhookToken,
)

from . import opens_and_closes, passwords, people, second_factor, signals
from .errors import Conflict

log = logging.getLogger(__name__)
_UNSETTLED = (State.QUEUED, State.SENDING, State.UNKNOWN, *LIVE)
_THEIRS = (Following, WebhookToken, Notification, Device, Token, Application)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody has here. The first three stand in the way: each has to end before they can leave."""

    open_copies: int
    payments: int
    """On chain, and not deep enough to be final."""
    is_registrar: bool
    accounts: int
    active_signals: int

    @property
    def is_free(self) -> bool:
        return not (self.open_copies or self.payments or self.is_registrar)


def standing(user: User) -> Standing:
    confirming = (Purchase.state == "confirming", Purchase.block_number.is_not(None))
    return Standing(
        _many(Delivery, Delivery.user_id == user.id, Delivery.state.in_(_UNSETTLED)),
        _many(Purchase, Purchase.user_id == user.id, *confirming),
        user.role == "Registrar",
        _many(ExchangeAccount, ExchangeAccount.user_id == user.id),
        _many(Signal, Signal.provider_id == user.id, Signal.is_active),
    )


def leave(user: User, password: str, code: str) -> None:
    """For good, or nothing of it. Raises WrongCredentials, TooOften, and Conflict where something is in the way."""
    owner = people.locked(user.id)
    people.check_password(owner, password)
    if owner.otp_since is not None:
        second_factor.check(owner, code, clock.now())
    if owner.role == "Provider":
        # Before the accounts: who publishes has them behind this.
        opens_and_closes.closes(owner.id)
    # As who removes an account: a signal that is being published waits, and then finds none to copy to.
    mine = select(ExchangeAccount).where(ExchangeAccount.user_id == owner.id).order_by(ExchangeAccount.id)
    accounts = db.session.scalars(mine.with_for_update()).all()
    found = standing(owner)
    if not found.is_free:
        raise Conflict("Your account is not deleted, and nothing was changed: something of it is still under way.")
    if owner.role == "Provider":
        signals.deactivate_all(owner)
    for key in db.session.scalars(select(ApiKey).where(ApiKey.user_id == owner.id)):
        db.session.delete(key)
    for account in accounts:
        db.session.delete(account)
    for kind in _THEIRS:
        db.session.execute(delete(kind).where(kind.user_id == owner.id))
    waiting = (OutgoingMail.user_id == owner.id, OutgoingMail.state != "sending")
    db.session.execute(delete(OutgoingMail).where(*waiting))
    _take_the_name_off(owner)
    db.session.commit()
    log.info("user %s has left", owner.id)


def _take_the_name_off(owner: User) -> None:
    """Nobody registers such a name or address: one has a hyphen, the other an ending that no mail reaches."""
    owner.user_name, owner.email = f"left-{owner.id}", f"left-{owner.id}@mysignals.invalid"
    owner.password_hash = passwords.hashed(secrets.token_urlsafe(32))
    owner.session_epoch += 1
    owner.is_activated, owner.role = False, "User"
    owner.plan, owner.plan_until = "free", None
    owner.otp_sealed, owner.otp_since, owner.otp_step, owner.otp_spares = None, None, 0, []
    if owner.wallet is not None:
        # Who has paid to it and not shown that yet is still believed.
        owner.former_wallets, owner.wallet = [*owner.former_wallets, owner.wallet], None


def _many(kind: type[Delivery | Purchase | ExchangeAccount | Signal], *conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0  # type: ignore[arg-type]
