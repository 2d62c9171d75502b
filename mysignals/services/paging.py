"""Lists in pages of 20 (CONTRACT section 1): two statements however long the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select

from mysignals.extensions import db

PER_PAGE = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. `pages` is 0 where there is nothing."""

    items: list[T]
    total: int

    @property
    def pages(self) -> int:
        return -(-self.total // PER_PAGE)


def count(query: Select) -> int:
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def of_values(query: Select, number: int) -> Page:
    """Page `number` of a query for one value a row."""
    return Page(list(db.session.scalars(_cut(query, number))), count(query))


def of_rows(query: Select, number: int) -> Page:
    """Page `number` of a query for several values a row, as tuples."""
    return Page([tuple(row) for row in db.session.execute(_cut(query, number))], count(query))


def of_ids(rows: Select, ids: Select, number: int, *, single: bool = False) -> Page:
    """Page `number` of `ids`, a filtered and ordered query for one table's id, as `rows` shows those ids.

    For long lists: pages are counted off, and all is counted, over an index alone. `rows` has the same order and no
    filter; `single` where it asks for one value a row.
    """
    (key,) = ids.selected_columns
    shown = rows.where(key.in_(_cut(ids, number).correlate(None)))
    found = db.session.scalars(shown) if single else (tuple(row) for row in db.session.execute(shown))
    return Page(list(found), count(ids))


def _cut(query: Select, number: int) -> Select:
    return query.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
