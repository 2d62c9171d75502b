"""One stage a file: its tests follow one another on it, each with a signal of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.play import Play
from tests.faults.stage import Stage, running_stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


@pytest.fixture(scope="module")
def play(stage: Stage) -> Iterator[Play]:
    playing = Play(stage)
    yield playing
    playing.leave()


@pytest.fixture(autouse=True)
def _calm(request: pytest.FixtureRequest) -> None:
    """Every test begins with a quick exchange and a provider who is logged in."""
    if "play" in request.fixturenames:
        playing: Play = request.getfixturevalue("play")
        playing.quick()
        playing.log_in()
