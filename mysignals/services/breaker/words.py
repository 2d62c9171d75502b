"""What is said of a pause: to the follower whose entry waited in vain, and to those who run the house."""

from __future__ import annotations

import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from mysignals.domain.breaker import Tally
from mysignals.extensions import db

from .tries import Venue

log = logging.getLogger(__name__)
TELL_REGISTRARS = text("""
    INSERT INTO notifications (user_id, kind, message)
    SELECT id, 'operator', :message FROM users WHERE role = 'Registrar'
""")


def paused_sentence(venue: Venue) -> str:
    """For the follower whose entry waited until it was too old."""
    return f"Entries at {venue} were paused because stops could not be placed there. Nothing was sent."


def tell_registrars(venue: Venue, lately: Tally) -> None:
    message = (
        f"Entries at {venue} are paused: the stops of {lately.failed} accounts could not be placed there within a "
        "minute. One entry at a time tries whether they can be again; until then signals wait, and expire. "
        "Look at the exchange's status page and at the log of the workers."
    )
    try:
        db.session.execute(TELL_REGISTRARS, {"message": message})
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()
        log.warning("the registrars could not be told that entries at %s are paused", venue)
