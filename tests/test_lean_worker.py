"""What a worker process loads: its tasks and its app, and nothing that answers browsers or changes tables."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests

LOOK = """
import sys
from workers import context, fan_out, mail, payments, portfolio, trade, upkeep
assert context.app().jinja_env.get_template("mail/reset.txt")
print([name for name in sys.modules if name.startswith(("mysignals.web", "alembic", "flask_migrate"))])
"""


def test_a_worker_loads_no_views_and_no_migrations() -> None:
    env = environment_for_tests("postgresql://nobody@127.0.0.1/none", "redis://127.0.0.1:1/0")
    given = {**os.environ, **env, "VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}
    command = [sys.executable, "-c", LOOK]
    found = subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert (found.stdout.strip(), found.returncode) == ("[]", 0), found.stderr
