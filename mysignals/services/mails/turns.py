"""A mail's turn: claimed and committed before anybody is spoken to, so that a mail may be lost but never sent twice."""

from __future__ import annotations

import logging
import random
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import or_, update

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import OutgoingMail, User
from mysignals.services import outages
from mysignals.settings import Settings

from . import outbox, smtp, writing
from .outcomes import Doubtful, NotTaken, Outcome, Refused, Taken
from .waiting import due

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 6
_DEAD_AFTER = timedelta(minutes=10)
_LONGEST_TURN_S = 45
_ONE_AT_A_TIME = threading.Lock()
"""Of a worker's threads one at most waits for a mail server: the others have orders to place."""
_SOMEBODY_CAME = threading.Event()
"""With news of a mail, since whoever is at it has begun: a sweep must not leave that one its minute."""
MAY_HAVE_BEEN_SENT = "It may have been sent, so it is not sent again"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A mail that is ours to send, at an attempt that nobody else makes."""

    mail_id: int
    user_id: int
    kind: str
    details: dict[str, str]
    attempt: int
    queued_at: datetime


def deliver(mail_id: int) -> Outcome | None:
    """Send one mail if its turn has come and nobody else has it; None where there is nothing to send."""
    claim = _claimed(mail_id)
    if claim is None:
        return None
    outcome = _handed_over(claim)
    _record(claim, outcome)
    return outcome


def deliver_waiting(*, after: timedelta = timedelta()) -> None:
    """Send what waits, one after the other, unless this process is at it: then that turn takes these along.

    Ends early where the mail server is away, and after 45 s: the sweep goes on with the rest.
    """
    until = time.monotonic() + _LONGEST_TURN_S
    if not after:
        _SOMEBODY_CAME.set()
    while _ONE_AT_A_TIME.acquire(blocking=False):
        try:
            if _SOMEBODY_CAME.is_set():
                _SOMEBODY_CAME.clear()
                after = timedelta()
            goes_on = _send_until(until, after)
        finally:
            _ONE_AT_A_TIME.release()
        # Somebody may have come, found us at it, and left, after our last look.
        if not goes_on or not (_SOMEBODY_CAME.is_set() or _waiting(after)):
            return


def settle_dead() -> None:
    """Mails whose worker died while it sent: nobody knows, so nobody sends them again."""
    dead = (OutgoingMail.state == "sending", OutgoingMail.claimed_at < clock.now() - _DEAD_AFTER)
    change = update(OutgoingMail).where(*dead).values(state="failed", error=f"The worker died. {MAY_HAVE_BEEN_SENT}.")
    found = db.session.execute(change.returning(OutgoingMail.id, OutgoingMail.kind)).all()
    db.session.commit()
    for mail_id, kind in found:
        log.error("mail %d (%s) was being sent when its worker died; it may have been sent", mail_id, kind)


def _send_until(until: float, after: timedelta) -> bool:
    """Whether all that waited had their turn."""
    for mail_id in _waiting(after):
        if time.monotonic() > until:
            return False
        outcome = deliver(mail_id)
        if isinstance(outcome, NotTaken) and outcome.server_is_away:
            return False
    return time.monotonic() < until


def _waiting(after: timedelta) -> list[int]:
    found = due(after=after)
    db.session.rollback()  # No transaction stays open while a mail server answers.
    return found


def _claimed(mail_id: int) -> _Claim | None:
    """The mail, ours by a committed row; None where it is another's, done, or not due."""
    now = clock.now()
    free = (
        OutgoingMail.id == mail_id,
        OutgoingMail.state == "queued",
        or_(OutgoingMail.next_try_at.is_(None), OutgoingMail.next_try_at <= now),
    )
    claim = update(OutgoingMail).where(*free)
    claim = claim.values(state="sending", claimed_at=now, next_try_at=None, attempts=OutgoingMail.attempts + 1)
    row = db.session.execute(
        claim.returning(
            OutgoingMail.id, OutgoingMail.user_id, OutgoingMail.kind, OutgoingMail.details, OutgoingMail.attempts,
            OutgoingMail.created_at,
        )
    ).one_or_none()  # fmt: skip
    db.session.commit()
    return None if row is None else _Claim(*row)


def _handed_over(claim: _Claim) -> Outcome:
    settings: Settings = current_app.extensions["settings"]
    user = db.session.get(User, claim.user_id)
    if user is None:
        return Refused("Its recipient is gone.")
    letter = writing.letter(claim.mail_id, user, claim.kind, claim.details, claim.queued_at, settings)
    db.session.rollback()  # No transaction stays open while the mail server answers.
    if settings.mail_server is None:
        return outbox.keep(settings.outbox, f"{claim.mail_id}-{claim.kind}.eml", letter.text)
    return smtp.hand_over(letter, settings)


def _record(claim: _Claim, outcome: Outcome) -> None:
    """Store what came of it, if the attempt still counts as ours; nobody else knows."""
    columns = _columns(claim, outcome)
    outages.insist(lambda: _store(claim, columns))


def _store(claim: _Claim, columns: dict[str, Any]) -> None:
    ours = (
        OutgoingMail.id == claim.mail_id, OutgoingMail.state == "sending", OutgoingMail.attempts == claim.attempt,
    )  # fmt: skip
    db.session.execute(update(OutgoingMail).where(*ours).values(**columns))
    db.session.commit()


def _columns(claim: _Claim, outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Taken():
            return {"state": "sent", "sent_at": clock.now(), "error": None}
        case NotTaken() if claim.attempt < MOST_ATTEMPTS:
            log.warning("mail %d not taken at attempt %d: %s", claim.mail_id, claim.attempt, _told(outcome.why))
            return {"state": "queued", "next_try_at": clock.now() + _patience(claim.attempt), "error": outcome.why}
        case NotTaken() | Refused():
            log.error("mail %d (%s) given up: %s", claim.mail_id, claim.kind, _told(outcome.why))
            return {"state": "failed", "error": outcome.why}
        case Doubtful():
            log.error("mail %d (%s) may have been sent: %s", claim.mail_id, claim.kind, _told(outcome.why))
            return {"state": "failed", "error": f"{MAY_HAVE_BEEN_SENT}: {outcome.why}"[:200]}


def _told(why: str) -> str:
    """What a log may hold of it: no address of anybody."""
    return f"{why.partition(':')[0]}; outgoing_mails.error has the rest"


def _patience(attempts: int) -> timedelta:
    """1 minute after the first attempt, then 2, 4, 8, 16, each a fifth shorter or longer: not all at once again."""
    return timedelta(minutes=2 ** (attempts - 1)) * random.uniform(0.8, 1.2)
