"""Bring a database to the newest schema, the way `flask db upgrade` does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.environment import environment_for_tests

_ROOT = Path(__file__).parents[2]


def migrate(database_url: str, redis_url: str) -> None:
    """In a process of its own: alembic sets up logging and warnings for the whole process it runs in."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "run", "db", "upgrade"],
        cwd=_ROOT,
        env=os.environ | environment_for_tests(database_url, redis_url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the migrations failed: {done.stderr[-3000:]}")
