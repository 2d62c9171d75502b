"""Figures of mails for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from mysignals.services import mails


class Mails(Collector):
    """Read from the database when somebody looks, so that every process tells the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = _mails()
        for state, many in mails.by_state().items():
            gauge.add_metric([state], many)
        yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        return [_mails()]


def _mails() -> GaugeMetricFamily:
    words = "Mails that wait (queued), are being sent, or were given up (failed)."
    return GaugeMetricFamily("mysignals_mails", words, labels=["state"])
