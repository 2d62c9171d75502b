"""A worker that is killed when most of a batch is recorded and one account still talks: nothing is twice or lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from mysignals import dispatch
from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.services import budgets, rules
from mysignals.settings import Settings
from tests.journeys.signals import DRAFTS
from tests.support.engines import Engines
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.population import PASSWORD, populate
from tests.support.simulator_process import SimulatorProcess
from tests.support.waiting import wait_until
from tests.support.worker_process import WorkerProcess

FOLLOWERS = 5
SLOW_MS = 9000
STATES = "SELECT account_id, state FROM deliveries"
DELIVERIES = "SELECT client_id, state, attempts FROM deliveries"
NOTICES = "SELECT kind FROM notifications WHERE delivery_id IS NOT NULL"


@dataclass(frozen=True)
class Aftermath:
    """`at_the_kill` are states by account; `legs` what the exchange's books have, by the end of its client id."""

    slow_account: int
    at_the_kill: dict[int, str]
    deliveries: list[Any]
    legs: Counter[str]
    noticed: list[str]


@pytest.fixture(scope="module")
def aftermath(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    name, url = engines.migrated_database()
    folder = tmp_path_factory.mktemp("killed_between")
    with SimulatorProcess() as simulator:
        env = environment_for_tests(url, engines.redis_url) | {
            "MYSIGNALS_INSTANCE": str(folder), "SIMULATOR_URL": simulator.url,
        }  # fmt: skip
        app = create_app(Settings.from_environment(env))
        app.extensions["redis"].flushdb()  # Tasks of other tests are none of this worker's business.
        app.extensions["redis"].set(budgets.SINCE, 1)
        worker = WorkerProcess(env | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}, folder)
        try:
            with app.app_context():
                crowd = populate(url, simulator, followers=FOLLOWERS, vault_public_key=env["VAULT_PUBLIC_KEY"])
                rules.fetch_all()
                client = app.test_client()
                client.post("/auth/login", json={"user_name_or_mail": crowd.provider_name, "password": PASSWORD})
                slow = {"kind": "delay", "on": "order", "delay_ms": SLOW_MS, "api_key": crowd.api_keys[0], "count": 1}
                simulator.control("POST", "faults", {"venue": "binance-futures"} | slow)
                worker.start()
                assert client.post("/provider/futures/new", json=DRAFTS["futures"]).status_code == 200
                wait_until(lambda: len(_filled()) == FOLLOWERS - 1, 6, "the record of the others")
                worker.kill()
                at_the_kill = dict(map(tuple, _rows(STATES)))
                worker.start()
                wait_until(lambda: _settled(crowd.account_ids[0]), 60, "the end of every delivery", every=1)
                yield Aftermath(
                    crowd.account_ids[0],
                    at_the_kill,
                    _rows(DELIVERIES),
                    _legs(simulator),
                    [r[0] for r in _rows(NOTICES)],
                )
                db.session.remove()
                db.engine.dispose()
        finally:
            worker.end()
            app.extensions["redis"].close()
            engines.drop(name)


def test_the_kill_came_between_the_records(aftermath: Aftermath) -> None:
    others = {state for account, state in aftermath.at_the_kill.items() if account != aftermath.slow_account}
    assert (others, aftermath.at_the_kill[aftermath.slow_account]) == ({"filled"}, "sending")


def test_nothing_is_lost_and_nothing_is_there_twice(aftermath: Aftermath) -> None:
    assert [(row.state, row.attempts) for row in aftermath.deliveries] == [("filled", 1)] * FOLLOWERS
    assert set(aftermath.legs.values()) == {1}
    assert Counter(leg.partition("-")[2][:1] for leg in aftermath.legs) == dict.fromkeys("es1", FOLLOWERS)


def test_everybody_is_told_once(aftermath: Aftermath) -> None:
    assert aftermath.noticed == ["filled"] * FOLLOWERS


def _filled() -> list[int]:
    return [account for account, state in _rows(STATES) if state == "filled"]


def _settled(slow_account: int) -> bool:
    """The dead worker's hold runs out by itself; then the clock's tasks find its row."""
    for task in ("upkeep.sweep", "upkeep.reconcile", "upkeep.follow"):
        dispatch.send(task)
    protected = _rows("SELECT 1 FROM orders WHERE leg = 'stop' AND state = 'new'")
    return slow_account in _filled() and len(protected) == FOLLOWERS


def _legs(simulator: SimulatorProcess) -> Counter[str]:
    ledger = simulator.control("GET", "ledger?venue=binance-futures")
    roots = [row.client_id for row in _rows(DELIVERIES)]
    return Counter(row["client_id"] for row in ledger if row["client_id"].rpartition("-")[0] in roots)


def _rows(query: str) -> list[Any]:
    found = list(db.session.execute(text(query)))
    db.session.rollback()
    return found
