"""Fields as Bitget leaves them empty: absent, null or empty text all say that there is nothing to tell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.exchanges.reading import Unreadable, identifier, items, mapping, number, text

ZERO = Decimal(0)
LISTS = ("entrustedList", "orderList", "list")
"""What a list is called where it comes wrapped; null where it is empty."""


def rows(data: Any) -> list[dict[str, Any]]:
    """The rows of a list, wrapped or not. Raises Unreadable where there is none."""
    if isinstance(data, dict):
        names = [name for name in LISTS if name in data]
        if not names:
            raise Unreadable("no list in the answer")
        data = [] if data[names[0]] is None else data[names[0]]
    return [mapping(row) for row in items(data)]


def number_or_zero(source: dict[str, Any], key: str) -> Decimal:
    return ZERO if source.get(key) in (None, "") else number(source, key)


def text_or_empty(source: dict[str, Any], key: str) -> str:
    return "" if source.get(key) in (None, "") else text(source, key)


def identifier_or_empty(source: dict[str, Any], key: str) -> str:
    return "" if source.get(key) in (None, "") else identifier(source, key)
