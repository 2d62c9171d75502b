"""The same seed and the same requests give the same bytes, at every venue; and books outlive their process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.simulator.scripts import SCRIPTS
from tests.simulator.scripts.script import NOW_MS, Script
from tests.support.simulator_process import SimulatorProcess

LATER_MS = NOW_MS + 60_000


@pytest.fixture(scope="module")
def said() -> list[bytes]:
    return everything_said(seed=7)


def test_two_processes_with_one_seed_say_the_same_bytes(said: list[bytes]) -> None:
    assert everything_said(seed=7) == said


def test_books_on_disk_say_the_same_bytes_as_books_in_memory(said: list[bytes], tmp_path: Path) -> None:
    assert everything_said(seed=7, state=tmp_path / "paper.db") == said


def test_another_seed_says_something_else(said: list[bytes]) -> None:
    assert everything_said(seed=8) != said


def test_no_venue_is_left_out(simulator: SimulatorProcess) -> None:
    assert set(simulator.control("GET", "prices")) == set(SCRIPTS)


@pytest.mark.parametrize("venue", SCRIPTS)
def test_books_of_every_venue_outlive_their_process(venue: str, tmp_path: Path) -> None:
    state = tmp_path / "paper.db"
    with SimulatorProcess(state=state) as process:
        stop_the_clock(process, NOW_MS)
        scripts = [make(process) for make in SCRIPTS[venue]]
        for script in scripts:
            script.trade(NOW_MS)
        before = seen(process, scripts)
        process.kill()
    with SimulatorProcess(state=state) as process:
        stop_the_clock(process, NOW_MS)
        for script in scripts:
            script.move_to(process)
        assert seen(process, scripts) == before


def seen(process: SimulatorProcess, scripts: list[Script]) -> list[str]:
    """Orders, positions, balances, and the ledger (by order: within a millisecond it knows no other)."""
    with answers_of(process) as answers:
        for script in scripts:
            script.look(NOW_MS)
    assert {answer.status_code for answer in answers} == {200}
    rows = process.control("GET", "ledger")
    return [*(answer.text for answer in answers), *sorted(map(str, rows))]


def everything_said(seed: int, state: Path | None = None) -> list[bytes]:
    """Status, headers and body of every answer to one long conversation with all venues."""
    with SimulatorProcess(seed=seed, state=state) as process, answers_of(process) as answers:
        stop_the_clock(process, NOW_MS)
        scripts = [make(process) for makers in SCRIPTS.values() for make in makers]
        for script in scripts:
            script.trade(NOW_MS)
        let_prices_walk(process)
        for venue in SCRIPTS:
            chance = {"venue": venue, "kind": "maintenance", "on": "query", "probability": 0.5, "count": 2}
            process.control("POST", "faults", chance)
        for script in scripts:
            script.look(LATER_MS)
        for told in ("ledger", "requests", "faults", "prices"):
            process.control("GET", told)
    return [whole(answer) for answer in answers]


def let_prices_walk(process: SimulatorProcess) -> None:
    for venue, prices in process.control("GET", "prices").items():
        for symbol in prices:
            process.control("POST", "prices", {"venue": venue, "symbol": symbol, "walk": True})
    process.control("POST", "clock", {"advance_ms": LATER_MS - NOW_MS})


def stop_the_clock(process: SimulatorProcess, now_ms: int) -> None:
    process.control("POST", "clock", {"now_ms": now_ms})


@contextmanager
def answers_of(process: SimulatorProcess) -> Iterator[list[requests.Response]]:
    """Every answer that the process gives meanwhile."""
    heard: list[requests.Response] = []

    def hear(answer: requests.Response, *_: Any, **__: Any) -> None:
        heard.append(answer)

    process.session.hooks["response"].append(hear)
    yield heard
    process.session.hooks["response"].remove(hear)


def whole(answer: requests.Response) -> bytes:
    headers = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return f"{answer.status_code}\n{headers}\n".encode() + answer.content
