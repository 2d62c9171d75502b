"""Figures of pacing for Prometheus: how full the budgets of our addresses are, and who waited or was refused."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import Redis

from mysignals.services import budgets


class Pacing(Collector):
    """As all workers together have counted; nothing while Redis does not answer."""

    def collect(self) -> Iterator[Metric]:
        redis: Redis = current_app.extensions["redis"]
        used, waited, refused = _families()
        for where, ratio in sorted(budgets.used_ratios(redis).items()):
            used.add_metric(where, ratio)
        for venue, seconds in sorted(budgets.waited_seconds(redis).items()):
            waited.add_metric([venue], seconds)
        for venue, many in sorted(budgets.refusals(redis).items()):
            refused.add_metric([venue], many)
        yield from (used, waited, refused)

    def describe(self) -> list[Metric]:
        return list(_families())


def _families() -> tuple[GaugeMetricFamily, CounterMetricFamily, CounterMetricFamily]:
    return (
        GaugeMetricFamily(
            "mysignals_budget_used_ratio",
            "How much of what a venue takes of one address in its window is used; the fullest of several addresses.",
            labels=["venue", "budget"],
        ),
        CounterMetricFamily(
            "mysignals_paced_seconds", "Seconds that calls have waited for their turn.", labels=["venue"]
        ),
        CounterMetricFamily("mysignals_rate_refusals", "Answers that said: too many requests.", labels=["venue"]),
    )
