"""One house for all tests that only look at it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.support.house import RunningHouse


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """Everything, started with the defaults on an empty instance."""
    running = RunningHouse(tmp_path_factory.mktemp("house") / "instance")
    yield running
    code, _, left = running.end(signal.SIGTERM)
    assert (code, left) == (0, [])
