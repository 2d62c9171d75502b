"""Reads control bodies: what is wrong becomes a 400 with {"error"}."""

from decimal import Decimal, InvalidOperation
from typing import Any

import orjson


class Mistake(Exception):
    """The caller's; its text is the answer."""


def read_json(body: bytes) -> Any:
    try:
        return orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as problem:
        raise Mistake(f"the body is not JSON: {problem}") from problem


def as_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Mistake("the body must be a JSON object")
    return value


def as_text(values: dict[str, Any], name: str, default: str | None = None) -> str:
    value = values.get(name, default)
    if not isinstance(value, str) or (not value and default is None):
        raise Mistake(f"{name} must be text")
    return value


def as_int(values: dict[str, Any], name: str) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Mistake(f"{name} must be a whole number")
    return value


def as_flag(values: dict[str, Any], name: str) -> bool | None:
    value = values.get(name)
    if value is not None and not isinstance(value, bool):
        raise Mistake(f"{name} must be true or false")
    return value


def as_decimal(value: Any, name: str) -> Decimal:
    """Text or a JSON number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation as problem:
        raise Mistake(f"{name} must be a number") from problem
    if not number.is_finite():
        raise Mistake(f"{name} must be a number")
    return number
