"""Refusals that are made once and raised often."""

from simulator.binance.refusal import Refusal
from simulator.binance.usdm.book import REDUCE_ONLY


def test_a_refusal_raised_a_hundred_times_keeps_no_frames() -> None:
    for _ in range(100):
        try:
            raise REDUCE_ONLY
        except Refusal as refusal:
            refusal.reply()
    assert REDUCE_ONLY.__traceback__ is None
