"""Reads a fault from a control body.

Without `count` a fault strikes until it is cleared. `body` is text, or JSON which is then serialised.
"""

from decimal import Decimal
from typing import Any

import orjson

from simulator.control.reading import Mistake, as_decimal, as_int, as_text
from simulator.faults import ABOUTS, KINDS, Fault


def read_fault(body: dict[str, Any]) -> Fault:
    kind, about = as_text(body, "kind"), as_text(body, "on", "any")
    if kind not in KINDS:
        raise Mistake(f"unknown kind {kind}; there are {', '.join(sorted(KINDS))}")
    if about not in ABOUTS:
        raise Mistake("on must be order, query, cancel or any")
    count, delay_ms, status = as_int(body, "count"), as_int(body, "delay_ms"), as_int(body, "status")
    if count is not None and count < 1:
        raise Mistake("count must be 1 or more")
    if delay_ms is not None and delay_ms < 0:
        raise Mistake("delay_ms must not be negative")
    if kind == "delay" and delay_ms is None:
        raise Mistake("delay needs delay_ms")
    if status is not None and not 100 <= status <= 599:
        raise Mistake("status must be an HTTP status")
    return Fault(
        0, as_text(body, "venue"), kind, about, as_text(body, "api_key", "") or None, count, _probability(body),
        delay_ms, status, _body(body.get("body")), _fraction(body) if kind == "partial" else None,
        as_text(body, "path", ""),
    )  # fmt: skip


def _probability(body: dict[str, Any]) -> float:
    probability = as_decimal(body.get("probability", 1), "probability")
    if not 0 <= probability <= 1:
        raise Mistake("probability must be between 0 and 1")
    return float(probability)


def _fraction(body: dict[str, Any]) -> Decimal:
    fraction = as_decimal(body.get("fraction", "0.5"), "fraction")
    if not 0 <= fraction < 1:
        raise Mistake("fraction must be at least 0 and below 1")
    return fraction


def _body(value: Any) -> bytes | None:
    if value is None:
        return None
    return value.encode() if isinstance(value, str) else orjson.dumps(value)
