"""What a price did in a span of time."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from .value import value


class Span(StrEnum):
    """How long a candle is."""

    MINUTE = "1m"
    QUARTER = "15m"
    TWO_HOURS = "2h"

    @property
    def ms(self) -> int:
        return {Span.MINUTE: 60_000, Span.QUARTER: 900_000, Span.TWO_HOURS: 7_200_000}[self]


@value
class Candle:
    """It begins at `at_ms` (Unix ms). Prices in quote: the first, the highest, the lowest and the last one."""

    at_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
