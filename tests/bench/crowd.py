"""A platform that has been used for years: 100,000 users, signals and notifications, by SQL."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import psycopg2

from mysignals.services import passwords

PASSWORD = "a member's password"
MANY = 100_000
PROVIDERS = 2000
FOLLOWED_EACH = 100
READER, PROVIDER, REGISTRAR = "crowd_reader", "crowd_provider", "crowd_registrar"

_USERS = """
    INSERT INTO users (user_name, email, password_hash, role, is_activated, wallet, referral_code, plan, plan_until,
                       rating_sum, rating_count)
    SELECT 'crowd' || n, 'crowd' || n || '@example.com', '-',
           CASE WHEN n <= %(providers)s THEN 'Provider' ELSE 'User' END, true, '0x' || repeat('1', 40),
           'c' || lpad(to_hex(n), 7, '0'), 'pro', now() + interval '30 days',
           CASE WHEN n <= %(providers)s THEN 400 + n %% 100 ELSE 0 END, CASE WHEN n <= %(providers)s THEN 100 ELSE 0 END
    FROM generate_series(1, %(many)s) AS n
    UNION ALL
    SELECT name, name || '@example.com', %(password_hash)s, role, true, '0x' || repeat('2', 40), code, 'pro',
           now() + interval '30 days', 0, 0
    FROM (VALUES (%(reader)s, 'User', 'dddddddd'), (%(provider)s, 'Provider', 'eeeeeeee'),
                 (%(registrar)s, 'Registrar', 'ffffffff')) AS v (name, role, code)
"""
_SIGNALS = """
    INSERT INTO signals (provider_id, market, symbol, side, quantity, price, stop, target1, short_text, created_at)
    SELECT p.id, 'spot', 'BTCUSDT', 'BUY', 0.01, 50000, 49000, 51000, 'a hint', now() - n * interval '1 second'
    FROM generate_series(1, %(many)s) AS n JOIN LATERAL (SELECT id FROM users WHERE user_name =
         CASE WHEN n %% 2 = 0 THEN %(provider)s ELSE 'crowd' || (1 + n %% %(providers)s) END) AS p ON true
"""
_BOUGHT = """
    INSERT INTO purchases (user_id, signal_id, state, chain_id, tx_hash, log_index, block_number, block_hash, amount,
                           payer, bought_at, final_at)
    SELECT (SELECT id FROM users WHERE user_name = %(reader)s), s.id, 'bought', 1, '0x' || lpad(to_hex(s.id), 64, '0'),
           0, 1, '0x' || repeat('3', 64), 1, '0x' || repeat('1', 40), now(), now()
    FROM signals s WHERE s.id %% 10 = 0
"""
_NOTIFICATIONS = """
    INSERT INTO notifications (user_id, kind, message, is_read)
    SELECT (SELECT id FROM users WHERE user_name = %(reader)s), 'test', 'A message of a common length, number ' || n,
           true
    FROM generate_series(1, %(many)s) AS n
"""
_FOLLOWINGS = """
    WITH pairs AS (
        SELECT f.id AS user_id, p.id AS provider_id, row_number() OVER (PARTITION BY p.id ORDER BY f.id) AS n
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM users WHERE role = 'Provider') p
        JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM users WHERE role = 'User') f
          ON f.n %% (%(many)s / %(each)s) = p.n %% (%(many)s / %(each)s)
    ), accounts AS (
        INSERT INTO exchange_accounts (user_id, exchange, environment, label, sealed_credentials, key_hint, status)
        SELECT DISTINCT user_id, 'binance', 'paper', 'crowd', '-'::bytea, '', 'ready' FROM pairs RETURNING id, user_id
    )
    INSERT INTO followings (user_id, provider_id, account_id, sizing_mode, sizing_value)
    SELECT pairs.user_id, pairs.provider_id, accounts.id, 'quote', 50 FROM pairs JOIN accounts USING (user_id)
"""
_READERS_ACCOUNT = """
    INSERT INTO exchange_accounts (user_id, exchange, environment, label, sealed_credentials, key_hint, status)
    SELECT id, 'binance', 'paper', 'own', '-'::bytea, '', 'ready' FROM users WHERE user_name = %(reader)s
"""
_READERS_DELIVERIES = """
    INSERT INTO deliveries (signal_id, account_id, user_id, exchange, state)
    SELECT s.id, a.id, a.user_id, 'binance', 'closed'
    FROM signals s CROSS JOIN (
        SELECT x.id, x.user_id FROM exchange_accounts x JOIN users u ON u.id = x.user_id
        WHERE u.user_name = %(reader)s AND x.label = 'own'
    ) AS a
"""


@dataclass(frozen=True)
class Crowd:
    """The three who read: their user names; all have PASSWORD."""

    reader: str = READER
    provider: str = PROVIDER
    registrar: str = REGISTRAR


def gather(dsn: str) -> Crowd:
    """Fill an installation; its statistics are up to date afterwards, as autovacuum keeps them."""
    values = {
        "many": MANY, "providers": PROVIDERS, "each": FOLLOWED_EACH, "reader": READER, "provider": PROVIDER,
        "registrar": REGISTRAR, "password_hash": passwords.hashed(PASSWORD),
    }  # fmt: skip
    steps = (_USERS, _SIGNALS, _BOUGHT, _NOTIFICATIONS, _FOLLOWINGS, _READERS_ACCOUNT, _READERS_DELIVERIES)
    with closing(psycopg2.connect(dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for step in steps:
                cursor.execute(step, values)
            cursor.execute("VACUUM ANALYZE")
    return Crowd()
