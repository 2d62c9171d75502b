"""After the storm: everything up, no fault left, and the time it takes until every delivery is settled."""

from __future__ import annotations

import time

import psycopg2

from tests.chaos import ours
from tests.chaos.repeater import Repeater
from tests.chaos.stage import Stage
from tests.chaos.storm import Control

PROMISED_S = 60
_LONGEST_S = 90
_CALM_S = 30
"""Protection is judged after this much calm."""
_TURNS_S = 12
"""And after this much since the last delivery was settled: what was found late is followed from then on."""
_EVERY_S = 0.5


def settle(stage: Stage, control: Control, repeater: Repeater) -> tuple[float, list[int]]:
    """Seconds until all are settled, and those that are not after a minute and a half. What was sent of late comes to
    the workers once more first.
    """
    stage.log.note("calm", "begins")
    began = time.monotonic()
    stage.wait(control.calm, "the end of all faults")
    stage.wait(stage.all_up, "all processes")
    repeater.all_again()
    settled_s, late = _until_settled(stage, began)
    until = max(began + _CALM_S, began + settled_s + _TURNS_S)
    while time.monotonic() < until:
        stage.tick()
        time.sleep(_EVERY_S)
    return settled_s, late


def _until_settled(stage: Stage, began: float) -> tuple[float, list[int]]:
    """Twice in a row, since one that is given back to the queue was unsettled all the time."""
    first, late = None, [0]
    while time.monotonic() < began + _LONGEST_S:
        stage.tick()
        now = time.monotonic() - began
        try:
            late = ours.unsettled(stage.dsn)
        except psycopg2.OperationalError:
            late = [0]  # The database is still coming back.
        if late:
            first = None
        elif first is not None:
            return first, []
        else:
            first = now
        time.sleep(_EVERY_S)
    return time.monotonic() - began, late
