"""A record (a flat dataclass) as bytes and back, for the journal."""

from dataclasses import fields
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

import orjson

Record = TypeVar("Record")


def freeze(record: Any) -> bytes:
    cls: Any = type(record)
    return orjson.dumps({name: getattr(record, name) for name, _ in _columns(cls)}, default=str)


def thaw(kind: type[Record], frozen: bytes) -> Record:
    """Columns that were added since the record was written keep their default."""
    stored, cls = orjson.loads(frozen), cast(Any, kind)
    return kind(
        **{name: Decimal(stored[name]) if money else stored[name] for name, money in _columns(cls) if name in stored}
    )


@cache
def _columns(kind: Any) -> tuple[tuple[str, bool], ...]:
    return tuple((field.name, field.type is Decimal) for field in fields(kind))
