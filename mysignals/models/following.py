"""One user copies one provider on one account, with sizing and limits."""

from __future__ import annotations

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, Money, one_of, positive

SIZING_MODES = ("quote", "percent", "risk", "multiplier")
TARGETS = ("first", "last", "ladder")
ON_UNPROTECTED = ("close", "notify")


class Following(Model):
    __tablename__ = "followings"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("exchange_accounts.id", ondelete="CASCADE"))
    sizing_mode: Mapped[str] = mapped_column(String(12))
    sizing_value: Mapped[Money]
    """Quote for `quote`, percent (1 = 1 %) for `percent` and `risk`, a factor for `multiplier`."""
    max_leverage: Mapped[int] = mapped_column(default=20, server_default="20")
    max_open: Mapped[int] = mapped_column(default=10, server_default="10")
    max_deviation_bps: Mapped[int] = mapped_column(default=50, server_default="50")
    targets: Mapped[str] = mapped_column(String(8), default="first", server_default="first")
    symbols: Mapped[list[str]] = mapped_column(ARRAY(String(32)), default=list, server_default="{}")
    """Allow-list; empty allows all."""
    on_unprotected: Mapped[str] = mapped_column(String(8), default="close", server_default="close")
    margin_mode: Mapped[str] = mapped_column(String(8), default="cross", server_default="cross")
    paused: Mapped[bool] = mapped_column(default=False, server_default="false")
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        one_of("sizing_mode", SIZING_MODES),
        one_of("targets", TARGETS),
        one_of("on_unprotected", ON_UNPROTECTED),
        one_of("margin_mode", ("isolated", "cross")),
        positive("sizing_value"),
        CheckConstraint("max_leverage BETWEEN 1 AND 125", name="max_leverage_range"),
        CheckConstraint("max_open BETWEEN 1 AND 1000", name="max_open_range"),
        CheckConstraint("max_deviation_bps BETWEEN 0 AND 10000", name="max_deviation_bps_range"),
        CheckConstraint("user_id <> provider_id", name="not_oneself"),
        UniqueConstraint("account_id", "provider_id"),
        # What the trigger `count_followers` counts over.
        Index("ix_followings_provider_id_user_id", "provider_id", "user_id"),
        Index("ix_followings_provider_id_live", "provider_id", postgresql_where=text("NOT paused")),
    )
