"""One exchange order of a delivery: a leg."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.domain.intents import Leg
from mysignals.domain.outcomes import OrderState
from mysignals.extensions import Model

from .columns import MONEY, BigId, CreatedAt, Money, one_of, positive


class Order(Model):
    __tablename__ = "orders"

    id: Mapped[BigId]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    leg: Mapped[str] = mapped_column(String(8))
    client_order_id: Mapped[str] = mapped_column(String(32), unique=True)
    exchange_order_id: Mapped[str | None] = mapped_column(String(64))
    side: Mapped[str] = mapped_column(String(4))
    type: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[Money]
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    trigger_price: Mapped[Decimal | None] = mapped_column(MONEY)
    state: Mapped[str] = mapped_column(String(20))
    filled_quantity: Mapped[Decimal] = mapped_column(MONEY, default=0, server_default="0")
    average_price: Mapped[Decimal | None] = mapped_column(MONEY)
    reason: Mapped[str | None] = mapped_column(String(32))
    raw_code: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        one_of("leg", [leg.value for leg in Leg]),
        one_of("state", [state.value for state in OrderState]),
        one_of("side", ("BUY", "SELL")),
        positive("quantity"),
        UniqueConstraint("delivery_id", "leg"),
        Index("ix_orders_resting", "id", postgresql_where=text("state IN ('new', 'pending', 'partially_filled')")),
    )
