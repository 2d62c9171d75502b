"""Whatever bytes arrive: decode returns an outcome, never makes up a yes or a no, never takes another's order."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mysignals.domain.outcomes import Accepted, Rejected, Trade, Trades, Unknown

from . import garbled
from .binance.heard import HEARINGS as BINANCE
from .bitget.heard import HEARINGS as BITGET
from .ccxt_adapter.heard import HEARINGS as OTHERS
from .garbled import STATUSES, Dice
from .hearing import AT_THE_DOOR, Hearing
from .magnr.heard import HEARINGS as MAGNR
from .phemex.heard import HEARINGS as PHEMEX

EXCHANGES = {"binance": BINANCE, "bitget": BITGET, "phemex": PHEMEX, "magnr": MAGNR, "others": OTHERS}
HEARINGS = [hearing for hearings in EXCHANGES.values() for hearing in hearings]
NEAR_VALID, ANY_JSON, ANY_BYTES, GARBLED_YES = 10_000, 2_000, 2_000, 1_000
"""Examples that every dialect gets, each its own."""

every_exchange = pytest.mark.parametrize("hearings", EXCHANGES.values(), ids=EXCHANGES)
every_dialect = pytest.mark.parametrize("hearing", HEARINGS, ids=str)
Check = Callable[[Dice, Hearing], object]


def tried(examples: int, hearings: Sequence[Hearing], check: Check) -> None:
    """Not one example less. Drawn is a seed that all dialects of an exchange share: drawing takes longest."""
    seen = dict.fromkeys(map(str, hearings), 0)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.integers(0, 1 << 62))
    def try_one(seed: int) -> None:
        dice = random.Random(seed)
        for hearing in hearings:
            check(dice, hearing)
            seen[str(hearing)] += 1

    try_one()
    assert min(seen.values()) >= examples


@every_exchange
def test_a_near_valid_answer_is_an_outcome(hearings: list[Hearing]) -> None:
    def check(dice: Dice, hearing: Hearing) -> None:
        body = garbled.near_valid(dice, hearing.answers, hearing.every_odd)
        hearing.check(dice.choice(hearing.intents), dice.choice(STATUSES), body)

    tried(NEAR_VALID, hearings, check)


@every_exchange
def test_any_json_is_an_outcome(hearings: list[Hearing]) -> None:
    """Most of it in the envelope of a success, so that what is inside is read."""

    def check(dice: Dice, hearing: Hearing) -> None:
        document = garbled.any_json(dice, hearing.keys, hearing.every_odd)
        whole = hearing.told(document) if dice.random() < 0.7 else document
        hearing.decode(dice.choice(hearing.intents), whole, dice.choice(STATUSES))

    tried(ANY_JSON, hearings, check)


@every_exchange
def test_any_bytes_are_never_a_yes_and_a_no_only_at_the_door(hearings: list[Hearing]) -> None:
    @settings(max_examples=ANY_BYTES, deadline=None, database=None)
    @given(st.integers(0, 1 << 62), st.binary(max_size=200))
    def try_one(seed: int, body: bytes) -> None:
        dice = random.Random(seed)
        for hearing in hearings:
            status = dice.choice(STATUSES)
            outcome = hearing.check(dice.choice(hearing.intents), status, body)
            assert not isinstance(outcome, Accepted | Trade | Trades)
            assert not isinstance(outcome, Rejected) or status in AT_THE_DOOR

    try_one()


@every_exchange
def test_a_garbled_yes_to_a_write_is_never_a_no(hearings: list[Hearing]) -> None:
    """Its codes stay what they are; whatever else is wrong with it, nobody knows."""
    good = {str(hearing): yeses(hearing) for hearing in hearings}

    def check(dice: Dice, hearing: Hearing) -> None:
        intent, answer = dice.choice(good[str(hearing)])
        document = garbled.changed(dice, answer, hearing.every_odd, hearing.codes)
        assert not isinstance(hearing.decode(intent, document), Rejected), (intent, document)

    tried(GARBLED_YES, hearings, check)


def yeses(hearing: Hearing) -> list[tuple[Any, Any]]:
    pairs = [(intent, answer) for intent in hearing.writes for answer in hearing.answers]
    return [(intent, answer) for intent, answer in pairs if isinstance(hearing.decode(intent, answer), Accepted)]


@every_dialect
def test_every_question_has_an_answer_that_is_read(hearing: Hearing) -> None:
    """Or else nothing near it would be near to anything."""
    pairs = [(intent, answer) for intent in hearing.intents for answer in hearing.answers]
    read = {
        type(intent) for intent, answer in pairs if not isinstance(hearing.decode(intent, answer), Unknown | Rejected)
    }
    assert read == {type(intent) for intent in hearing.intents}


@every_dialect
def test_depth_and_length_are_survived(hearing: Hearing) -> None:
    for intent in hearing.intents:
        for body in garbled.TOO_LONG_OR_TOO_DEEP:
            for status in (200, 400):
                hearing.check(intent, status, body)


@every_dialect
def test_a_write_is_neither_done_nor_refused_by_what_cannot_be_read(hearing: Hearing) -> None:
    for intent in hearing.writes:
        for body in garbled.UNREADABLE:
            for status in (200, 400, 404, 500, 502):
                outcome = hearing.check(intent, status, body)
                assert isinstance(outcome, Unknown), (intent, status, body, outcome)


def test_every_dialect_is_heard_once() -> None:
    names = [str(hearing) for hearing in HEARINGS]
    assert len(set(names)) == len(names) == len({id(hearing.dialect) for hearing in HEARINGS}) == 13
