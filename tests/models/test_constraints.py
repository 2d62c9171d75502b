"""What the database itself refuses, whatever the code above it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import errors

SCENE = """
    INSERT INTO users (user_name, email, password_hash, referral_code) VALUES
        ('Anna', 'Anna@example.test', 'x', '00000001'), ('Ben', 'ben@example.test', 'x', '00000002');
    INSERT INTO exchange_accounts (user_id, exchange, environment, sealed_credentials, key_hint)
        VALUES (2, 'binance', 'paper', '', 'abcd');
    INSERT INTO followings (user_id, provider_id, account_id, sizing_mode, sizing_value) VALUES (2, 1, 1, 'quote', 10);
    INSERT INTO signals (provider_id, market, symbol, side, quantity, price, stop, target1, leverage)
        VALUES (1, 'futures', 'BTCUSDT', 'BUY', 1, 100, 90, 110, 5);
    INSERT INTO deliveries (signal_id, account_id, user_id, exchange, client_id) VALUES (1, 1, 2, 'binance', 'ms1');
    INSERT INTO orders (delivery_id, leg, client_order_id, side, type, quantity, state)
        VALUES (1, 'entry', 'ms1-e', 'BUY', 'LIMIT', 1, 'new');
"""


@pytest.fixture(scope="module")
def cursor(module_database_url: str) -> Iterator[psycopg2.extensions.cursor]:
    with closing(psycopg2.connect(module_database_url.replace("+psycopg2", ""))) as connection:
        connection.autocommit = True
        with connection.cursor() as made:
            made.execute(SCENE)
            yield made


DELIVERY = "INSERT INTO deliveries (signal_id, account_id, user_id, exchange, client_id, state) VALUES "
ORDER = "INSERT INTO orders (delivery_id, leg, client_order_id, side, type, quantity, state) VALUES "
SIGNAL = "INSERT INTO signals (provider_id, market, symbol, side, quantity, price, stop, target1, leverage) VALUES "
USER = "INSERT INTO users (user_name, email, password_hash, referral_code) VALUES "
FOLLOWING = "INSERT INTO followings (user_id, provider_id, account_id, sizing_mode, sizing_value) VALUES "


@pytest.mark.parametrize(
    "statement",
    [
        DELIVERY + "(1, 1, 2, 'binance', 'ms2', 'queued')",
        ORDER + "(1, 'entry', 'ms1-x', 'BUY', 'LIMIT', 1, 'new')",
        ORDER + "(1, 'stop', 'ms1-e', 'SELL', 'STOP_MARKET', 1, 'new')",
        FOLLOWING + "(2, 1, 1, 'percent', 5)",
        USER + "('ANNA', 'other@example.test', 'x', '00000003')",
        USER + "('Carl', 'ANNA@EXAMPLE.TEST', 'x', '00000003')",
        USER + "('Carl', 'carl@example.test', 'x', '00000001')",
    ],
)
def test_what_exists_once_cannot_exist_twice(cursor: psycopg2.extensions.cursor, statement: str) -> None:
    with pytest.raises(errors.UniqueViolation):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE deliveries SET state = 'lost'",
        "UPDATE orders SET state = 'perhaps'",
        "UPDATE orders SET quantity = 0",
        "UPDATE orders SET leg = 'target4'",
        "UPDATE users SET role = 'King'",
        "UPDATE exchange_accounts SET environment = 'moon'",
        "UPDATE exchange_accounts SET exchange = 'No!'",
        "UPDATE followings SET sizing_value = 0",
        "UPDATE followings SET sizing_mode = 'all'",
        "UPDATE followings SET max_leverage = 126",
        "UPDATE followings SET provider_id = 2",
        SIGNAL + "(1, 'futures', 'BTCUSDT', 'BUY', 1, 100, 100, 110, 5)",
        SIGNAL + "(1, 'futures', 'BTCUSDT', 'SELL', 1, 100, 110, 110, 5)",
        SIGNAL + "(1, 'futures', 'BTCUSDT', 'BUY', 1, 100, 90, 110, NULL)",
        SIGNAL + "(1, 'spot', 'BTCUSDT', 'BUY', 1, 100, 90, 110, 5)",
        SIGNAL + "(1, 'futures', 'BTCUSDT', 'BUY', -1, 100, 90, 110, 5)",
    ],
)
def test_a_value_outside_its_range_is_refused(cursor: psycopg2.extensions.cursor, statement: str) -> None:
    with pytest.raises(errors.CheckViolation):
        cursor.execute(statement)


def test_money_is_exact_and_times_have_a_zone(cursor: psycopg2.extensions.cursor) -> None:
    cursor.execute(
        """SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'
           AND data_type IN ('double precision', 'real', 'timestamp without time zone', 'money')"""
    )
    assert cursor.fetchall() == []


def test_a_delivery_belongs_to_the_owner_of_its_account(cursor: psycopg2.extensions.cursor) -> None:
    with pytest.raises(errors.ForeignKeyViolation):
        cursor.execute("UPDATE deliveries SET user_id = 1")
