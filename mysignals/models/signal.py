"""What a provider published."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mysignals.extensions import Model

from .columns import MONEY, BigId, CreatedAt, Money, one_of, positive
from .user import User


class Signal(Model):
    """A published signal. Prices in quote, quantity in base; `leverage` only for futures."""

    __tablename__ = "signals"

    id: Mapped[BigId]
    provider_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    market: Mapped[str] = mapped_column(String(8))
    symbol: Mapped[str] = mapped_column(String(32))
    side: Mapped[str] = mapped_column(String(4))
    entry_type: Mapped[str] = mapped_column(String(8), default="LIMIT", server_default="LIMIT")
    quantity: Mapped[Money]
    price: Mapped[Money]
    stop: Mapped[Money]
    target1: Mapped[Money]
    target2: Mapped[Decimal | None] = mapped_column(MONEY)
    target3: Mapped[Decimal | None] = mapped_column(MONEY)
    leverage: Mapped[int | None]
    short_text: Mapped[str] = mapped_column(String(100), default="", server_default="")
    is_active: Mapped[bool] = mapped_column(default=True, server_default="true")
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Shown to nobody since; who had paid for it before still gets it."""
    is_private: Mapped[bool] = mapped_column(default=False, server_default="false")
    """What a program asked of its owner's own accounts: no provider's signal, and shown to nobody."""
    created_at: Mapped[CreatedAt]

    provider: Mapped[User] = relationship(lazy="raise")

    __table_args__ = (
        one_of("market", ("spot", "futures")),
        one_of("side", ("BUY", "SELL")),
        one_of("entry_type", ("LIMIT", "MARKET")),
        positive("quantity"),
        positive("price"),
        positive("stop"),
        positive("target1"),
        CheckConstraint("(market = 'futures') = (leverage IS NOT NULL)", name="leverage_on_futures"),
        CheckConstraint("leverage BETWEEN 1 AND 125", name="leverage_range"),
        CheckConstraint("target3 IS NULL OR target2 IS NOT NULL", name="targets_in_order"),
        CheckConstraint("deleted_at IS NULL OR NOT is_active", name="deleted_is_over"),
        # Every list leaves out what is deleted, and so this.
        CheckConstraint("NOT is_private OR deleted_at IS NOT NULL", name="private_is_unlisted"),
        CheckConstraint(
            "(side = 'BUY' AND stop < price AND price < target1)"
            " OR (side = 'SELL' AND stop > price AND price > target1)",
            name="stop_and_target_sides",
        ),
        Index("ix_signals_provider_id_id", "provider_id", "id"),
        Index("ix_signals_provider_id_active", "provider_id", postgresql_where=text("is_active")),
        Index("ix_signals_active", "id", postgresql_where=text("is_active")),
    )

    @property
    def targets(self) -> tuple[Decimal, ...]:
        return tuple(t for t in (self.target1, self.target2, self.target3) if t is not None)
