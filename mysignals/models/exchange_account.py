"""A user's account at an exchange, its sealed key, and what we remember of its settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, one_of

ENVIRONMENTS = ("live", "testnet", "paper")
STATUSES = ("checking", "ready", "refused", "disabled")


class ExchangeAccount(Model):
    """`sealed_credentials` opens only with the workers' private key."""

    __tablename__ = "exchange_accounts"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    exchange: Mapped[str] = mapped_column(String(16))
    environment: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(64), default="", server_default="")
    api_version: Mapped[str] = mapped_column(String(4), default="", server_default="")
    sealed_credentials: Mapped[bytes]
    key_hint: Mapped[str] = mapped_column(String(4))
    """The last four characters of the key."""
    status: Mapped[str] = mapped_column(String(8), default="checking", server_default="checking")
    status_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    unproven: Mapped[bool] = mapped_column(default=False, server_default="false")
    """The key was replaced while copies were open, and may open another account of the exchange than theirs: nobody
    looks for them with it until it has found one of them."""
    position_mode: Mapped[str | None] = mapped_column(String(8))
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    check_asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When its owner asked for a check that its exchange has not answered yet."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        # Which exchanges there are is a setting (CCXT_EXCHANGES), so the database knows only what a name looks like.
        CheckConstraint("exchange ~ '^[a-z0-9]{2,16}$'", name="exchange"),
        one_of("environment", ENVIRONMENTS),
        one_of("status", STATUSES),
        one_of("position_mode", ("one_way", "hedge")),
        UniqueConstraint("user_id", "exchange", "environment", "label"),
        UniqueConstraint("id", "user_id"),
    )


class AccountSymbolSetting(Model):
    """Leverage and margin mode an account has on a symbol, as last told by the exchange."""

    __tablename__ = "account_symbol_settings"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("exchange_accounts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    symbol: Mapped[str] = mapped_column(String(32), primary_key=True)
    leverage: Mapped[int]
    margin_mode: Mapped[str] = mapped_column(String(8))
    position_mode: Mapped[str | None] = mapped_column(String(8))
    """Only at exchanges where every symbol has its own."""
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        one_of("margin_mode", ("isolated", "cross")),
        one_of("position_mode", ("one_way", "hedge")),
    )
