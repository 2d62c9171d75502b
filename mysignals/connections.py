"""How connections to the database and Redis are opened, and after how long one that does not answer is given up."""

from __future__ import annotations

from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

STATEMENT_S, LOCK_S, IDLE_IN_TRANSACTION_S = 30, 10, 300
"""A statement of a fan-out to ten thousand takes a few seconds. Migrations lift these limits for themselves."""
ANSWER_S = 2


def engine_options() -> dict[str, Any]:
    """Every statement of a connection ends within STATEMENT_S, and a host that is gone is noticed within 25 s."""
    limits = {
        "statement_timeout": STATEMENT_S,
        "lock_timeout": LOCK_S,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_S,
    }
    return {
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 10,
        "pool_timeout": 10,
        # An error's text goes to the log; what people sent does not.
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 25_000,
            "options": " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items()),
        },
    }


GLANCES = "glances"
"""The name of the second set of connections to the same database."""


def glance_options(url: str) -> dict[str, Any]:
    """For single statements that change nothing (services/glances): no transaction, and none is tried before use."""
    plain = {"isolation_level": "AUTOCOMMIT", "pool_pre_ping": False, "pool_reset_on_return": None}
    return {"url": url, **engine_options(), **plain}


def redis_client(url: str, answer_s: float = ANSWER_S) -> Redis:
    """Answers or raises RedisError within 4 * `answer_s`; one that broke since its last use is opened again."""
    client: Redis = Redis.from_url(
        url,
        socket_timeout=answer_s,
        socket_connect_timeout=answer_s,
        socket_keepalive=True,
        # Left alone, the library asks ten times more: with a Redis that hangs, one page would take minutes.
        retry=Retry(NoBackoff(), 1),
    )
    return client
