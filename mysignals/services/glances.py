"""One statement outside of any transaction, over connections of its own: for what every request of a program asks.

No connection is tried before it is used, which would cost as much as the statement: one that broke since its last use
is replaced, and the statement, which must change nothing, is sent again. Each connection plans a statement once
(PREPARE): planning took longer than finding the row.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg2.errors import DuplicatePreparedStatement, FeatureNotSupported, InvalidSqlStatementName
from sqlalchemy import Connection, Row, TextClause
from sqlalchemy.exc import DBAPIError

from mysignals.connections import GLANCES
from mysignals.extensions import db

_VALUE = re.compile(r"(?<![:\w]):(\w+)")
_NOT_PREPARED = (InvalidSqlStatementName, FeatureNotSupported)
"""It was prepared on another connection (a pooler changes them), or a column of it is of another type since."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """`names` of the values, in the order of their numbers."""

    prepare: str
    execute: str
    names: tuple[str, ...]


def rows(statement: TextClause, values: Mapping[str, Any]) -> list[Row[Any]]:
    """What it finds. The caller's session is not touched, and no connection is kept."""
    try:
        return _rows(statement, values)
    except DBAPIError as why:
        if not why.connection_invalidated:
            raise
    return _rows(statement, values)


def _rows(statement: TextClause, values: Mapping[str, Any]) -> list[Row[Any]]:
    plan = _plan(statement.text)
    with db.engines[GLANCES].connect() as connection:
        try:
            _prepare(connection, plan)
            return list(connection.exec_driver_sql(plan.execute, tuple(values[name] for name in plan.names)))
        except DBAPIError as why:
            if not isinstance(why.orig, _NOT_PREPARED):
                raise
        return list(connection.execute(statement, values))


def _prepare(connection: Connection, plan: _Plan) -> None:
    known: set[str] = connection.info.setdefault("prepared", set())
    if plan.execute in known:
        return
    try:
        connection.exec_driver_sql(plan.prepare)
    except DBAPIError as why:
        if not isinstance(why.orig, DuplicatePreparedStatement):  # By another of a pooler's clients; names are hashes.
            raise
    known.add(plan.execute)


@cache
def _plan(statement: str) -> _Plan:
    names = tuple(dict.fromkeys(_VALUE.findall(statement)))
    numbered = _VALUE.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
    name = "glance_" + hashlib.sha256(statement.encode()).hexdigest()[:16]
    given = f"({', '.join('%s' for _ in names)})" if names else ""
    return _Plan(f"PREPARE {name} AS {numbered}", f"EXECUTE {name}{given}", names)
