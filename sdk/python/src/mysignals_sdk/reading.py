"""Reads fields out of JSON, and says by name which one is missing or of another kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

T = TypeVar("T")


class Unreadable(ValueError):
    """The answer is not what this version knows; the message names the field."""


class Fields:
    """Of one JSON object, whose place in the answer is `place`. A field that may be missing is null then."""

    def __init__(self, given: Any, place: str = "") -> None:
        if not isinstance(given, dict):
            raise Unreadable(f"{place or 'the answer'} is no JSON object")
        self._given: dict[str, Any] = given
        self._place = place

    @property
    def raw(self) -> dict[str, Any]:
        return self._given

    def text(self, name: str) -> str:
        found = self._given.get(name)
        if isinstance(found, str):
            return found
        raise self._is_not(name, "text")

    def flag(self, name: str) -> bool:
        found = self._given.get(name)
        if isinstance(found, bool):
            return found
        raise self._is_not(name, "true or false")

    def whole(self, name: str) -> int:
        found = self._given.get(name)
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        raise self._is_not(name, "a whole number")

    def number(self, name: str) -> Decimal:
        found = self._given.get(name)
        if isinstance(found, int | Decimal) and not isinstance(found, bool):
            return Decimal(found)
        raise self._is_not(name, "a number")

    def moment(self, name: str) -> datetime:
        try:
            # Python 3.10 does not know the Z.
            return datetime.fromisoformat(self.text(name).replace("Z", "+00:00"))
        except ValueError:
            raise self._is_not(name, "a time in ISO 8601") from None

    def maybe(self, read: Callable[[str], T], name: str) -> T | None:
        """`fields.maybe(fields.number, "price")`: None for null, and where it is missing."""
        return None if self._given.get(name) is None else read(name)

    def each(self, name: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        found = self._given.get(name)
        if not isinstance(found, list):
            raise self._is_not(name, "a list")
        return tuple(read(Fields(one, f"{self._named(name)}[{index}]")) for index, one in enumerate(found))

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._given.get(name)
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self._is_not(name, "a list of texts")
        return tuple(found)

    def counts(self, name: str) -> dict[str, int]:
        found = Fields(self._given.get(name), self._named(name))
        return {one: found.whole(one) for one in found.raw}

    def _named(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def _is_not(self, name: str, kind: str) -> Unreadable:
        return Unreadable(f"{self._named(name)} is not {kind}")
