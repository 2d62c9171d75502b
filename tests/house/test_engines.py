"""The embedded engines after a death: what it leaves behind does not keep them from starting again."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mysignals.embedded.child import Child, identity, stop_together
from mysignals.embedded.patience import Patience
from mysignals.embedded.postgres import Postgres
from mysignals.embedded.system_user import unprivileged_user


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the system user of PostgreSQL may go too."""
    made = Path(tempfile.mkdtemp(prefix="mysignals-engine-"))
    yield made
    shutil.rmtree(made)


def test_a_pid_that_a_killed_postgres_left_and_somebody_else_has_now_is_no_obstacle(folder: Path):
    postgres = Postgres(folder / "postgres", folder / "postgres.log", durable=False)
    postgres.prepare()
    left = folder / "postgres" / "data" / "postmaster.pid"
    with subprocess.Popen(["/bin/sleep", "60"], **identity(unprivileged_user())) as somebody_else:
        left.write_text(f"{somebody_else.pid}\n{left.parent}\n1700000000\n5432\n{left.parent}\n\n  1234567  1\nready\n")
        postgres.prepare()
        child = Child(postgres.command())
        try:
            assert Patience().until(postgres.answers, seconds=10)
        finally:
            stop_together([child])
            somebody_else.kill()
        postgres.tidy()


def test_the_pid_of_a_postgres_that_lives_is_left_alone(folder: Path):
    postgres = Postgres(folder / "postgres", folder / "postgres.log", durable=False)
    postgres.prepare()
    child = Child(postgres.command())
    try:
        assert Patience().until(postgres.answers, seconds=10)
        postgres.prepare()
        assert (folder / "postgres" / "data" / "postmaster.pid").exists()
    finally:
        stop_together([child])
        postgres.tidy()
