"""Values as clients see them: exact numbers, RFC 1123 dates, signals."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import orjson
from flask import Response, jsonify
from flask.json.provider import JSONProvider

from mysignals.domain.money import plain
from mysignals.models import Signal, User


class ExactJson(JSONProvider):
    """JSON whose numbers are the very digits of a Decimal: 0.1 is never 0.1000000000000000055."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj, default=_encoded).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)


def _encoded(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(plain(value))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def success(message: str = "success", **fields: Any) -> Response:
    """The envelope of CONTRACT section 1."""
    return jsonify({"message": message, **fields, "status": True})


def http_date(moment: datetime | None) -> str | None:
    """`Mon, 15 Jan 2024 17:46:38 GMT`."""
    return None if moment is None else format_datetime(moment.astimezone(UTC), usegmt=True)


def iso_ms(moment: datetime | None) -> str | None:
    """`2024-01-15T17:46:38.123Z`."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def signal(found: Signal, provider: User) -> dict[str, Any]:
    """A signal whole, as its provider and its buyers see it."""
    return {
        "id": found.id,
        "signal": _order_of(found),
        "short_text": found.short_text,
        "status": found.is_active,
        "is_spot": found.market == "spot",
        "provider": provider.user_name,
        "provider_wallet": provider.wallet,
        "date_created": http_date(found.created_at),
    }


def summary(found: Signal, provider: User, rating: float) -> dict[str, Any]:
    """A signal as those see it who have not bought it: what is for sale stays hidden."""
    return {
        "id": found.id,
        "signal": {"symbol": found.symbol, "side": found.side, "quantity": ""},
        "is_spot": found.market == "spot",
        "short_text": None,
        "provider": provider.user_name,
        "provider_wallet": provider.wallet,
        "provider_rating": rating,
        "date_created": http_date(found.created_at),
    }


def _order_of(found: Signal) -> dict[str, Any]:
    names = ("tp", "tp2", "tp3")
    order = {
        "symbol": found.symbol,
        "side": found.side,
        "type": found.entry_type,
        "quantity": found.quantity,
        "price": found.price,
        "stops": {"sl": found.stop, **dict(zip(names, found.targets, strict=False))},
    }
    return order if found.leverage is None else {**order, "leverage": found.leverage}
