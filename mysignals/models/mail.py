"""Mails that wait for the worker. The text is made when it is sent: no token is stored here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, one_of

KINDS = (
    "activate", "already_registered", "application_refused", "blocked", "keys_changed", "new_device", "otp_changed",
    "password_changed", "provider_approved", "reset", "unblocked",
)  # fmt: skip
STATES = ("queued", "sending", "sent", "failed")


class OutgoingMail(Model):
    __tablename__ = "outgoing_mails"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    details: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default="{}")
    """What the text names besides the user: an exchange, a browser, an address. Never a secret or a token."""
    state: Mapped[str] = mapped_column(String(8), default="queued", server_default="queued")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[CreatedAt]
    next_try_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When a queued one that failed is tried again."""
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When a worker began to send it; stored before it does."""
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", STATES),
        Index("ix_outgoing_mails_waiting", "created_at", postgresql_where=text("state <> 'sent'")),
    )
