"""How far back a chart looks, and in how many candles."""

from __future__ import annotations

from enum import StrEnum

from mysignals.domain.candle import Span


class Stretch(StrEnum):
    HOUR = "1h"
    DAY = "1d"
    WEEK = "1w"

    @property
    def span(self) -> Span:
        return {Stretch.HOUR: Span.MINUTE, Stretch.DAY: Span.QUARTER, Stretch.WEEK: Span.TWO_HOURS}[self]

    @property
    def candles(self) -> int:
        return {Stretch.HOUR: 60, Stretch.DAY: 96, Stretch.WEEK: 84}[self]

    @property
    def ms(self) -> int:
        return self.span.ms * self.candles

    @property
    def fresh_ms(self) -> int:
        """So long nobody asks for it again: a fraction of one candle."""
        return {Stretch.HOUR: 10_000, Stretch.DAY: 60_000, Stretch.WEEK: 300_000}[self]

    @property
    def words(self) -> str:
        return {Stretch.HOUR: "1 hour", Stretch.DAY: "1 day", Stretch.WEEK: "1 week"}[self]
