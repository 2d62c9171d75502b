"""/healthz, /readyz and /metrics, for those who run the house."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from mysignals.services import readiness

from . import metrics as measured
from .errors import Failure, answer
from .limits import limiter
from .rendering import success

health = Blueprint("health", __name__)


@health.get("/healthz")
@limiter.exempt
def healthz() -> Response:
    return success("The process is up.")


@health.get("/readyz")
@limiter.exempt
def readyz() -> Response:
    missing = readiness.missing()
    if missing:
        return answer(Failure(503, "Service unavailable", f"Not ready, missing: {', '.join(missing)}."))
    return success("ready")


@health.get("/metrics")
@limiter.exempt
def metrics() -> Response:
    return Response(measured.exposed(), content_type=CONTENT_TYPE_LATEST)
