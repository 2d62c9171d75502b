"""SQL statements of the worker, counted by PostgreSQL itself: its log, while one signal goes out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2


class Count:
    """Statements that the fan-out sent while it was counted."""

    value = 0


@contextmanager
def counted_statements(database_url: str, log: Path) -> Iterator[Count]:
    """Neither transaction brackets are counted, nor what the benchmark, the web and the clock ask."""
    count = Count()
    _set(database_url, "ALTER SYSTEM SET log_statement = 'all'")
    begin = log.stat().st_size
    yield count
    _set(database_url, "ALTER SYSTEM RESET log_statement")
    with log.open("rb") as lines:
        lines.seek(begin)
        text = lines.read().decode()
    count.value = sum(map(_is_ours, _statements(text)))


def _set(database_url: str, statement: str) -> None:
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        cursor.execute("SELECT pg_reload_conf()")


def _statements(text: str) -> list[str]:
    return [part.strip() for part in text.split("statement:")[1:]]


MARKS = (
    "claimed AS",
    "unnest(CAST(",
    "FROM signals",
    "FROM symbol_rules",
    "FROM deliveries \nWHERE deliveries.signal_id",
    "FOR NO KEY UPDATE",
    "DELETE FROM account_symbol_settings",
)


def _is_ours(statement: str) -> bool:
    return not statement.startswith(("SELECT 1 FROM deliveries", "BEGIN", "COMMIT", "ROLLBACK")) and any(
        mark in statement for mark in MARKS
    )
