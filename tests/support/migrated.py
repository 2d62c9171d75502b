"""Bring a database to the newest schema, or to another one, the way `flask db` does."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.house import ROOT


def migrate(database_url: str) -> None:
    done = db_command(database_url, "upgrade")
    if done.returncode != 0:
        raise RuntimeError(f"the migrations failed: {done.stderr[-3000:]}")


def db_command(database_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """`flask db` with these words."""
    return _started(database_url, "-m", "flask", "--app", "tests.support.schema_app", "db", *words)


def back_and_forth(database_url: str, revision: str) -> subprocess.CompletedProcess[str]:
    """To an older revision and to the newest again."""
    steps = f"""
import flask_migrate
from tests.support.schema_app import create_app
with create_app().app_context():
    flask_migrate.downgrade(revision={revision!r})
    flask_migrate.upgrade()
"""
    return _started(database_url, "-c", steps)


def _started(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: alembic sets up logging and warnings for the whole process it runs in."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
