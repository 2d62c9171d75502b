"""A request of the WebSocket API: read, signed over its sorted parameters, answered in an envelope (EXCHANGES 2.9)."""

import hmac
from typing import Any

import orjson

from simulator.accounts import Member
from simulator.binance.gate import Gate
from simulator.binance.parameters import Parameters
from simulator.binance.refusal import Refusal, missing
from simulator.binance.signature import NOT_VALID, check_time


def read_request(message: str) -> dict[str, Any]:
    try:
        request = orjson.loads(message)
    except orjson.JSONDecodeError as problem:
        raise Refusal(-1135, "Invalid JSON Request") from problem
    if not isinstance(request, dict):
        raise Refusal(-1135, "Invalid JSON Request")
    return request


def read_method(request: dict[str, Any]) -> tuple[str, Parameters]:
    """Without the version that a method may be prefixed with; parameters as text."""
    method, params = request.get("method"), request.get("params")
    if not isinstance(method, str) or not method:
        raise missing("method")
    if params is None:
        params = {}
    if not isinstance(params, dict) or any(isinstance(value, dict | list) for value in params.values()):
        raise missing("params")
    return method.removeprefix("v3/"), {name: _as_text(value) for name, value in params.items()}


def signed_member(gate: Gate, params: Parameters, now_ms: int) -> Member:
    """Who signed: the key is a parameter here, and signed with the others, sorted by name."""
    member = gate.member(params.get("apiKey", "").encode())
    if not member.may_read:
        raise Refusal(-2015, "Invalid API-key, IP, or permissions for action.", 401)
    check_time(params, now_ms)
    if not params.get("signature"):
        raise missing("signature")
    check_ws_signature(member.secret, params)
    return member


def check_ws_signature(secret: bytes, params: Parameters) -> None:
    signed = "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "signature").encode()
    sent = params["signature"].lower().encode()
    if not hmac.compare_digest(hmac.digest(secret, signed, "sha256").hex().encode(), sent):
        raise Refusal(-1022, NOT_VALID)


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
