"""A record (a flat dataclass) as bytes and back, for the journal."""

from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

import orjson

Record = TypeVar("Record")


def freeze(record: Any) -> bytes:
    return orjson.dumps({name: getattr(record, name) for name, _ in _columns(type(record))}, default=str)


def thaw(kind: type[Record], frozen: bytes) -> Record:
    """Columns that were added since the record was written keep their default."""
    stored = orjson.loads(frozen)
    return kind(**{
        name: Decimal(stored[name]) if money else stored[name] for name, money in _columns(kind) if name in stored
    })


@cache
def _columns(kind: type) -> tuple[tuple[str, bool], ...]:
    return tuple((field.name, field.type is Decimal) for field in fields(kind))
