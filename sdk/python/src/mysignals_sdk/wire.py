"""What goes out and comes in, and how JSON is written and read: numbers by their digits, never as floats."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeAlias, TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Reply:
    """`headers` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Reader: TypeAlias = Callable[[Any, Reply], Answer]


@dataclass(frozen=True)
class NoReply:
    """Nobody knows what became of it where `was_sent`; otherwise it has not left this machine."""

    reason: str
    was_sent: bool


@dataclass(frozen=True)
class Call(Generic[Answer]):
    """A request before it is signed, and how its answer is read. `body` is sent as it is here, in every attempt."""

    method: str
    path: str
    read: Reader[Answer]
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    idempotency_key: str | None = None


def written(fields: Mapping[str, Any]) -> bytes:
    """JSON without what is None. Decimals go as text, which the server takes as well as numbers; raises ValueError
    that names the field for what is no finite number.
    """
    return json.dumps({name: _plain(name, value) for name, value in fields.items() if value is not None}).encode()


def parsed(body: bytes) -> Any:
    """JSON with its fractions as Decimal; raises ValueError."""
    return json.loads(body, parse_float=Decimal, parse_constant=_no_number)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{name}: must be a finite number")
        return format(value, "f")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{name}: must be a finite number")
    return value


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")
