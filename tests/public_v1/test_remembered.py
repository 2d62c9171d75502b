"""A program that was here a moment ago is let in from memory, and stops at once where something of it has changed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis.connection import AbstractConnection
from sqlalchemy import event, text, update
from sqlalchemy.orm import Session

from mysignals import clock
from mysignals.app import create_app
from mysignals.connections import GLANCES
from mysignals.extensions import db
from mysignals.models import ApiKey, ExchangeAccount, User
from mysignals.services import api_callers, api_keys, api_use, blocking, caller_changes, roles
from mysignals.services.portfolio import asking
from mysignals.services.portfolio.kept import Figures, keep
from mysignals.services.remembered import Remembered
from mysignals.settings import Settings
from mysignals.web import register_public
from tests.public_v1.program import Program
from tests.support.environment import environment_for_tests
from tests.support.served import House, served

__all__ = ["served"]
TRIPS = 1
"""To Redis: it counts the request, asks whether what is remembered holds, and reads the figures."""
ROOT = Path(__file__).parents[2]
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
MORE = timedelta(days=30)


@pytest.fixture(scope="module")
def elsewhere(served: Flask) -> Iterator[Flask]:
    """Another process, as far as memory goes: an app of its own."""
    app = create_app(served.extensions["settings"], register_public)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    app.extensions["redis"].close()


@pytest.fixture
def known(bot: Program, elsewhere: Flask) -> Program:
    """One that is remembered elsewhere."""
    there = replace(bot, client=elsewhere.test_client())
    for _ in range(2):
        assert there.get("/v1/account").status_code == 200
    with counted(elsewhere) as asked:
        assert there.get("/v1/account").status_code == 200
    assert asked.statements == []
    return there


class Asked:
    """What an app asked the database and Redis for."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.trips = 0


@contextmanager
def counted(app: Flask) -> Iterator[Asked]:
    asked, send = Asked(), AbstractConnection.send_packed_command
    with app.app_context():
        engines = list(db.engines.values())

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.statements.append(statement)

    def trip(self: Any, *given: Any, **more: Any) -> Any:
        asked.trips += 1
        return send(self, *given, **more)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    AbstractConnection.send_packed_command = trip  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        AbstractConnection.send_packed_command = send  # type: ignore[method-assign]
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def test_a_known_program_reads_its_figures_without_the_database(house: House, known: Program, elsewhere: Flask) -> None:
    keep_figures(house, known)
    assert known.get("/v1/account").status_code == 200
    for path in ("/v1/account", "/v1/positions"):
        with counted(elsewhere) as asked:
            answer = known.get(path)
        assert (answer.status_code, answer.headers["X-Data-Age"]) == (200, "0")
        assert (asked.statements, asked.trips) == ([], TRIPS)


def revoked(house: House, one: Program) -> None:
    api_keys.revoke(owner(one), one.key_id)


def changed(**columns: Any) -> Callable[[House, Program], None]:
    def change(house: House, one: Program) -> None:
        api_keys.change(owner(one), one.key_id, columns)

    return change


def dismissed(house: House, one: Program) -> None:
    roles.grant_plan_to(house.user(role="Registrar"), owner(one).id, "free", 1)


def blocked(house: House, one: Program) -> None:
    blocking.block(house.user(role="Registrar"), owner(one).id, "It was not you.")


def deleted(house: House, one: Program) -> None:
    db.session.delete(owner(one))
    db.session.commit()


def by_statement(statement: Any) -> Callable[[House, Program], None]:
    def run(house: House, one: Program) -> None:
        db.session.execute(statement)
        db.session.commit()

    return run


def owner(one: Program) -> User:
    return db.session.get_one(User, db.session.get_one(ApiKey, one.key_id).user_id)


