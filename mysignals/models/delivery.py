"""One signal to one exchange account: the outbox row, and its fate."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.domain.lifecycle import State
from mysignals.extensions import Model

from .columns import BigId, CreatedAt, one_of


class Delivery(Model):
    """Unique per (signal, account). `client_id` is the root of its orders' client ids."""

    __tablename__ = "deliveries"

    id: Mapped[BigId]
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"))
    account_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    """The account's owner; one foreign key sees to both, and is one check fewer a row on the fan-out's INSERT."""
    following_id: Mapped[int | None] = mapped_column(ForeignKey("followings.id", ondelete="SET NULL"))
    exchange: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(20), default="queued", server_default="queued")
    client_id: Mapped[str | None] = mapped_column(String(24), unique=True)
    """Stored with the claim, before anything is sent."""
    fence_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Upper bound for the deadline of every request of the claim."""
    reason: Mapped[str | None] = mapped_column(String(32))
    raw_code: Mapped[str | None] = mapped_column(String(32))
    message: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """What happened, in plain words, with what to do."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[CreatedAt]
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the exchange's answer to the entry arrived."""
    followed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When its orders were last looked up."""
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        one_of("state", [state.value for state in State]),
        UniqueConstraint("signal_id", "account_id"),
        ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["exchange_accounts.id", "exchange_accounts.user_id"],
            name="account_and_owner",
            ondelete="CASCADE",
        ),
        Index("ix_deliveries_user_id_id", "user_id", "id"),
        Index("ix_deliveries_account_id", "account_id"),
        Index("ix_deliveries_open", "created_at", postgresql_where=text("state IN ('queued', 'sending')")),
        Index(
            "ix_deliveries_live",
            "account_id",
            postgresql_where=text("state IN ('sending', 'unknown', 'accepted', 'partially_filled', 'filled')"),
        ),
    )
