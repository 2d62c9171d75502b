"""A signal bought by one person, and the payment on chain that pays for it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, one_of

PURCHASE_STATES = ("confirming", "bought", "taken_back", "failed")


class Purchase(Model):
    """One shown payment. A log on chain, (chain id, hash, log index), pays for one purchase for ever.

    Its place on chain is NULL until the transaction was seen in a block and pays for this signal and user.
    """

    __tablename__ = "purchases"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"), index=True)
    state: Mapped[str] = mapped_column(String(12), default="confirming", server_default="confirming")
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """Why it failed or was taken back, in plain words."""
    chain_id: Mapped[int] = mapped_column(BigInteger)
    tx_hash: Mapped[str] = mapped_column(String(66))
    """`0x` and 64 hex digits, lower-case."""
    log_index: Mapped[int | None]
    block_number: Mapped[int | None] = mapped_column(BigInteger)
    block_hash: Mapped[str | None] = mapped_column(String(66))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(78, 0))
    """In the token's smallest unit."""
    payer: Mapped[str | None] = mapped_column(String(42))
    created_at: Mapped[CreatedAt]
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the chain was last asked about it."""
    bought_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    final_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when nobody asks any more: no reorg is expected to remove it, or one has and it does not come back."""

    __table_args__ = (
        one_of("state", PURCHASE_STATES),
        CheckConstraint("tx_hash ~ '^0x[0-9a-f]{64}$'", name="tx_hash"),
        CheckConstraint("num_nulls(log_index, block_number, block_hash, amount, payer) IN (0, 5)", name="place"),
        CheckConstraint("state <> 'bought' OR (log_index IS NOT NULL AND bought_at IS NOT NULL)", name="bought"),
        UniqueConstraint("user_id", "signal_id", "chain_id", "tx_hash"),
        Index("uq_purchases_payment", "chain_id", "tx_hash", "log_index", unique=True),
        Index("uq_purchases_bought", "user_id", "signal_id", unique=True, postgresql_where=text("state = 'bought'")),
        Index(
            "ix_purchases_mine",
            "user_id",
            text("bought_at DESC"),
            text("id DESC"),
            postgresql_where=text("state = 'bought'"),
        ),
        Index(
            "ix_purchases_followed",
            "checked_at",
            postgresql_where=text("state <> 'failed' AND final_at IS NULL"),
        ),
    )
