"""/drifts: what exchanges have and our books do not explain, and what its owner decides about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.models import Drift, ExchangeAccount
from mysignals.services import drift as service

from . import parsing
from .guards import active, member
from .rendering import http_date, success

drifts = Blueprint("drifts", __name__)


@drifts.get("/drifts")
@active
def listed() -> Response:
    found = service.listed(member(), parsing.page())
    return success(drifts=[_drift(*row) for row in found.items], total=found.total, pages=found.pages)


@drifts.post("/drifts/<id:drift_id>/approve")
@active
def approve(drift_id: int) -> Response:
    return success(drift=_drift(*service.approve(member(), drift_id)))


@drifts.post("/drifts/<id:drift_id>/dismiss")
@active
def dismiss(drift_id: int) -> Response:
    return success(drift=_drift(*service.dismiss(member(), drift_id)))


@drifts.post("/accounts/<id:account_id>/audit")
@active
def audit(account_id: int) -> Response:
    last = service.ask_for_audit(member(), account_id)
    return success(account_id=account_id, audited_on=http_date(last.done_at) if last is not None else None)


def _drift(drift: Drift, account: ExchangeAccount) -> dict[str, Any]:
    return {
        "id": drift.id,
        "account_id": account.id,
        "exchange": account.exchange,
        "environment": account.environment,
        "kind": drift.kind,
        "is_spot": drift.market == "spot",
        "symbol": drift.symbol,
        "side": drift.side,
        "expected": drift.expected,
        "actual": drift.actual,
        "difference": drift.difference,
        "cause": drift.cause,
        "repair": drift.repair,
        "state": drift.state,
        "message": drift.message,
        "client_order_id": drift.client_order_id,
        "exchange_order_id": drift.exchange_order_id,
        "date_created": http_date(drift.first_seen_at),
        "seen_on": http_date(drift.seen_at),
        "decided_on": http_date(drift.decided_at),
        "ended_on": http_date(drift.ended_at),
    }
