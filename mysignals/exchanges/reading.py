"""Validated reading of an answer: what is not as documented raises Unreadable and nothing else."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

LONGEST_NUMBER = 48
LARGEST_EXPONENT = 30
LATEST_MS = 10**13
"""The year 2286: what is later is no time in milliseconds."""
LONGEST_ID = 64
LONGEST_MESSAGE = 300
NO_NUMBER = Decimal("NaN")


class Unreadable(Exception):
    """The answer is not what the documentation says. Becomes Unknown before it leaves the dialect."""


def document(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable("not JSON") from None


def mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise Unreadable("not an object")


def items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise Unreadable("not a list")


def text(source: dict[str, Any], key: str) -> str:
    value = source.get(key)
    if isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable():
        return value
    raise Unreadable(f"no text in {key}")


def identifier(source: dict[str, Any], key: str) -> str:
    """Some exchanges number their orders, others give them text."""
    value = source.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text(source, key)


def number(source: dict[str, Any], key: str) -> Decimal:
    """A finite number, as text or as JSON number. An absurd exponent would cost memory when written out."""
    value = source.get(key)
    digits = value if isinstance(value, str) else _written(value, key)
    try:
        found = Decimal(digits) if len(digits) <= LONGEST_NUMBER else NO_NUMBER
    except InvalidOperation:
        found = NO_NUMBER
    if found.is_finite() and -LARGEST_EXPONENT <= found.adjusted() <= LARGEST_EXPONENT:
        return found
    raise Unreadable(f"no number in {key}")


def _written(value: Any, key: str) -> str:
    """A JSON number in digits; a `true` is a number to Python alone."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unreadable(f"no number in {key}")


def number_or_zero(source: dict[str, Any], key: str) -> Decimal:
    """0 where the answer does not hold the key at all."""
    return number(source, key) if key in source else Decimal(0)


def whole(source: dict[str, Any], key: str) -> int:
    found = number(source, key)
    if found != found.to_integral_value():
        raise Unreadable(f"not a whole number in {key}")
    return int(found)


def moment(source: dict[str, Any], key: str, per_ms: int = 1) -> int:
    """A time as Unix ms, `per_ms` of the exchange's units each; 0 where it is not told, or is none."""
    value = source.get(key)
    return value // per_ms if type(value) is int and 0 < value < LATEST_MS * per_ms else 0


def flag(source: dict[str, Any], key: str) -> bool:
    value = source.get(key)
    if isinstance(value, bool):
        return value
    raise Unreadable(f"neither true nor false in {key}")


def printable(message: str) -> str:
    """An exchange's own words, fit for a database and a page."""
    cut = message[:LONGEST_MESSAGE]
    return cut if cut.isprintable() else "".join(c for c in cut if c.isprintable())
