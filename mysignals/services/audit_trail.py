"""The trail of what registrars decide: written with each decision, read by all of them, changed by nobody."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from mysignals.extensions import db
from mysignals.models import AuditEntry, User

from . import paging

COMMAND_LINE = "command line"
"""In place of a name, where it was done on the machine itself."""


def note(actor: User | None, person: User, deed: str, was: str, became: str, reason: str = "") -> None:
    """In the caller's transaction: what is undone leaves no entry. `deed` is one of models.audit.DEEDS."""
    db.session.add(
        AuditEntry(
            actor_id=actor.id if actor else None,
            actor_name=actor.user_name if actor else COMMAND_LINE,
            person_id=person.id,
            person_name=person.user_name,
            deed=deed,
            was=was,
            became=became,
            reason=reason,
        )
    )


def listed(deeds: tuple[str, ...], page: int) -> paging.Page[AuditEntry]:
    """One page of everything, newest first; of these deeds, all where none is named."""
    ids = select(AuditEntry.id).order_by(AuditEntry.id.desc())
    return _of_ids(ids.where(AuditEntry.deed.in_(deeds)) if deeds else ids, page)


def about(person_id: int, page: int) -> paging.Page[AuditEntry]:
    """One page of what was decided about somebody, and of what they decided; newest first."""
    theirs = or_(AuditEntry.person_id == person_id, AuditEntry.actor_id == person_id)
    return _of_ids(select(AuditEntry.id).where(theirs).order_by(AuditEntry.id.desc()), page)


def _of_ids(ids: Select[int], page: int) -> paging.Page[AuditEntry]:
    return paging.of_ids(select(AuditEntry).order_by(AuditEntry.id.desc()), ids, page, single=True)
