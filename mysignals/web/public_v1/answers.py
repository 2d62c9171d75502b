"""What is not a success at /v1: one envelope, and codes that programs decide by (CONTRACT section 2)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import Flask, Response, jsonify, make_response

from mysignals import clock
from mysignals.services.errors import NoExchange
from mysignals.web.rendering import iso_ms


class Code(StrEnum):
    INVALID_SIGNATURE = "INVALID_SIGNATURE"
    INVALID_API_KEY = "INVALID_API_KEY"
    TIMESTAMP_EXPIRED = "TIMESTAMP_EXPIRED"
    IP_NOT_ALLOWED = "IP_NOT_ALLOWED"
    INSUFFICIENT_PERMISSIONS = "INSUFFICIENT_PERMISSIONS"
    SUBSCRIPTION_REQUIRED = "SUBSCRIPTION_REQUIRED"
    RATE_LIMIT_EXCEEDED = "RATE_LIMIT_EXCEEDED"
    INVALID_REQUEST = "INVALID_REQUEST"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    NO_EXCHANGE = "NO_EXCHANGE"
    EXCHANGE_ERROR = "EXCHANGE_ERROR"
    INTERNAL_ERROR = "INTERNAL_ERROR"


STATUSES = dict.fromkeys((Code.INVALID_SIGNATURE, Code.INVALID_API_KEY, Code.TIMESTAMP_EXPIRED), 401)
STATUSES |= dict.fromkeys((Code.IP_NOT_ALLOWED, Code.INSUFFICIENT_PERMISSIONS, Code.SUBSCRIPTION_REQUIRED), 403)
STATUSES |= {Code.RATE_LIMIT_EXCEEDED: 429, Code.NOT_FOUND: 404, Code.CONFLICT: 409}
STATUSES |= dict.fromkeys((Code.INVALID_REQUEST, Code.NO_EXCHANGE), 400)
STATUSES |= dict.fromkeys((Code.EXCHANGE_ERROR, Code.INTERNAL_ERROR), 500)
_TRANSLATED = {
    400: (400, Code.INVALID_REQUEST),
    401: (401, Code.INVALID_API_KEY),
    403: (403, Code.INSUFFICIENT_PERMISSIONS),
    404: (404, Code.NOT_FOUND),
    405: (405, Code.INVALID_REQUEST),
    409: (409, Code.CONFLICT),
    413: (400, Code.INVALID_REQUEST),
    415: (400, Code.INVALID_REQUEST),
    422: (400, Code.INVALID_REQUEST),
    429: (429, Code.RATE_LIMIT_EXCEEDED),
    502: (500, Code.EXCHANGE_ERROR),
    504: (500, Code.EXCHANGE_ERROR),
}
"""Statuses of the session API as they are told here."""


class Refused(Exception):
    """Answered as it is; `more` stands beside the envelope."""

    def __init__(
        self, code: Code, sentence: str, more: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.code, self.more, self.headers = code, more or {}, headers or {}


def bind(app: Flask) -> None:
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NoExchange, lambda no: _refused(Refused(Code.NO_EXCHANGE, str(no))))


def translated(status: int, sentence: str, more: dict[str, Any]) -> Response:
    """A failure that the session API would answer with `status`, in this one's words."""
    told = _TRANSLATED.get(status)
    if told is None:
        told = (500, Code.INTERNAL_ERROR) if status >= 500 else (status, Code.INVALID_REQUEST)
    return make_response(_envelope(told[1], sentence, more), told[0])


def moment() -> str:
    """Now, ISO 8601 in UTC with milliseconds."""
    return iso_ms(clock.now()) or ""


def _refused(no: Refused) -> Response:
    response = make_response(_envelope(no.code, str(no), no.more), STATUSES[no.code])
    response.headers.update(no.headers)
    return response


def _envelope(code: Code, sentence: str, more: dict[str, Any]) -> Response:
    return jsonify({"success": False, "error": sentence, "code": code, "timestamp": moment(), **more})
