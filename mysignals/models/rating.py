"""What a buyer thinks of a signal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import CreatedAt


class Rating(Model):
    """1 to 5; the sums of a provider are kept in `users`, in the same transaction."""

    __tablename__ = "ratings"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"), primary_key=True, autoincrement=False, index=True)
    rate: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (CheckConstraint("rate BETWEEN 1 AND 5", name="rate_range"),)
