"""A worker that is killed while it sends: nothing is sent twice, and nothing stays in the dark."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from mysignals import dispatch
from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.services import budgets, rules
from mysignals.settings import Settings
from tests.journeys.signals import DRAFTS
from tests.support.engines import Engines
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.population import PASSWORD, Population, populate
from tests.support.simulator_process import SimulatorProcess
from tests.support.waiting import wait_until
from tests.support.worker_process import WorkerProcess

FOLLOWERS = 40
MOMENTS_MS = (0, 30, 60, 90, 120, 150, 180, 220, 300, 400)
"""How long after the post's answer the worker is killed: before it claims, while it sends, after it has recorded."""
DELAY_MS = 40
"""How long the exchange takes for an answer; entry, stop and target wait for one another."""
VISIBLE = {"accepted", "partially_filled", "filled", "rejected", "skipped", "expired"}
SENDING = "SELECT 1 FROM deliveries WHERE state = 'sending' AND claimed_at > now() - interval '2 seconds'"
DELIVERIES = "SELECT d.id, d.state, d.client_id, d.account_id, d.signal_id, d.message FROM deliveries d"


@dataclass(frozen=True)
class Aftermath:
    """What is in the tables and in the exchange's books when all ten kills are over."""

    deliveries: list[Any]
    entries: list[dict[str, Any]]
    caught_sending: list[int]
    """How many deliveries were being sent at each kill."""
    noticed: set[int]
    """Deliveries that their owner was told about."""


@pytest.fixture(scope="module")
def aftermath(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    name, url = engines.migrated_database()
    folder = tmp_path_factory.mktemp("killed")
    with SimulatorProcess() as simulator:
        env = _environment(url, engines.redis_url, folder, simulator)
        app = create_app(Settings.from_environment(env))
        app.extensions["redis"].flushdb()  # Tasks of other tests are none of this worker's business.
        # For a minute after a flush half of every budget is left unused: that is another test's business.
        app.extensions["redis"].set(budgets.SINCE, 1)
        worker = WorkerProcess(env | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}, folder)
        try:
            with app.app_context():
                yield _ten_kills(app, worker, simulator, url, env["VAULT_PUBLIC_KEY"])
                db.session.remove()
                db.engine.dispose()
        finally:
            worker.end()
            app.extensions["redis"].close()
            engines.drop(name)


def test_ten_kills_give_no_second_entry(aftermath):
    times_placed = Counter(row["client_id"] for row in aftermath.entries)
    placed_for = Counter(row["client_id"].partition("-")[0] for row in aftermath.entries)
    assert max(times_placed.values()) == 1
    assert max(placed_for.values()) == 1


def test_no_entry_is_without_its_delivery(aftermath):
    ours = {delivery.client_id for delivery in aftermath.deliveries}
    assert {row["client_id"].partition("-")[0] for row in aftermath.entries} <= ours


def test_every_delivery_ends_in_a_state_that_can_be_seen(aftermath):
    states = Counter(delivery.state for delivery in aftermath.deliveries)
    assert set(states) <= VISIBLE
    assert states.total() == FOLLOWERS * len(MOMENTS_MS)


def test_what_is_called_placed_is_in_the_books(aftermath):
    there = {row["client_id"].partition("-")[0] for row in aftermath.entries}
    placed = {d.client_id for d in aftermath.deliveries if d.state in ("accepted", "filled", "partially_filled")}
    assert placed <= there


def test_an_entry_in_the_books_is_never_called_refused_or_too_old(aftermath):
    there = {row["client_id"].partition("-")[0] for row in aftermath.entries}
    ended = {d.client_id for d in aftermath.deliveries if d.state in ("rejected", "skipped", "expired")}
    assert not ended & there


def test_every_owner_is_told_what_became_of_it(aftermath):
    assert {delivery.id for delivery in aftermath.deliveries} == aftermath.noticed


def test_the_kills_came_while_deliveries_were_being_sent(aftermath):
    assert sum(many > 0 for many in aftermath.caught_sending) >= 3


def _environment(url: str, redis_url: str, folder: Path, simulator: SimulatorProcess) -> dict[str, str]:
    return environment_for_tests(url, redis_url) | {
        "MYSIGNALS_INSTANCE": str(folder),
        "SIMULATOR_URL": simulator.url,
        "CLAIM_FENCE_SECONDS": "5",
        "REQUEST_EXPIRY_MS": "2000",
        # Several batches a signal, so that a kill finds some sent, some being sent and some waiting.
        "FAN_OUT_BATCH": "10",
        "SIGNALS_PER_HOUR": "1000",
    }


def _ten_kills(app: Flask, worker: WorkerProcess, simulator: SimulatorProcess, url: str, public_key: str) -> Aftermath:
    crowd = populate(url, simulator, followers=FOLLOWERS, vault_public_key=public_key)
    rules.fetch_all()
    simulator.control(
        "POST", "faults", {"venue": "binance-futures", "kind": "delay", "on": "order", "delay_ms": DELAY_MS}
    )
    client = app.test_client()
    client.post("/auth/login", json={"user_name_or_mail": crowd.provider_name, "password": PASSWORD})
    worker.start()
    caught = [_kill_once(app, client, worker, moment) for moment in MOMENTS_MS]
    wait_until(_is_settled, 60, "the end of every delivery", every=1)
    return Aftermath(_rows(DELIVERIES), _entries(simulator, crowd), caught, _noticed())


def _kill_once(app: Flask, client: Any, worker: WorkerProcess, moment_ms: int) -> int:
    """Post a signal, kill the worker at that moment, start it again: how many deliveries it was sending."""
    wait_until(lambda: _is_quiet(app), 5, "the end of what the last kill has left")
    assert client.post("/provider/futures/new", json=DRAFTS["futures"]).status_code == 200
    due = time.monotonic() + moment_ms / 1000
    wait_until(lambda: time.monotonic() >= due, 1, every=0.001)
    worker.kill()
    sending = len(_rows(SENDING))
    worker.start()
    return sending


def _is_quiet(app: Flask) -> bool:
    waiting = sum(app.extensions["redis"].llen(queue) for queue in ("fan_out", "upkeep"))
    return not waiting and not _rows(SENDING)


def _is_settled() -> bool:
    """Asks for what the clock asks for every few seconds, and looks."""
    for task in ("upkeep.sweep", "upkeep.reconcile"):
        dispatch.send(task)
    return not {delivery.state for delivery in _rows(DELIVERIES)} - VISIBLE


def _entries(simulator: SimulatorProcess, crowd: Population) -> list[dict[str, Any]]:
    ledger = simulator.control("GET", "ledger?venue=binance-futures")
    return [row for row in ledger if row["side"] == "BUY" and row["api_key"] in set(crowd.api_keys)]


def _noticed() -> set[int]:
    return {row.delivery_id for row in _rows("SELECT delivery_id FROM notifications WHERE delivery_id IS NOT NULL")}


def _rows(query: str) -> list[Any]:
    found = list(db.session.execute(text(query)))
    db.session.rollback()
    return found
