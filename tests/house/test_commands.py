"""Commands for operators."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from nacl.public import PrivateKey

from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.models import User
from mysignals.settings import Settings
from tests.support.environment import environment_for_tests
from tests.support.house import ROOT, environment


@pytest.fixture
def app(database_url: str, redis_url: str, tmp_path: Path) -> Flask:
    told = environment_for_tests(database_url, redis_url)
    return create_app(Settings.from_environment(told | {"MYSIGNALS_INSTANCE": str(tmp_path)}))


def test_make_keys_needs_no_settings_and_prints_a_pair_that_fits():
    done = _flask("make-keys")
    printed = dict(line.split("=") for line in done.stdout.splitlines() if "=" in line)
    private = PrivateKey(bytes.fromhex(printed["VAULT_PRIVATE_KEY"]))
    assert bytes(private.public_key).hex() == printed["VAULT_PUBLIC_KEY"]
    assert len(printed["SECRET_KEY"]) == 64


def test_any_other_command_names_the_missing_setting():
    done = _flask("routes")
    assert done.returncode == 4
    assert done.stderr.startswith("mysignals: DATABASE_URL is not set; set it, for example ")


def test_make_registrar_makes_one(app: Flask):
    with app.app_context():
        db.session.add(User(user_name="ann", email="ann@example.org", password_hash="", referral_code="12345678"))
        db.session.commit()
    done = app.test_cli_runner().invoke(args=["make-registrar", "Ann@example.org"])
    assert (done.exit_code, done.output) == (0, "Ann@example.org is a registrar\n")
    with app.app_context():
        assert db.session.query(User.role).scalar() == "Registrar"
        db.engine.dispose()


def test_make_registrar_of_somebody_unknown_says_what_to_do(app: Flask):
    done = app.test_cli_runner().invoke(args=["make-registrar", "nobody@example.org"])
    assert done.exit_code == 1
    assert done.output == "Error: nobody is registered as nobody@example.org; register first, then repeat this\n"
    with app.app_context():
        db.engine.dispose()


def _flask(command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "run", command],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
