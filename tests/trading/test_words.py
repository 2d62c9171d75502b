"""What owners read when something of theirs is ended: no number that they have never seen."""

from __future__ import annotations

import pytest

from mysignals.models import Signal
from mysignals.services.trading import words
from mysignals.services.trading.asker import Asker


@pytest.mark.parametrize(("is_private", "whose"), [(True, "(by your program)"), (False, "(signal 17)")])
def test_a_programs_order_is_not_told_as_a_signal(is_private: bool, whose: str) -> None:
    signal = Signal(id=17, side="BUY", symbol="BTCUSDT", market="futures", is_private=is_private)
    told = words.never_sent(signal, "binance", Asker.PROGRAM)
    assert told.startswith(f"Cancelled on Binance: BUY BTCUSDT futures {whose}.")


def test_who_follows_reads_that_the_provider_closed_it() -> None:
    signal = Signal(id=17, side="BUY", symbol="BTCUSDT", market="futures", is_private=False)
    assert "(signal 17). Its provider closed it. Nothing had filled" in words.unfilled(
        signal, "binance", Asker.PROVIDER
    )
