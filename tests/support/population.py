"""Thousands of followers at once, by SQL and the simulator's list form: for benchmarks and tests of reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import psycopg2
import requests
from psycopg2 import extensions

from mysignals import vault
from mysignals.services import passwords

PASSWORD = "a population's password"
"""Of the provider and of every follower."""
LEVERAGE = 20
"""What an account of the simulator begins with, and so what our rows say is known."""
_AT_ONCE = 500
_WALLET = "0x" + "1" * 40
_USERS = """
    INSERT INTO users (user_name, email, password_hash, role, is_activated, wallet, referral_code, plan, plan_until)
    SELECT %(name)s || n, %(name)s || n || '@example.com', %(password_hash)s, %(role)s, true, %(wallet)s,
           lpad(to_hex(n), 8, '0'), 'pro', now() + interval '30 days'
    FROM generate_series(%(first)s, %(last)s) AS n
    RETURNING id
"""
_ACCOUNTS = """
    INSERT INTO exchange_accounts (user_id, exchange, environment, api_version, sealed_credentials, key_hint, status,
                                   position_mode)
    SELECT u, %(exchange)s, 'paper', %(version)s, s, h, 'ready', %(mode)s
    FROM unnest(%(users)s::bigint[], %(sealed)s::bytea[], %(hints)s::text[]) AS v (u, s, h)
    RETURNING id
"""
_FOLLOWINGS = """
    INSERT INTO followings (user_id, provider_id, account_id, sizing_mode, sizing_value, max_open)
    SELECT u, %(provider)s, a, %(mode)s, %(value)s, 1000
    FROM unnest(%(users)s::bigint[], %(accounts)s::bigint[]) AS v (u, a)
"""
_SETTINGS = """
    INSERT INTO account_symbol_settings (account_id, symbol, leverage, margin_mode)
    SELECT a, %(symbol)s, %(leverage)s, 'cross' FROM unnest(%(accounts)s::bigint[]) AS a
"""


@dataclass(frozen=True, slots=True)
class At:
    """Where a population trades. `venue` is the simulator's name of it; empty for Binance's by the market."""

    exchange: str = "binance"
    venue: str = ""
    version: str = ""
    position_mode: str | None = "one_way"
    balances: tuple[tuple[str, str], ...] = (("USDT", "100000"),)


BINANCE = At()


class Simulator(Protocol):
    """What is needed of a running simulator: its address and its control token."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class Population:
    """One provider and those who copy it; the three sequences go together, position by position."""

    provider_id: int
    provider_name: str
    user_ids: Sequence[int]
    account_ids: Sequence[int]
    api_keys: Sequence[str]
    symbol: str


def populate(
    database_url: str,
    simulator: Simulator | tuple[str, str],
    *,
    followers: int,
    market: str = "futures",
    vault_public_key: str,
    symbol: str = "BTCUSDT",
    sizing: tuple[str, str] = ("quote", "50"),
    at: At = BINANCE,
) -> Population:
    """A provider and `followers` people who copy it on paper accounts of their own, all known and ready.

    `simulator` may be a pair of its address and control token. May be called again on the same database.
    """
    url, token = simulator if isinstance(simulator, tuple) else (simulator.url, simulator.token)
    venue = at.venue or ("binance" if market == "spot" else "binance-futures")
    keys = list(_accounts_at(url, token, followers, venue, at))
    with closing(psycopg2.connect(database_url.replace("+psycopg2", ""))) as connection:
        return _insert(connection, keys, vault_public_key, symbol, sizing, at)


def _accounts_at(url: str, token: str, many: int, venue: str, at: At) -> Iterator[dict[str, str]]:
    wanted = {"venue": venue, "balances": dict(at.balances), "position_mode": at.position_mode or "one_way"}
    with requests.Session() as session:
        session.trust_env = False
        for first in range(0, many, _AT_ONCE):
            answer = session.post(
                f"{url}/_control/accounts",
                json=[wanted] * min(_AT_ONCE, many - first),
                headers={"X-Control-Token": token},
                timeout=60,
            )
            answer.raise_for_status()
            yield from answer.json()


def _insert(
    connection: extensions.connection,
    keys: list[dict[str, str]],
    public_key: str,
    symbol: str,
    sizing: tuple[str, str],
    at: At,
) -> Population:
    opened = [[key["api_key"], key["secret"], key.get("passphrase") or ""] for key in keys]
    sealed = [vault.seal(orjson.dumps(key), public_key) for key in opened]
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM users")
        first = _one(cursor)
        (provider,) = _people(cursor, "provider_", "Provider", first, 1)
        users = _people(cursor, "follower_", "User", first + 1, len(keys))
        hints = [key["api_key"][-4:] for key in keys]
        kind = {"exchange": at.exchange, "version": at.version, "mode": at.position_mode}
        accounts = _rows(cursor, _ACCOUNTS, users=users, sealed=sealed, hints=hints, **kind)
        rest = {"provider": provider, "mode": sizing[0], "value": sizing[1], "symbol": symbol, "leverage": LEVERAGE}
        cursor.execute(_FOLLOWINGS, rest | {"users": users, "accounts": accounts})
        if at == BINANCE:
            cursor.execute(_SETTINGS, rest | {"accounts": accounts})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.commit()
    return Population(provider, f"provider_{first}", users, accounts, [key["api_key"] for key in keys], symbol)


def _people(cursor: extensions.cursor, name: str, role: str, first: int, many: int) -> list[int]:
    values = {
        "name": name,
        "role": role,
        "first": first,
        "last": first + many - 1,
        "wallet": _WALLET,
        # One hash for all: argon2 is slow on purpose.
        "password_hash": passwords.hashed(PASSWORD),
    }
    return _rows(cursor, _USERS, **values)


def _rows(cursor: extensions.cursor, statement: str, **values: Any) -> list[int]:
    cursor.execute(statement, values)
    return sorted(row[0] for row in cursor.fetchall())


def _one(cursor: extensions.cursor) -> int:
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])
