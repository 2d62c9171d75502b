"""The JavaScript SDK, built, before the real API over HTTP with a worker and exchanges behind it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.public_v1.program import Program, program
from tests.sdk_js.api_process import ApiProcess
from tests.support.waiting import wait_until
from tests.trading.conftest import Desk, Floor, desk, floor

__all__ = ["desk", "floor"]
ROOT = Path(__file__).parents[2]
SDK = ROOT / "sdk" / "js"
_ON_THEIR_WAY = """
    SELECT id FROM deliveries WHERE state IN ('queued', 'sending', 'unknown')
    OR (cancel_asked_at IS NOT NULL AND state IN ('accepted', 'partially_filled', 'filled'))
"""


@pytest.fixture(scope="session")
def built() -> Path:
    """Where the SDK lies; `make` looks whether it has to be built anew."""
    if shutil.which("npm") is None:
        pytest.skip("the JavaScript SDK needs Node 20.19 or newer, with npm")
    with Path(tempfile.gettempdir(), f"mysignals-sdk-js-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Other processes of the same run want it, too.
        made = subprocess.run(["make", "--silent", "sdk-js"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return SDK


@pytest.fixture(scope="module")
def api(floor: Floor) -> Iterator[ApiProcess]:
    with ApiProcess(floor.env) as running:
        yield running


@pytest.fixture
def bot(desk: Desk) -> Iterator[Program]:
    """With a key that may do everything, and nothing remembered of whom it belongs to.

    Nothing is left on its way: accounts of the next test have the same keys at the exchange.
    """
    redis = desk.house.app.extensions["redis"]
    for pattern in ("mysignals:portfolio:*", "mysignals:v1:*"):
        for name in redis.scan_iter(pattern):
            redis.delete(name)
    yield program(desk.house, desk.ann)
    wait_until(lambda: not desk.rows(_ON_THEIR_WAY), 30, "the end of all that was sent")


def pair(one: Program) -> list[str]:
    return [one.key, one.secret]


def run_node(built: Path, *arguments: str, given: Mapping[str, Any] | None = None, timeout: float = 90) -> str:
    """What a program has printed; it must end well. `given` arrives as JSON in MYSIGNALS_GIVEN."""
    env = os.environ | {"MYSIGNALS_GIVEN": json.dumps(given or {}), "NO_COLOR": "1"}
    ended = subprocess.run(
        ["node", *arguments], cwd=built, env=env, capture_output=True, text=True, timeout=timeout, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
