"""Messages that come again: what a broker does that was killed between handing over and being told."""

from __future__ import annotations

from contextlib import closing

import psycopg2
from celery import Celery
from kombu.exceptions import OperationalError

from tests.chaos.log import Log

_NEWEST = """
    SELECT d.id FROM deliveries d WHERE d.signal_id = (SELECT max(id) FROM signals) ORDER BY d.exchange, d.id
"""
_SENT = """
    SELECT id FROM (SELECT id, exchange FROM deliveries WHERE claimed_at IS NOT NULL ORDER BY claimed_at DESC LIMIT %s)
    AS sent ORDER BY exchange, id
"""
_BATCH, _LATELY, _ALL = 10, 40, 400


class Repeater:
    """Either side of it may be away: then nothing is repeated."""

    def __init__(self, dsn: str, broker_url: str, log: Log) -> None:
        self._dsn, self._log = dsn, log
        self._celery = Celery(broker=broker_url, set_as_current=False)
        self._celery.conf.broker_transport_options = {"socket_timeout": 1, "socket_connect_timeout": 1}

    def again(self) -> None:
        """Every delivery of the newest signal is handed to the workers once more, whatever has become of it."""
        self._hand_over(_NEWEST)

    def sent_again(self) -> None:
        """Those that workers took last, of whatever signal: the newest one may not have reached anybody yet."""
        self._hand_over(_SENT, _LATELY)

    def all_again(self) -> None:
        """What a broker holds for workers that died comes back when all are up."""
        self._hand_over(_SENT, _ALL)

    def _hand_over(self, statement: str, *values: int) -> None:
        try:
            ids = self._ids(statement, values)
            for first in range(0, len(ids), _BATCH):
                self._celery.send_task(
                    "fan_out.deliver", [ids[first : first + _BATCH]], queue="fan_out", retry=False, ignore_result=True
                )
            self._log.note("repeat", f"{len(ids)} deliveries")
        except (psycopg2.OperationalError, OperationalError) as error:
            self._log.note("repeat", f"failed {type(error).__name__}")

    def close(self) -> None:
        self._celery.close()

    def _ids(self, statement: str, values: tuple[int, ...]) -> list[int]:
        with closing(psycopg2.connect(self._dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return [row[0] for row in cursor.fetchall()]
