"""/deliveries: what was sent for me, and what became of it (CONTRACT section 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from mysignals import clock
from mysignals.domain.lifecycle import State
from mysignals.models import Delivery, ExchangeAccount, Order, Signal
from mysignals.services import deliveries as service

from . import parsing
from .guards import active, member
from .rendering import http_date, iso_ms, success

deliveries = Blueprint("deliveries", __name__, url_prefix="/deliveries")


@deliveries.get("")
@active
def listed() -> Response:
    state = parsing.query_choice("state", [state.value for state in State])
    found = service.listed(member(), parsing.page(), parsing.query_id("signal_id"), state)
    return success(deliveries=[_delivery(*row) for row in found.items], total=found.total, pages=found.pages)


@deliveries.get("/<id:delivery_id>")
@active
def one(delivery_id: int) -> Response:
    row, orders = service.one(member(), delivery_id)
    return success(delivery={**_delivery(*row), "orders": [_order(order) for order in orders]})


def _delivery(delivery: Delivery, signal: Signal, account: ExchangeAccount, provider: str) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "signal_id": signal.id,
        "provider": provider,
        "symbol": signal.symbol,
        "side": signal.side,
        "is_spot": signal.market == "spot",
        "account_id": account.id,
        "exchange": account.exchange,
        "environment": account.environment,
        "state": delivery.state,
        "reason": delivery.reason,
        "raw_code": delivery.raw_code,
        "message": delivery.message,
        "client_id": delivery.client_id,
        "times": _times(delivery),
        "latency_ms": _milliseconds(signal.created_at, delivery.acknowledged_at),
        "unprotected_seconds": service.unprotected_seconds(delivery, clock.now()),
        "date_created": http_date(delivery.created_at),
    }


def _times(delivery: Delivery) -> dict[str, str | None]:
    return {
        "queued": iso_ms(delivery.created_at),
        "claimed": iso_ms(delivery.claimed_at),
        "sent": iso_ms(delivery.sent_at),
        "acknowledged": iso_ms(delivery.acknowledged_at),
    }


def _milliseconds(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else round((end - start).total_seconds() * 1000)


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "leg": order.leg,
        "client_order_id": order.client_order_id,
        "exchange_order_id": order.exchange_order_id,
        "side": order.side,
        "type": order.type,
        "quantity": order.quantity,
        "price": order.price,
        "trigger_price": order.trigger_price,
        "state": order.state,
        "filled_quantity": order.filled_quantity,
        "average_price": order.average_price,
        "reason": order.reason,
        "raw_code": order.raw_code,
        "date_created": http_date(order.created_at),
    }
