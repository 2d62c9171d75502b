"""Figures for Prometheus: requests of this process, and deliveries of the whole installation."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from mysignals.domain.lifecycle import State
from mysignals.services import deliveries, drift, unmapped

from . import mail_figures, pacing_figures, venue_figures


class _Deliveries(Collector):
    """Read from the database when somebody looks, so that every process tells the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily("mysignals_deliveries", "Deliveries by state.", labels=["state"])
        counted = deliveries.by_state()
        for state in State:
            gauge.add_metric([state.value], counted.get(state.value, 0))
        yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        # Registering asks for names; without this it would ask the database.
        return [GaugeMetricFamily("mysignals_deliveries", "Deliveries by state.", labels=["state"])]


class _OpenDrifts(Collector):
    """What exchanges have and our books do not explain, as long as its owners have not decided about it."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = _drift_family()
        gauge.add_metric([], drift.open_count())
        yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        return [_drift_family()]


def _drift_family() -> GaugeMetricFamily:
    return GaugeMetricFamily("mysignals_drifts_open", "Confirmed drifts that no owner has decided about.")


class _UnmappedCodes(Collector):
    """Codes of exchanges that stand in no table of ours, counted by the workers."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        counter = _unmapped_family()
        for (exchange, code), many in sorted(unmapped.counts().items()):
            counter.add_metric([exchange, code], many)
        yield counter

    def describe(self) -> list[CounterMetricFamily]:
        return [_unmapped_family()]


class _Unprotected(Collector):
    """Copies that are open without a stop, by the books of the whole installation."""

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        found = deliveries.unprotected()
        now, oldest, total = _unprotected_families()
        now.add_metric([], found.now)
        oldest.add_metric([], found.oldest_s)
        total.add_metric([], found.total_s)
        yield from (now, oldest, total)

    def describe(self) -> tuple[GaugeMetricFamily, GaugeMetricFamily, CounterMetricFamily]:
        return _unprotected_families()


def _unprotected_families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, CounterMetricFamily]:
    return (
        GaugeMetricFamily("mysignals_unprotected_deliveries", "Deliveries that are open without a stop."),
        GaugeMetricFamily("mysignals_unprotected_oldest_seconds", "For how long the oldest of them has been; 0: none."),
        CounterMetricFamily("mysignals_unprotected_seconds", "Open without a stop, in stretches that are over."),
    )


def _unmapped_family() -> CounterMetricFamily:
    words = "Answers to orders with a code that no table has; the orders count as unknown."
    return CounterMetricFamily("mysignals_unmapped_codes", words, labels=["exchange", "code"])


class _Figures:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Deliveries())
        self.registry.register(_OpenDrifts())
        self.registry.register(_UnmappedCodes())
        self.registry.register(venue_figures.Clocks())
        self.registry.register(venue_figures.Breakers())
        self.registry.register(pacing_figures.Pacing())
        self.registry.register(_Unprotected())
        self.registry.register(mail_figures.Mails())
        self.requests = Counter(
            "mysignals_requests", "Requests answered.", ["method", "rule", "status"], registry=self.registry
        )
        self.seconds = Histogram("mysignals_request_seconds", "Time to answer.", registry=self.registry)


def bind(app: Flask) -> None:
    app.extensions["metrics"] = _Figures()
    app.before_request(_begin)
    app.after_request(_count)


def exposed() -> bytes:
    """The text of `/metrics`."""
    return generate_latest(_figures().registry)


def _figures() -> _Figures:
    figures: _Figures = current_app.extensions["metrics"]
    return figures


def _begin() -> None:
    g.measured_from = perf_counter()


def _count(response: Response) -> Response:
    rule = request.url_rule.rule if request.url_rule else "-"
    # Methods nobody serves would let a caller make up labels without end.
    method = request.method if request.url_rule else "-"
    _figures().requests.labels(method, rule, str(response.status_code)).inc()
    _figures().seconds.observe(perf_counter() - g.get("measured_from", perf_counter()))
    return response
