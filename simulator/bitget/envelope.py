"""The envelope around every Bitget answer: code, msg, requestTime, data (EXCHANGES 5.7)."""

from decimal import Decimal
from typing import Any

import orjson

from simulator.bitget.refusal import Refusal
from simulator.wire.exchanged import Reply

JSON = b"application/json;charset=UTF-8"


def success(data: Any, now_ms: int, headers: bytes = b"") -> Reply:
    body = b'{"code":"00000","msg":"success","requestTime":%d,"data":%b}'
    return Reply(200, body % (now_ms, orjson.dumps(data, default=plain)), headers, content_type=JSON)


def refused(refusal: Refusal, now_ms: int, headers: bytes = b"") -> Reply:
    refusal.forget_frames()
    return failure(refusal.status, refusal.code, refusal.message, now_ms, headers + refusal.headers)


def failure(status: int, code: str, message: str, now_ms: int, headers: bytes = b"") -> Reply:
    body = orjson.dumps({"code": code, "msg": message, "requestTime": now_ms, "data": None})
    return Reply(status, body, headers, code, JSON)


def plain(value: Decimal) -> str:
    """Numbers are text in plain notation, never 1e-05, and without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text
