"""One statement outside of any transaction, over connections of its own: for what every request of a program asks.

No connection is tried before it is used, which would cost as much as the statement: one that broke since its last use
is replaced, and the statement, which must change nothing, is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, TextClause
from sqlalchemy.exc import DBAPIError

from mysignals.connections import GLANCES
from mysignals.extensions import db


def rows(statement: TextClause, values: Mapping[str, Any]) -> list[Row[Any]]:
    """What it finds. The caller's session is not touched, and no connection is kept."""
    try:
        return _rows(statement, values)
    except DBAPIError as why:
        if not why.connection_invalidated:
            raise
    return _rows(statement, values)


def _rows(statement: TextClause, values: Mapping[str, Any]) -> list[Row[Any]]:
    with db.engines[GLANCES].connect() as connection:
        return list(connection.execute(statement, values))
