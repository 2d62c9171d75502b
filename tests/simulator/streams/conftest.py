"""Sockets of a test, closed after it."""

from collections.abc import Callable, Iterator

import pytest

from tests.simulator.streams.client import Ear
from tests.support.simulator_process import SimulatorProcess

Connect = Callable[[str], Ear]


@pytest.fixture
def connect(simulator: SimulatorProcess) -> Iterator[Connect]:
    opened: list[Ear] = []

    def one(path: str) -> Ear:
        opened.append(Ear(simulator, path))
        return opened[-1]

    yield one
    for ear in opened:
        ear.socket.shutdown()
