"""Browsers that a user has logged in with, so that a new one can be told by mail."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, Moment


class Device(Model):
    __tablename__ = "devices"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64))
    """Hex SHA-256 of what its cookie holds."""
    name: Mapped[str] = mapped_column(String(200))
    """Browser and system in words, such as `Firefox on Windows`."""
    address: Mapped[str] = mapped_column(String(45))
    """Where the last login came from."""
    last_seen_at: Mapped[Moment]
    created_at: Mapped[CreatedAt]

    __table_args__ = (UniqueConstraint("user_id", "token_hash"),)