DEEDS: dict[str, tuple[Callable[[House, Program], None], int, str]] = {
    "revoked": (revoked, 401, "INVALID_API_KEY"),
    "ended": (changed(expires_at=YESTERDAY), 401, "INVALID_API_KEY"),
    "bound to another address": (changed(addresses=["203.0.113.7"]), 403, "IP_NOT_ALLOWED"),
    "without the permission": (changed(permissions=["trade"]), 403, "INSUFFICIENT_PERMISSIONS"),
    "without a plan": (dismissed, 403, "SUBSCRIPTION_REQUIRED"),
    "of somebody blocked": (blocked, 403, "SUBSCRIPTION_REQUIRED"),
    "of somebody deleted": (deleted, 401, "INVALID_API_KEY"),
    "revoked with others": (by_statement(text("UPDATE api_keys SET revoked_at = now()")), 401, "INVALID_API_KEY"),
    "of many blocked": (by_statement(update(User).values(is_activated=False)), 403, "SUBSCRIPTION_REQUIRED"),
    "deleted with all": (by_statement(text("DELETE FROM users")), 401, "INVALID_API_KEY"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_known_key_stops_in_every_process_at_once(house: House, known: Program, deed: str) -> None:
    do, status, code = DEEDS[deed]
    with house.app.app_context():
        do(house, known)
    answer = known.get("/v1/account")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_what_another_process_revokes_stops_at_once(house: House, known: Program) -> None:
    settings: Settings = house.app.extensions["settings"]
    env = environment_for_tests(settings.database_url, settings.redis_url) | {
        "MYSIGNALS_INSTANCE": str(settings.instance)
    }
    code = (
        "from mysignals.app import create_app; from mysignals.extensions import db; from mysignals.models import User\n"
        "from mysignals.services import api_keys\n"
        "with create_app().app_context():\n"
        f"    api_keys.revoke(db.session.query(User).filter_by(user_name='ann').one(), {known.key_id})\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True)
    assert known.get("/v1/account").status_code == 401


def test_another_limit_counts_at_once(house: House, known: Program) -> None:
    with house.app.app_context():
        changed(rate_limit=10)(house, known)
    assert known.get("/v1/account").headers["X-RateLimit-Limit"] == "10"


def test_a_key_ends_at_its_minute_also_where_it_is_known(house: House, known: Program, monkeypatch: Any) -> None:
    with house.app.app_context():
        changed(expires_at=datetime.now(UTC) + MORE)(house, known)
    for _ in range(2):
        assert known.get("/v1/account").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + MORE)
    with known.client.application.app_context():
        assert api_callers.remembered(known.key) is None


def test_an_account_that_comes_or_goes_is_seen_at_once(house: House, known: Program) -> None:
    keep_figures(house, known)
    assert len(known.get("/v1/account").json["accounts"]) == 1
    with house.app.app_context():
        for account in db.session.query(ExchangeAccount):
            account.status, account.status_reason = "refused", "The key is wrong."
        db.session.commit()
    answer = known.get("/v1/account")
    assert answer.status_code == 500 and "The key is wrong." in answer.json["error"]
    with house.app.app_context():
        db.session.execute(text("DELETE FROM exchange_accounts"))
        db.session.commit()
    assert known.get("/v1/account").json["accounts"] == []


def test_nothing_remembered_counts_while_somebody_is_changing_it(
    house: House, known: Program, elsewhere: Flask
) -> None:
    with house.app.app_context():
        owner(known).is_activated = False
        db.session.flush()
        with counted(elsewhere) as asked:
            assert known.get("/v1/account").status_code == 200
        assert asked.statements
        db.session.rollback()
    known.get("/v1/account")
    with counted(elsewhere) as asked:
        assert known.get("/v1/account").status_code == 200
    assert asked.statements == []


def test_a_process_that_dies_after_its_commit_leaves_nothing_that_is_still_believed(
    house: House, known: Program
) -> None:
    def die(session: Session) -> None:
        session.info.pop(caller_changes._MARKS)

    event.listen(Session, "after_commit", die)
    try:
        with house.app.app_context():
            revoked(house, known)
    finally:
        event.remove(Session, "after_commit", die)
    for _ in range(3):
        assert known.get("/v1/account").status_code == 401


def test_what_was_read_while_it_changed_is_read_again(house: House, bot: Program, elsewhere: Flask) -> None:
    there = replace(bot, client=elsewhere.test_client())
    assert there.get("/v1/account").status_code == 200
    with elsewhere.app_context():
        glances = db.engines[GLANCES]

    def revoke_now(*given: Any) -> None:
        with house.app.app_context():
            revoked(house, bot)

    event.listen(glances, "after_cursor_execute", revoke_now, once=True)
    assert there.get("/v1/account").status_code == 200  # It was let in before the key was revoked.
    assert there.get("/v1/account").status_code == 401


def test_where_redis_has_lost_everything_the_database_is_asked(house: House, known: Program, elsewhere: Flask) -> None:
    house.app.extensions["redis"].flushdb()
    with counted(elsewhere) as asked:
        assert known.get("/v1/account").status_code == 200
    assert asked.statements
    house.app.extensions["redis"].flushdb()
    with house.app.app_context():
        revoked(house, known)
    house.app.extensions["redis"].flushdb()
    assert known.get("/v1/account").status_code == 401


def test_a_known_program_signs_like_any_other(known: Program) -> None:
    known.secret = "ms_" + "x" * 48
    answer = known.get("/v1/account")
    assert (answer.status_code, answer.json["code"]) == (401, "INVALID_SIGNATURE")


def test_uses_are_counted_and_stored_without_forgetting_anybody(house: House, known: Program, elsewhere: Flask) -> None:
    with house.app.app_context():
        api_use.store()
        assert db.session.get_one(ApiKey, known.key_id).uses == 3
        owner(known).session_epoch += 1
        db.session.commit()
    with counted(elsewhere) as asked:
        assert known.get("/v1/account").status_code == 200
    assert asked.statements == []


def test_every_column_that_is_remembered_is_watched() -> None:
    tables = {kind.__tablename__: set(columns) for kind, columns in caller_changes._WATCHED.items()}
    asked = set(re.findall(r"\bk\.(\w+)", api_callers._FOUND.text)) - {"id", "user_id"}
    assert asked == tables["api_keys"]
    assert set(re.findall(r"\bu\.(\w+)", api_callers._FOUND.text)) - {"id"} == tables["users"]
    listed = re.search(r"SELECT (.+) FROM", asking._ACCOUNTS.text)
    assert listed is not None and set(listed[1].split(", ")) - {"id"} == tables["exchange_accounts"]


def test_what_is_remembered_is_forgotten() -> None:
    brief, small = Remembered(0, 10), Remembered(60, 2)
    brief.put("a", 1)
    for name in ("a", "b", "c"):
        small.put(name, 1)
    assert (brief.get("a"), small.get("a"), small.get("c")) == (None, None, 1)


def keep_figures(house: House, one: Program) -> None:
    with house.app.app_context():
        account, money = house.account(owner(one)), (Decimal(1),) * 3
        keep(Figures(account.id, clock.now_ms(), *money, (), (), ("spot",)), is_whole=True)
