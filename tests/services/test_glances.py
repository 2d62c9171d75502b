"""A statement that every request asks is planned once a connection, and told rightly whatever becomes of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from mysignals.connections import GLANCES
from mysignals.extensions import db
from mysignals.services import glances
from tests.support.served import House, house, served

__all__ = ["house", "served"]
_USER = text(
    "SELECT id, user_name FROM users WHERE user_name = :name OR email = :mail OR user_name = CAST(:name AS text)"
)


@pytest.fixture
def asked(house: House, served: Flask) -> Iterator[list[str]]:
    """What the connections for glances are told, in an app with no such connection yet."""
    house.user("ann")
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement.split(maxsplit=1)[0])

    with served.app_context():
        engine = db.engines[GLANCES]
        engine.dispose()
        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)
        engine.dispose()


def names(name: str = "ann") -> list[str]:
    return [row.user_name for row in glances.rows(_USER, {"mail": "", "name": name})]


def test_it_is_planned_once_a_connection(asked: list[str]) -> None:
    assert [names(), names("nobody"), names()] == [["ann"], [], ["ann"]]
    assert asked == ["PREPARE", "EXECUTE", "EXECUTE", "EXECUTE"]


def test_what_another_has_changed_is_seen_by_the_next_glance(asked: list[str], house: House) -> None:
    names()
    house.user("ben")
    assert names("ben") == ["ben"]


def test_a_plan_that_a_pooler_has_on_another_connection_is_done_without(asked: list[str]) -> None:
    names()
    with db.engines[GLANCES].connect() as connection:
        connection.exec_driver_sql("DEALLOCATE ALL")
    assert names() == ["ann"]


def test_a_plan_that_is_there_already_is_used(asked: list[str]) -> None:
    names()
    with db.engines[GLANCES].connect() as connection:
        connection.info.clear()
    assert names() == ["ann"]


def test_a_column_of_another_type_is_told_as_it_is_now(asked: list[str]) -> None:
    text_of = text("SELECT note FROM glanced WHERE id = :id")
    with db.engines[GLANCES].connect() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE glanced AS SELECT 1 AS id, 7 AS note")
    assert glances.rows(text_of, {"id": 1})[0].note == 7
    with db.engines[GLANCES].connect() as connection:
        connection.exec_driver_sql("ALTER TABLE glanced ALTER note TYPE text")
    assert glances.rows(text_of, {"id": 1})[0].note == "7"


def test_a_connection_that_broke_is_replaced(asked: list[str], house: House) -> None:
    names()
    with db.engines[GLANCES].connect() as connection:
        process = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    db.session.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
    db.session.rollback()
    assert names() == ["ann"]


def test_a_value_is_never_read_as_sql(asked: list[str]) -> None:
    for name in ("'; DROP TABLE users; --", "$1", "%s", ":name", "\\'"):
        assert names(name) == []
    assert names() == ["ann"]
