"""Bring a database to the newest schema, the way `flask db upgrade` does."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.house import ROOT


def migrate(database_url: str) -> None:
    """In a process of its own: alembic sets up logging and warnings for the whole process it runs in."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "tests.support.schema_app", "db", "upgrade"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the migrations failed: {done.stderr[-3000:]}")
