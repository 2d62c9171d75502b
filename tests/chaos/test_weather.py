"""A storm is made of its seed alone, and holds something of everything."""

from __future__ import annotations

from collections import Counter

from simulator.faults import KINDS
from tests.chaos.weather import forecast


def test_one_seed_is_one_storm_and_another_seed_another():
    assert forecast(1, 30, 6, 2) == forecast(1, 30, 6, 2)
    assert forecast(1, 30, 6, 2) != forecast(2, 30, 6, 2)


def test_every_event_has_its_turn_in_time():
    moments = [event.at for event in forecast(3, 30, 6, 2)]
    assert moments == sorted(moments) and moments[0] >= 0 and moments[-1] < 35


def test_a_long_storm_has_every_kind_of_fault_and_kills_every_process():
    events = forecast(1, 600, 20, 2)
    assert {event.about["kind"] for event in events if event.what == "fault"} == KINDS
    killed = Counter(event.about["name"] for event in events if event.what == "kill")
    assert {"worker-1", "worker-2", "web", "beat", "redis", "postgres", "simulator"} == set(killed)


def test_all_signals_are_published_and_no_victim_is_missing_on_the_stage():
    events = forecast(7, 30, 6, 1)
    assert [event.what for event in events].count("signal") == 6
    assert "worker-2" not in {event.about["name"] for event in events if event.what == "kill"}


def test_stops_and_targets_are_on_their_sides():
    for event in forecast(5, 600, 40, 2):
        if event.what == "signal":
            draft = event.about["draft"]
            levels = [float(draft[name]) for name in ("sl", "price", "tp1", "tp2", "tp3")]
            assert levels == sorted(levels, reverse=draft["side"] == "SELL"), draft
