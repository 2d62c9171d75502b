"""Redis as Celery's broker. A task is a hint that rows have work, so it may be lost or come twice, and nothing of it is
kept: what a worker dies with is found again by the sweeps, within seconds (docs/decisions/0019).
"""

from __future__ import annotations

import logging
from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection
from kombu.transport import redis, virtual

log = logging.getLogger(__name__)

RECONNECT_EVERY_S = 3
OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    # A broker that says nothing for 1 + 2 * 10 s is connected to anew.
    "health_check_interval": 10,
    # The library would keep what a worker has taken for another one that may ask an hour later; and where the
    # connection is lost meanwhile, telling of it ends the worker.
    "ack_emulation": False,
}


class Taken(virtual.QoS):
    """The tasks a worker has taken and not begun."""

    def restore_unacked(self) -> list[Any]:
        """Give them back where the broker is there. Where it is not, what is left is forgotten."""
        self._flush()
        there = self.channel.connection is not None and self.channel.connection.client is not None
        try:
            for tag in tuple(self._delivered) if there else ():
                self.reject(tag, requeue=True)
        except self.channel.connection_errors as why:
            log.debug("not given back: %s", why)
        self._flush()
        if left := len(self._delivered):
            log.warning("the broker is away: %d tasks not given back, their rows are found again", left)
            self._delivered.clear()
        return []


class Forgetful(redis.Channel):
    """Acknowledging needs no broker, and so never fails."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.QoS = Taken  # type: ignore[assignment]


class Transport(redis.Transport):
    """Redis, with such channels."""

    Channel = Forgetful


class SoonBack(Connection):
    """Asks for a broker that is away every few seconds, for ever; kombu's own pauses grow to half a minute."""

    def get_transport_cls(self) -> type[Transport]:
        return Transport

    def ensure_connection(self, errback: Any = None, max_retries: int | None = None, **options: Any) -> Connection:
        pauses = {"interval_start": 1, "interval_step": 1, "interval_max": RECONNECT_EVERY_S}
        return super().ensure_connection(errback, max_retries, **pauses | options)


class Amqp(AMQP):
    """Celery's messages over such connections."""

    Connection = SoonBack
