"""Column types that every table shares: money, times with zone, checked choices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Numeric, func
from sqlalchemy.orm import mapped_column

MONEY = Numeric(28, 12)
"""Prices, quantities and amounts: 16 digits before the point, 12 after."""

BigId = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
Money = Annotated[Decimal, mapped_column(MONEY)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A check that `column` holds one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def positive(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} > 0", name=f"{column}_positive")
