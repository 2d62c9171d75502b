"""Applications to become a signal provider."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, one_of

APPLICATION_STATES = ("open", "approved", "refused")


class Application(Model):
    """At most one of a user is open."""

    __tablename__ = "provider_applications"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    wallet: Mapped[str] = mapped_column(String(42))
    experience: Mapped[str] = mapped_column(String(300))
    socials_and_additional: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(8), default="open", server_default="open")
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """What the registrar told whom they refused."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        one_of("state", APPLICATION_STATES),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index("uq_provider_applications_open", "user_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_provider_applications_state_id", "state", "id"),
    )
