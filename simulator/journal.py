"""The books on disk: one SQLite row a record, written before the answer that reports it leaves.

Guarantee: every change made in one turn of the event loop is committed in one transaction, and only then
are the answers of that turn written to their sockets. So an acknowledged order survives SIGKILL of this
process. A power cut may lose the last moments (WAL with synchronous=NORMAL). A state file has one process.

Records are read in the order in which each was first written, so that lists are as before a restart.
"""

import sqlite3
from operator import attrgetter
from typing import Any

from simulator.records import Record, freeze, thaw


class Journal:
    """Collects changed records by kind and key; `commit` writes each once, however often it changed."""

    def __init__(self, path: str) -> None:
        self._changed: dict[tuple[str, str], Any] = {}
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS records"
            " (place INTEGER PRIMARY KEY, kind TEXT, key TEXT, body BLOB, UNIQUE (kind, key))"
        )

    def note(self, kind: str, key: str, record: Any) -> None:
        self._changed[kind, key] = record

    def commit(self) -> None:
        if not self._changed:
            return
        rows = [(kind, key, freeze(record)) for (kind, key), record in self._changed.items()]
        self._file.execute("BEGIN")
        self._file.executemany(
            "INSERT INTO records (kind, key, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            rows,
        )
        self._file.execute("COMMIT")
        self._changed.clear()

    def read(self, kind: str, record: type[Record], by: str = "") -> list[Record]:
        """In the order in which they were first written, or by their number, which is the attribute `by`."""
        rows = self._file.execute("SELECT body FROM records WHERE kind = ? ORDER BY place", (kind,))
        records = [thaw(record, body) for (body,) in rows]
        return sorted(records, key=attrgetter(by)) if by else records

    def erase(self) -> None:
        self._changed.clear()
        self._file.execute("DELETE FROM records")

    def close(self) -> None:
        self.commit()
        self._file.close()


class NoJournal:
    """`--memory`: nothing is kept."""

    def note(self, kind: str, key: str, record: Any) -> None: ...

    def commit(self) -> None: ...

    def read(self, kind: str, record: type[Record], by: str = "") -> list[Record]:
        return []

    def erase(self) -> None: ...

    def close(self) -> None: ...
