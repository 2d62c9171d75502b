"""Values: dataclasses that nobody changes, at the price of plain ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """As `dataclass(frozen=True, slots=True)`, for what is made for every order.

    A frozen one sets its fields through `object.__setattr__`, which makes it three times as dear. Here the type checker
    refuses to change them (`make check`), not the running program; equality and hash are those of a frozen one.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
