"""Figures of the venues for Prometheus: how far their clocks are from ours, and whether entries there are paused."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from mysignals.services import clocks
from mysignals.services.breaker import breaker
from mysignals.services.venues import used

VENUE = ("exchange", "market", "environment")


class Clocks(Collector):
    """As the workers have measured them."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = _clocks()
        for venue, offset_ms in sorted(clocks.farthest().items()):
            gauge.add_metric(venue, offset_ms)
        yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        return [_clocks()]


class Breakers(Collector):
    """Of every venue that an account trades at."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge, paused = _breakers(), breaker().paused()
        for venue in used():
            gauge.add_metric((venue.exchange, venue.market, venue.environment), int(venue.key in paused))
        yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        return [_breakers()]


def _clocks() -> GaugeMetricFamily:
    words = "How many ms the venue's clock is ahead of ours; of several machines the one that is farthest away."
    return GaugeMetricFamily("mysignals_clock_offset_ms", words, labels=VENUE)


def _breakers() -> GaugeMetricFamily:
    return GaugeMetricFamily(
        "mysignals_breaker_open", "1 where entries are paused because stops could not be placed.", labels=VENUE
    )
