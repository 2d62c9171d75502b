"""One table of numbered cases, on every market of every simulated exchange, over both transports."""

from __future__ import annotations

from typing import Any

import pytest

from mysignals.domain.outcomes import Reason
from tests.exchanges.cases.case import Case, Told
from tests.exchanges.cases.facts import fact
from tests.exchanges.cases.table import CASES
from tests.exchanges.cases.trial import Trial
from tests.exchanges.trading import PLACES, Place
from tests.support.simulator_process import SimulatorProcess

RUNS = [(case, place) for case in CASES for place in PLACES if case.excuse(place) is None]
Accounts = dict[tuple[int, Place], dict[str, str]]


@pytest.fixture(scope="module")
def accounts(transport: Any, simulator: SimulatorProcess) -> Accounts:
    """One for each run, all opened at once."""
    opened = simulator.control("POST", "/_control/accounts", [case.account(place) for case, place in RUNS])
    return {(case.number, place): account for (case, place), account in zip(RUNS, opened, strict=True)}


@pytest.mark.parametrize(("case", "place"), RUNS, ids=lambda part: str(getattr(part, "number", part)))
def test_a_case(case: Case, place: Place, transport: Any, simulator: SimulatorProcess, accounts: Accounts) -> None:
    trial = Trial(place, simulator, transport, accounts[case.number, place])
    expected = case.expected(place)
    try:
        outcome = case.does(trial)
    finally:
        trial.put_right()
    faults = expected.faults(outcome, trial)
    if isinstance(expected, Told) or expected.orders:
        taken = trial.taken()
        faults += [] if taken == expected.orders else [f"{taken} orders were taken, not {expected.orders}"]
    assert not faults, (f"{case.number}: {case.name}", faults)


def test_cases_are_numbered_from_one_and_named_once() -> None:
    assert [case.number for case in CASES] == list(range(1, len(CASES) + 1))
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.number))
def test_a_case_runs_somewhere_and_every_excuse_is_used_and_a_fact(case: Case) -> None:
    assert any(case.excuse(place) is None for place in PLACES)
    for lack in case.unless:
        assert any(lack.excused(place) for place in PLACES), lack
        assert all(fact(place, lack.fact) is not None for place in PLACES)
        assert lack.words


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.number))
def test_what_is_told_otherwise_is_told_so_somewhere(case: Case) -> None:
    running = [place for place in PLACES if case.excuse(place) is None]
    assert {id(case.expected(place)) for place in running} >= {id(told) for told in case.at.values()}


def test_every_reason_is_given_by_some_exchange() -> None:
    """A duplicate is no refusal: it proves that an earlier send arrived."""
    told = [case.expected(place) for case in CASES for place in PLACES if case.excuse(place) is None]
    reasons = {each.reason for each in told if isinstance(each, Told)}
    assert set(Reason) - reasons == {Reason.DUPLICATE}
