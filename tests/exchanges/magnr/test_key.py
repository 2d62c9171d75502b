"""A key of Magnr is checked by reading its trades: there is nothing else to read."""

import pytest

from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason
from mysignals.exchanges.key_check import KeyCheck, check_key
from mysignals.exchanges.magnr import FUTURES
from mysignals.exchanges.wire import HttpResponse

from .answers import TRADES
from .asking import KEY, answer, error


def checked(reply: HttpResponse) -> KeyCheck:
    flow = check_key({Market.FUTURES: FUTURES}, KEY, "live")
    call = next(flow)
    assert call.encode(1).path == "/api/v1/trades/"
    try:
        flow.send(reply)
    except StopIteration as end:
        found: KeyCheck = end.value
        return found
    raise AssertionError("one question is enough")


@pytest.mark.parametrize("trades", [TRADES, {"trades": []}])
def test_a_key_that_reads_its_trades_is_fit_and_what_it_may_do_is_not_known(trades: dict[str, list[object]]) -> None:
    found = checked(answer(trades))
    assert (found.ok, found.may_withdraw, found.position_mode, found.permissions) == (True, None, None, None)


def test_a_wrong_key_is_refused_and_a_wrong_clock_is_asked_again() -> None:
    wrong, late = checked(error(401, "Invalid signature")), checked(error(401, "Invalid tonce"))
    assert (wrong.ok, wrong.reason, wrong.is_final) == (False, Reason.AUTH, True)
    assert (late.ok, late.reason, late.is_final) == (False, Reason.TIME, False)


def test_a_silent_exchange_proves_nothing_about_the_key() -> None:
    assert not checked(HttpResponse(504, b"")).is_final
