"""Keeping a person out: sessions and keys stop at once, nothing new is copied, what is open is followed to its end.

The one column `users.blocked_at` decides. It is asked for at every request of a session (people), of a program
(api_callers, webhook_callers), when a signal is published (publish) and when a copy is about to be sent
(fan_out.claim).
"""

from __future__ import annotations

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import User

from . import audit_trail, mails, opens_and_closes, people, signals
from .errors import Conflict, NotAllowed


def block(registrar: User, person_id: int, reason: str) -> User:
    """The person reads `reason`. Raises NotFound, NotAllowed for oneself, and Conflict where they are blocked."""
    actor, person = people.decided_by(registrar, person_id)
    if person.id == actor.id:
        raise NotAllowed("Nobody blocks themselves; ask another registrar.")
    if person.blocked_at is not None:
        raise Conflict(f"{person.user_name} is blocked already.")
    person.blocked_at, person.blocked_why = clock.now(), reason
    person.session_epoch += 1
    if person.role == "Provider":
        opens_and_closes.closes(person.id)
        signals.deactivate_all(person)
    audit_trail.note(actor, person, "block", "active", "blocked", reason)
    mails.queue(person.id, "blocked", {"reason": reason})
    db.session.commit()
    return person


def unblock(registrar: User, person_id: int) -> User:
    """They log in, sign and copy again as before; ended sessions and signals stay ended.

    Raises NotFound, and Conflict where they are not blocked.
    """
    actor, person = people.decided_by(registrar, person_id)
    if person.blocked_at is None:
        raise Conflict(f"{person.user_name} is not blocked.")
    person.blocked_at, person.blocked_why = None, ""
    audit_trail.note(actor, person, "unblock", "blocked", "active")
    mails.queue(person.id, "unblocked")
    db.session.commit()
    return person
