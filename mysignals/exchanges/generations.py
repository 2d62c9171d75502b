"""Exits that take the place of exits: the ids that a leg's orders have, one after the other.

The rows of our books hold one order a leg. A turn that died may have left the next one there, or the one before.
"""

from __future__ import annotations

from dataclasses import replace

from mysignals.domain.intents import Leg

from .session import SUFFIX, Session

SIGNS = ("", "r", *(f"r{number}" for number in range(2, 10)))
"""Ends of the client id, generation by generation; with the longest root it stays within 32 characters."""


def generation(session: Session, leg: Leg) -> int:
    """Which order of the leg our books have; 0 is the first."""
    name = session.client_id(leg)
    return next((number for number, sign in enumerate(SIGNS) if name == session.root + SUFFIX[leg] + sign), 0)


def renewed(session: Session, leg: Leg) -> Session | None:
    """The session in which the leg is the order after the one of our books; None where there were too many."""
    following = generation(session, leg) + 1
    return _with(session, leg, following) if following < len(SIGNS) else None


def others(session: Session, leg: Leg) -> list[Session]:
    """The session once for every other order that the leg may have there: earlier ones, and the next."""
    ours = generation(session, leg)
    return [_with(session, leg, number) for number in range(min(ours + 2, len(SIGNS))) if number != ours]


def earlier(session: Session, leg: Leg) -> list[Session]:
    """The session once for every order of the leg before the one of our books."""
    return [_with(session, leg, number) for number in range(generation(session, leg))]


def closes_so_far(last: str) -> int:
    """How many closes a delivery has had whose last one has that client id; 0 of none."""
    if not last:
        return 0
    sign = last.rpartition(SUFFIX[Leg.CLOSE])[2]
    return SIGNS.index(sign) + 1 if sign in SIGNS else len(SIGNS)


def list_id(session: Session, leg: Leg, number: int) -> str:
    """The id of the order list that holds the leg, the `number`-th of a ladder."""
    return f"{session.root}-l{number}{SIGNS[generation(session, leg)]}"


def _with(session: Session, leg: Leg, number: int) -> Session:
    """What the exchange calls the leg is known of the order in our books alone."""
    names = {one: name for one, name in session.exchange_ids.items() if one is not leg}
    ids = {**session.client_ids, leg: session.root + SUFFIX[leg] + SIGNS[number]}
    return replace(session, client_ids=ids, exchange_ids=names)
