"""Parameters of a query or of a JSON body, and the texts, numbers and choices in them."""

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote_plus

import orjson

from simulator.bitget.refusal import Refusal, empty, wrong

ZERO = Decimal(0)
CLIENT_ID_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:#-+ ")
LONGEST_CLIENT_ID = 50

Parameters = dict[str, Any]


def read_query(query: bytes) -> Parameters:
    if not query:
        return {}
    pairs = (piece.partition("=") for piece in query.decode("latin-1").split("&"))
    return {unquote_plus(name): unquote_plus(value) for name, _, value in pairs}


def read_body(body: bytes) -> Parameters:
    try:
        params = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        params = None
    if not isinstance(params, dict):
        raise Refusal("40017", "Parameter verification failed")
    return params


def optional(params: Parameters, name: str) -> str:
    """As text; empty where it was not sent."""
    value = params.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def text(params: Parameters, name: str) -> str:
    value = optional(params, name)
    if not value:
        raise empty(name)
    return value


def choice(params: Parameters, name: str, allowed: Collection[str], default: str | None = None) -> str:
    """In lower case: capitals are accepted, as the real one does."""
    value = (optional(params, name) or default or "").lower()
    if not value:
        raise empty(name)
    if value not in allowed:
        raise wrong(name)
    return value


def number(params: Parameters, name: str) -> Decimal:
    """Above zero. Text must be in plain notation; a JSON number may have an exponent."""
    value = params.get(name)
    if value is None or value == "":
        raise empty(name)
    found = as_number(value, name)
    if found <= 0:
        raise wrong(name)
    return found


def number_or_zero(params: Parameters, name: str) -> Decimal:
    value = params.get(name)
    return ZERO if value is None or value == "" else as_number(value, name)


def as_number(value: Any, name: str) -> Decimal:
    if isinstance(value, str):
        whole, dot, fraction = value.partition(".")
        plain = whole.isdecimal() and value.isascii() and len(value) <= 40
        if plain and (not dot or fraction.isdecimal()):
            return Decimal(value)
        raise wrong(name)
    try:
        found = Decimal(str(value))
    except InvalidOperation as problem:
        raise wrong(name) from problem
    if isinstance(value, bool) or not found.is_finite():
        raise wrong(name)
    return found


def whole_number(params: Parameters, name: str, default: int) -> int:
    value = optional(params, name)
    if not value:
        return default
    if not (value.isascii() and value.isdecimal()) or len(value) > 19:
        raise wrong(name)
    return int(value)


def client_id(params: Parameters, name: str = "clientOid") -> str:
    """Empty where none was sent. The venue's own statements disagree; this takes the widest (EXCHANGES 5.4)."""
    value = optional(params, name)
    if len(value) > LONGEST_CLIENT_ID:
        raise Refusal("40304", f"{name} length is not greater than {LONGEST_CLIENT_ID}")
    if value and not (value.isascii() and CLIENT_ID_LETTERS.issuperset(value.encode())):
        raise Refusal("40305", f"{name} cannot be Martian characters")
    return value


def listed(params: Parameters, name: str) -> list[Parameters]:
    """A list of objects; empty where it was not sent."""
    value = params.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise wrong(name)
    return value


def places(value: Decimal) -> int:
    """Decimals as sent, without trailing zeros."""
    return max(0, -int(value.normalize().as_tuple().exponent))
