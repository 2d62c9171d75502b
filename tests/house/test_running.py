"""A house that stands: ready in time, small, and each process knows only what it needs."""

from __future__ import annotations

import json
import stat
import urllib.request

import psutil

from mysignals.embedded.patience import Patience
from mysignals.embedded.ready import is_ready
from tests.support.house import RunningHouse, failed_start, megabytes
from tests.support.slowness import slowness


def test_it_is_ready_within_15_seconds_of_the_first_command(house: RunningHouse):
    assert house.seconds < 15 * slowness()


def test_the_ready_line_names_an_address_that_answers(house: RunningHouse):
    with urllib.request.urlopen(f"{house.url}/readyz", timeout=5) as answer:
        assert answer.status == 200


def test_all_processes_together_stay_under_700_megabytes(house: RunningHouse):
    used = megabytes(house.processes())
    assert sum(used.values()) < 700, used


def test_no_web_process_knows_the_key_that_opens_the_vault(house: RunningHouse):
    private = _keys(house)["vault_private_key"]
    for process in _web(house):
        told = process.environ()
        assert "VAULT_PRIVATE_KEY" not in told
        assert private not in told.values()
        assert told["VAULT_PUBLIC_KEY"] == _keys(house)["vault_public_key"]


def test_a_worker_knows_the_key_that_opens_the_vault(house: RunningHouse):
    assert house.child("celery", "worker").environ()["VAULT_PRIVATE_KEY"] == _keys(house)["vault_private_key"]


def test_the_simulator_learns_neither_addresses_nor_keys(house: RunningHouse):
    told = house.child("simulator").environ()
    assert not {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "VAULT_PRIVATE_KEY"} & told.keys()


def test_no_secret_stands_on_a_command_line(house: RunningHouse):
    lines = [" ".join(process.cmdline()) for process in house.processes()]
    assert not [line for line in lines for secret in _keys(house).values() if secret in line]


def test_keys_are_for_their_owner_only(house: RunningHouse):
    assert stat.S_IMODE((house.instance / "keys.json").stat().st_mode) == 0o600


def test_a_second_start_on_the_same_instance_names_the_first(house: RunningHouse):
    code, said = failed_start(house.instance)
    assert code == 1
    assert said == (
        f"mysignals: already running on {house.instance} as pid {house.pid}; stop it or choose another --instance\n"
    )


def test_a_web_that_is_killed_comes_back_on_the_same_address(house: RunningHouse):
    for process in _web(house):
        process.kill()
    with urllib.request.urlopen(f"{house.url}/readyz", timeout=20) as answer:
        assert answer.status == 200


def test_a_database_and_a_broker_that_are_killed_come_back(house: RunningHouse):
    for engine in (house.child("postgres", "--listen-addresses="), house.child("redis-server")):
        engine.kill()
    assert Patience().until(lambda: not is_ready(house.url), seconds=5)
    assert Patience().until(lambda: is_ready(house.url), seconds=25)


def _keys(house: RunningHouse) -> dict[str, str]:
    return json.loads((house.instance / "keys.json").read_text())


def _web(house: RunningHouse) -> list[psutil.Process]:
    return [process for process in house.processes() if "gunicorn" in " ".join(process.cmdline())]
