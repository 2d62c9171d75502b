"""Symbol rules as last fetched from an exchange."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, String, func
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import Money, one_of


class SymbolRule(Model):
    __tablename__ = "symbol_rules"

    exchange: Mapped[str] = mapped_column(String(16), primary_key=True)
    environment: Mapped[str] = mapped_column(String(8), primary_key=True)
    market: Mapped[str] = mapped_column(String(8), primary_key=True)
    symbol: Mapped[str] = mapped_column(String(32), primary_key=True)
    base: Mapped[str] = mapped_column(String(16))
    quote: Mapped[str] = mapped_column(String(16))
    tick: Mapped[Money]
    step: Mapped[Money]
    min_quantity: Mapped[Money]
    max_quantity: Mapped[Money]
    min_notional: Mapped[Money]
    max_leverage: Mapped[int]
    trading: Mapped[bool]
    contract_value: Mapped[Money] = mapped_column(default=0, server_default="0")
    """What one inverse contract is worth in quote; 0 where quantities are in base."""
    fetched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (one_of("market", ("spot", "futures")),)
