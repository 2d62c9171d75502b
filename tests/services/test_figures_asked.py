"""Figures of an account are asked for once, and again where nobody has read them: a message may be lost."""

from __future__ import annotations

from mysignals.services.portfolio import kept
from tests.support.served import House

ACCOUNT = 7


def asked(house: House) -> int:
    """How many messages wait for a worker once somebody has asked."""
    kept.ask([ACCOUNT])
    return house.tasks("portfolio")


def lasts(house: House) -> float:
    """For how many seconds nobody asks again."""
    left: int = house.app.extensions["redis"].pttl(f"mysignals:portfolio:asked:{ACCOUNT}")
    return left / 1000


def test_it_is_asked_for_again_when_no_worker_has_taken_it_within_two_seconds(house: House) -> None:
    with house.app.app_context():
        assert (asked(house), asked(house)) == (1, 1)
        assert 0 < lasts(house) <= 2
        house.app.extensions["redis"].delete("portfolio", f"mysignals:portfolio:asked:{ACCOUNT}")
        assert asked(house) == 1
        assert kept.take(10) == [ACCOUNT], "asked for twice, it is read once"


def test_a_worker_that_died_with_it_holds_it_up_for_half_a_minute_at_most(house: House) -> None:
    with house.app.app_context():
        asked(house)
        assert kept.take(10) == [ACCOUNT] and kept.take(10) == []
        assert (asked(house), lasts(house) <= 30) == (1, True)
        house.app.extensions["redis"].delete(f"mysignals:portfolio:asked:{ACCOUNT}")
        assert asked(house) == 2 and kept.take(10) == [ACCOUNT]
