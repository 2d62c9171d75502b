"""A provider's post costs the same whatever the number of followers: it is the workers who reach them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.services import rules
from mysignals.settings import Settings
from tests.journeys.signals import DRAFTS
from tests.support.engines import Engines
from tests.support.environment import environment_for_tests
from tests.support.population import PASSWORD, populate
from tests.support.simulator_process import SimulatorProcess

FEW, MANY = 10, 1000


class Reach:
    """Posts to crowds of two sizes, one after the other, and what each cost."""

    def __init__(self, app: Flask, database_url: str, simulator: SimulatorProcess, public_key: str) -> None:
        self._app, self._url, self._simulator, self._public_key = app, database_url, simulator, public_key
        self.few, self.many = self._post_to(FEW), self._post_to(MANY)

    def _post_to(self, followers: int) -> dict[str, Any]:
        crowd = populate(self._url, self._simulator, followers=followers, vault_public_key=self._public_key)
        client = self._app.test_client()
        client.post("/auth/login", json={"user_name_or_mail": crowd.provider_name, "password": PASSWORD})
        waiting = self._waiting()
        with _statements() as seen:
            answer = client.post("/provider/futures/new", json=DRAFTS["futures"])
        assert answer.status_code == 200
        signal = {"id": answer.json["signal"]["id"]}
        queued = db.session.scalar(text("SELECT count(*) FROM deliveries WHERE signal_id = :id"), signal)
        db.session.rollback()
        return {"statements": seen, "tasks": self._waiting() - waiting, "queued": queued}

    def _waiting(self) -> int:
        return int(self._app.extensions["redis"].llen("fan_out"))


@contextmanager
def _statements() -> Iterator[list[str]]:
    """Every SQL statement meanwhile."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def reach(engines: Engines, module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reach]:
    with SimulatorProcess() as simulator:
        env = environment_for_tests(module_database_url, engines.redis_url) | {
            "MYSIGNALS_INSTANCE": str(tmp_path_factory.mktemp("reach")),
            "SIMULATOR_URL": simulator.url,
        }
        app = create_app(Settings.from_environment(env))
        with app.app_context():
            rules.fetch_all()
            yield Reach(app, module_database_url, simulator, env["VAULT_PUBLIC_KEY"])
            db.session.remove()
            db.engine.dispose()
        app.extensions["redis"].close()


def test_a_post_takes_as_many_statements_for_a_thousand_followers_as_for_ten(reach):
    assert reach.many["statements"] == reach.few["statements"]


def test_a_post_hands_over_one_task_however_many_follow(reach):
    assert (reach.few["tasks"], reach.many["tasks"]) == (1, 1)


def test_a_post_queues_a_delivery_for_each_follower_before_it_answers(reach):
    assert (reach.few["queued"], reach.many["queued"]) == (FEW, MANY)
