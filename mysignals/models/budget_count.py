"""What was used of the exchanges' budgets, as Redis had counted it a moment ago: for when Redis has lost it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model


class BudgetCount(Model):
    __tablename__ = "budget_counts"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    """Base URL, address and the budget's name, as Redis has it."""
    epoch: Mapped[int] = mapped_column(BigInteger)
    """Since when Redis had counted without a loss, Unix ms."""
    capacity: Mapped[int] = mapped_column(Integer)
    window_ms: Mapped[int] = mapped_column(Integer)
    counts: Mapped[str] = mapped_column(Text)
    """As Redis writes them (services/budgets.py)."""
    kept_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
