"""What the copies of a signal came to, counted from their fills."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import Moment, one_of

MONEY_KINDS = ("real", "paper")


class SignalResult(Model):
    """Copies with real money and those on paper (testnets among them) are told apart.

    Kept when the copies go: an account that is removed takes nothing from a provider's record.
    """

    __tablename__ = "signal_results"

    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id", ondelete="CASCADE"), primary_key=True)
    money: Mapped[str] = mapped_column(String(8), primary_key=True)
    opened: Mapped[int]
    """Copies whose entry has bought something."""
    closed: Mapped[int]
    """Of these, how many are over with a known exit; `result` is theirs."""
    still_open: Mapped[int]
    """How many are under way: bought something, or may still."""
    result: Mapped[Decimal | None] = mapped_column(Numeric(14, 6))
    """Percent of what was put in, without leverage, net of fees: the mean of the closed copies."""
    held_s: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the last of the closed ones was."""
    counted_at: Mapped[Moment]

    __table_args__ = (
        one_of("money", MONEY_KINDS),
        CheckConstraint("closed <= opened", name="parts"),
        CheckConstraint(
            "(closed = 0) = (result IS NULL) AND num_nulls(result, held_s, ended_at) IN (0, 3)", name="known"
        ),
        Index("ix_signal_results_open", "counted_at", postgresql_where=text("still_open > 0")),
    )
