"""Who decided what about whom: kept as it was, for good."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, one_of

DEEDS = ("role", "plan", "application", "block", "unblock")


class AuditEntry(Model):
    """The trigger `keep_audit_entries` refuses every change of a row.

    People are known by number and by the name they had, and not by foreign keys: no row of another table takes an
    entry along when it goes.
    """

    __tablename__ = "audit_entries"

    id: Mapped[BigId]
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    """None for the command line of the installation."""
    actor_name: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(BigInteger)
    person_name: Mapped[str] = mapped_column(String(64))
    deed: Mapped[str] = mapped_column(String(16))
    was: Mapped[str] = mapped_column(String(64))
    became: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        one_of("deed", DEEDS),
        Index("ix_audit_entries_person_id_id", "person_id", "id"),
        Index("ix_audit_entries_actor_id_id", "actor_id", "id"),
        Index("ix_audit_entries_deed_id", "deed", "id"),
    )
