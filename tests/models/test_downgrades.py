"""Going back to an older schema: what would be misread there stops it, in one line, with nothing changed."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg2

from tests.models.test_constraints import SCENE
from tests.support.migrated import back_and_forth, db_command

SIZED = """
    UPDATE deliveries SET trade_sizing = 'percent', trade_value = 2;
    INSERT INTO instructions (user_id, kind, action, word) VALUES (2, 'order', 'close', 'sell');
    UPDATE deliveries SET closing_id = 1, close_quantity = 0.5, cancel_asked_at = now();
    INSERT INTO delivery_closings (instruction_id, delivery_id) VALUES (1, 1);
"""


def asked(url: str, statement: str) -> list[Any]:
    with closing(psycopg2.connect(url.replace("+psycopg2", ""))) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
        connection.commit()
        return found


def test_a_percentage_that_is_not_sent_yet_is_never_read_as_money(database_url: str) -> None:
    asked(database_url, SCENE + SIZED)
    refused = db_command(database_url, "downgrade", "0007")
    last = refused.stderr.strip().splitlines()[-1]
    assert refused.returncode == 1 and "1 deliveries that a percentage or a quantity sizes" in last, refused.stderr
    assert "Traceback" not in refused.stderr
    assert asked(database_url, "SELECT close_quantity, trade_value FROM deliveries") == [(0.5, 2)], "nothing changed"
    asked(database_url, "UPDATE deliveries SET state = 'filled'")
    there_and_back = back_and_forth(database_url, "0010")
    assert there_and_back.returncode == 0, there_and_back.stderr
    kept = "SELECT instruction_id, delivery_id, sold_before, close_quantity FROM delivery_closings"
    assert asked(database_url, kept) == [(1, 1, 0, 0.5)]
    back = db_command(database_url, "downgrade", "0007")
    assert back.returncode == 0, back.stderr
    assert asked(database_url, "SELECT trade_quote FROM deliveries") == [(2,)]


def test_who_is_blocked_is_not_let_in_by_an_older_schema(database_url: str) -> None:
    asked(database_url, SCENE)
    asked(database_url, "UPDATE users SET blocked_at = now() WHERE id = 2")
    refused = db_command(database_url, "downgrade", "0011")
    last = refused.stderr.strip().splitlines()[-1]
    assert refused.returncode == 1 and "1 people are blocked" in last and "Traceback" not in refused.stderr
    asked(database_url, "UPDATE users SET blocked_at = NULL")
    there_and_back = back_and_forth(database_url, "0011")
    assert there_and_back.returncode == 0, there_and_back.stderr


def test_of_tries_that_followed_each_other_the_last_goes_back(database_url: str) -> None:
    """It alone may have something open; those before it ended with nothing placed."""
    asked(database_url, SCENE)
    asked(database_url, "UPDATE deliveries SET state = 'rejected'")
    asked(
        database_url,
        "INSERT INTO deliveries (signal_id, account_id, user_id, exchange, state, retry_of) "
        "SELECT signal_id, account_id, user_id, exchange, 'filled', id FROM deliveries",
    )
    back = db_command(database_url, "downgrade", "0012")
    assert back.returncode == 0, back.stderr
    assert asked(database_url, "SELECT state FROM deliveries") == [("filled",)]
