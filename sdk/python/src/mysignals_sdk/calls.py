"""The requests of /v1, and how their answers are read."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias, cast
from urllib.parse import quote

from . import decoding
from .answers import Account, OrderReceipt, OrderState, Positions, SignalReceipt, SignalState
from .wire import Call, Reader, written

Action: TypeAlias = Literal["open_long", "open_short", "close_long", "close_short", "close_all"]
Side: TypeAlias = Literal["buy", "sell", "long", "short"]
OrderType: TypeAlias = Literal["market", "limit"]
Market: TypeAlias = Literal["spot", "futures"]
Number: TypeAlias = Decimal | int | float | str
"""Decimal and text arrive digit by digit; a float as Python prints it."""
Environment: TypeAlias = Literal["live", "testnet", "paper"]
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def account(environment: Environment | None) -> Call[Account]:
    return Call("GET", "/v1/account", decoding.account, _query(environment))


def positions(environment: Environment | None) -> Call[Positions]:
    return Call("GET", "/v1/positions", decoding.positions, _query(environment))


def signal(fields: Mapping[str, Any], idempotency_key: str | None) -> Call[SignalReceipt]:
    key = _key(idempotency_key)
    return _post("/v1/signal", fields, key, lambda body, reply: decoding.signal_receipt(body, reply, key))


def order(fields: Mapping[str, Any], idempotency_key: str | None) -> Call[OrderReceipt]:
    key = _key(idempotency_key)
    return _post("/v1/orders", fields, key, lambda body, reply: decoding.order_receipt(body, reply, key))


def signal_state(signal_id: str) -> Call[SignalState]:
    return Call("GET", f"/v1/signals/{_id(signal_id, 'signal_id')}", decoding.signal_state)


def order_state(order_id: str) -> Call[OrderState]:
    return Call("GET", f"/v1/orders/{_id(order_id, 'order_id')}", decoding.order_state)


def state(either_id: str) -> Call[SignalState | OrderState]:
    """Of `sig_...` or `ord_...`."""
    found: Any = order_state(either_id) if either_id.startswith("ord_") else signal_state(either_id)
    return cast(Call[SignalState | OrderState], found)


def _post(path: str, fields: Mapping[str, Any], key: str, read: Reader[Any]) -> Call[Any]:
    """The key stands in the query too, because that is signed: the server knows a request by its signature besides, and
    would take two equal orders of one second for one.
    """
    return Call("POST", path, read, {"request": key}, written(fields), key)


def _key(given: str | None) -> str:
    if given is None:
        return uuid.uuid4().hex
    if not _KEY.fullmatch(given):
        raise ValueError("idempotency_key: must be 1 to 255 printable ASCII characters without blanks")
    return given


def _id(given: str, name: str) -> str:
    if not given or given in (".", ".."):
        raise ValueError(f"{name}: must be an id as the server gave it")
    return quote(given, safe="")


def _query(environment: str | None) -> dict[str, str]:
    return {} if environment is None else {"environment": environment}
