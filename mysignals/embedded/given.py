"""Databases and brokers that somebody else runs: are they there, and if not, why."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg2

from mysignals.embedded.errors import StartError


def check_database(url: str) -> None:
    """Connect once; raises StartError naming DATABASE_URL, the reason and the cure. Never shows the URL."""
    try:
        psycopg2.connect(for_psycopg(url), connect_timeout=5).close()
    except psycopg2.OperationalError as error:
        reason, cure = _why(str(error))
        raise StartError(f"DATABASE_URL: {reason}; {cure}") from error
    except psycopg2.ProgrammingError as error:
        raise StartError(
            "DATABASE_URL is not an address; set it like postgresql://user:password@host/database"
        ) from error


def check_redis(url: str) -> None:
    """Ping once; raises StartError naming REDIS_URL, the reason and the cure."""
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5, retry=None) as client:
            client.ping()
    except redis.AuthenticationError as error:
        raise StartError("REDIS_URL: the password is wrong; correct REDIS_URL") from error
    except redis.RedisError as error:
        raise StartError(f"REDIS_URL: {_place(url)} does not answer; start Redis there or correct REDIS_URL") from error
    except ValueError as error:
        raise StartError("REDIS_URL is not an address; set it like redis://host:6379/0") from error


def for_sqlalchemy(url: str) -> str:
    """Name the driver we install: SQLAlchemy takes another one for a bare `postgresql:`."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg2{separator}{rest}" if scheme in ("postgresql", "postgres") else url


def for_psycopg(url: str) -> str:
    """The same address without SQLAlchemy's name of a driver."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}{separator}{rest}"


def _why(text: str) -> tuple[str, str]:
    for sign, reason, cure in _REASONS:
        if sign in text:
            return reason, cure
    return " ".join(text.split()), "correct DATABASE_URL"


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 6379}"


_REASONS = (
    ("password authentication failed", "the user or password is wrong", "correct DATABASE_URL"),
    (
        "no password supplied",
        "the server wants a password",
        "add it to DATABASE_URL: postgresql://user:password@host/database",
    ),
    (
        "does not exist",
        "there is no such database or user",
        "create it (`createdb`, `createuser`) or correct DATABASE_URL",
    ),
    ("could not translate host name", "there is no host of that name", "correct DATABASE_URL"),
    ("Connection refused", "nobody listens at that host and port", "start PostgreSQL there or correct DATABASE_URL"),
    ("No such file or directory", "nobody listens at that socket", "start PostgreSQL there or correct DATABASE_URL"),
    ("timeout expired", "the host does not answer", "see to the network or correct DATABASE_URL"),
)
