"""Columns of many rows as PostgreSQL writes arrays: one text each.

A list would be quoted value by value here, and read as an expression a value there: five times as dear for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

Values = Sequence[str | None] | Sequence[int | None] | Sequence[Decimal | None]
Columns = Mapping[str, Values]


def literals(columns: Columns) -> dict[str, str]:
    """For `CAST(:name AS type[])`; the statement names the type."""
    return {name: _literal(values) for name, values in columns.items()}


def _literal(values: Values) -> str:
    return "{" + ",".join(["NULL" if one is None else _element(one) for one in values]) + "}"


def _element(value: str | int | Decimal) -> str:
    if not isinstance(value, str):
        return str(value)
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
