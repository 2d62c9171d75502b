"""What an instruction closes: a row for each delivery that it reached, whoever asks to close that one later."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import MONEY, BigId, positive


class DeliveryClosing(Model):
    """Made behind the delivery's lock: of two of one delivery the later one has the larger id. Quantities as orders
    count.
    """

    __tablename__ = "delivery_closings"

    id: Mapped[BigId]
    instruction_id: Mapped[int] = mapped_column(ForeignKey("instructions.id", ondelete="CASCADE"))
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    sold_before: Mapped[Decimal] = mapped_column(MONEY, default=Decimal(0), server_default="0")
    """What closes that were asked before have sold, or are still to sell."""
    close_quantity: Mapped[Decimal | None] = mapped_column(MONEY)
    """What all closes together are to have sold when it is done; None where it closes all."""

    __table_args__ = (UniqueConstraint("instruction_id", "delivery_id"), positive("close_quantity"))
