"""A web process seals exchange keys and cannot open them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import requests
from sqlalchemy import select

from mysignals import vault
from mysignals.extensions import db
from mysignals.models import ExchangeAccount
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.served import PASSWORD, House

ROOT = Path(__file__).parents[2]
OPEN = """
import sys
from mysignals import vault
from mysignals.services import keys
from run import app
with app.app_context():
    try:
        print("opened", keys.open_key(bytes.fromhex(sys.argv[1])).api_key)
    except vault.CannotOpen:
        print("cannot open")
"""


@pytest.fixture
def web(house: House) -> Iterator[tuple[str, dict[str, str]]]:
    """A production web server on the same engines: its address, and the environment it was given."""
    settings = house.app.extensions["settings"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"PATH": os.environ["PATH"], **environment_for_tests(settings.database_url, settings.redis_url)}
    command = [sys.executable, "-m", "gunicorn", "run:app", "--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield _ready(f"http://127.0.0.1:{port}"), environment
    finally:
        process.terminate()
        process.wait(10)


def test_a_key_posted_to_a_web_process_can_be_opened_by_a_worker_only(
    house: House, web: tuple[str, dict[str, str]]
) -> None:
    address, environment = web
    sealed = _sealed_through(address, house)
    assert "VAULT_PRIVATE_KEY" not in environment
    assert _opened_with(environment, sealed) == "cannot open"
    assert _opened_with(environment | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}, sealed) == "opened MY-KEY"
    assert orjson.loads(vault.open_sealed(sealed, VAULT_PRIVATE_KEY)) == ["MY-KEY", "MY-SECRET", ""]


def _sealed_through(address: str, house: House) -> bytes:
    """Log in over HTTP, post a key, and return what is stored of it."""
    house.user("ann")
    with requests.Session() as browser:
        login = {"user_name_or_mail": "ann", "password": PASSWORD}
        assert browser.post(f"{address}/auth/login", json=login, timeout=5).status_code == 200
        keys = {"api_key": "MY-KEY", "api_secret": "MY-SECRET"}
        assert browser.post(f"{address}/auth/update_keys", json=keys, timeout=5).json()["has_api_keys"] is True
    with house.app.app_context():
        return bytes(db.session.scalars(select(ExchangeAccount.sealed_credentials)).one())


def _opened_with(environment: dict[str, str], sealed: bytes) -> str:
    command = [sys.executable, "-c", OPEN, sealed.hex()]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def _ready(address: str) -> str:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{address}/healthz", timeout=1).status_code == 200:
                return address
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.05)
    raise AssertionError("the web process did not answer")
