"""`python public_api.py`: the developer API and nothing else; and what it says while the database or Redis is away."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from mysignals.app import create_app
from mysignals.settings import Settings
from mysignals.web import register_public
from tests.public_v1.program import Program, program
from tests.support.environment import environment_for_tests
from tests.support.served import House

ROOT = Path(__file__).parents[2]


@dataclass
class Alone:
    url: str
    process: subprocess.Popen[str]


@pytest.fixture
def alone(house: House) -> Iterator[Alone]:
    settings: Settings = house.app.extensions["settings"]
    env = environment_for_tests(settings.database_url, settings.redis_url)
    env |= {"MYSIGNALS_INSTANCE": str(settings.instance), "TRADE_WAIT_SECONDS": "0"}
    process = subprocess.Popen(
        [sys.executable, "public_api.py", "--port", "0"],
        cwd=ROOT, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    yield Alone(line.split()[-1].removesuffix("/v1"), process)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def test_it_serves_the_api_and_nothing_else(alone: Alone, bot: Program) -> None:
    for path in ("/v1/account", "/api/public/v1/positions"):
        answer = requests.get(alone.url + path, headers=bot.headers("GET", path), timeout=20)
        assert (answer.status_code, answer.headers["X-RateLimit-Limit"]) == (200, "120")
    assert requests.get(f"{alone.url}/healthz", timeout=20).status_code == 200
    assert requests.get(f"{alone.url}/readyz", timeout=20).status_code in (200, 503)
    for path in ("/", "/auth/login", "/metrics", "/static/page.css", "/keys"):
        assert requests.get(alone.url + path, timeout=20).status_code == 404, path


def test_the_path_is_signed_as_it_goes_over_the_wire(alone: Alone, bot: Program) -> None:
    for path in ("/v1/acc%6funt", "/v1/account?environment=paper&x=%C3%A4", "/v1/account?"):
        # Other clients tidy up what they send.
        connection = http.client.HTTPConnection(alone.url.removeprefix("http://"), timeout=20)
        connection.request("GET", path, headers=bot.headers("GET", path))
        assert connection.getresponse().status == 200, path
        connection.close()


def test_the_client_of_the_source_document_works_as_it_is_written(alone: Alone, bot: Program) -> None:
    """It appends a path that begins with /v1 to a base URL that ends with it."""
    base_url, path = f"{alone.url}/v1", "/v1/account"
    answer = requests.get(f"{base_url}{path}", headers=bot.headers("GET", path), timeout=20)
    assert answer.json()["username"] == "ann"


def test_a_setting_that_is_missing_is_named() -> None:
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ended = subprocess.run(
        [sys.executable, "public_api.py", "--port", "0"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("mysignals: DATABASE_URL is not set") and len(ended.stderr.splitlines()) == 1


def test_a_port_in_use_is_named(alone: Alone, house: House) -> None:
    settings: Settings = house.app.extensions["settings"]
    env = environment_for_tests(settings.database_url, settings.redis_url)
    port = alone.url.rpartition(":")[2]
    ended = subprocess.run(
        [sys.executable, "public_api.py", "--port", port],
        cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1 and f"port {port} on 127.0.0.1 is in use" in ended.stderr


@pytest.mark.parametrize("away", ["DATABASE_URL", "REDIS_URL"])
def test_while_a_part_is_away_it_is_said_in_the_same_envelope(house: House, away: str) -> None:
    settings: Settings = house.app.extensions["settings"]
    bot = program(house, house.user())
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "REDIS_URL": "redis://127.0.0.1:1/0"}
    env = environment_for_tests(settings.database_url, settings.redis_url) | {away: nowhere[away]}
    app = create_app(Settings.from_environment(env | {"MYSIGNALS_INSTANCE": str(settings.instance)}), register_public)
    bot.client = app.test_client()
    answer = bot.get("/v1/account")
    assert (answer.status_code, answer.json["code"]) == (500, "INTERNAL_ERROR")
    assert answer.headers["Retry-After"] == "5"
    app.extensions["redis"].close()
