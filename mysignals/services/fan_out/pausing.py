"""Which of the claimed may go to their venue: while stops fail there one entry at a time tries it, all others wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mysignals.models import Signal
from mysignals.services.breaker import Venue, breaker, tried

from .claim import Claimed
from .results import Result, held_back


@dataclass(slots=True)
class Gate:
    """`rows` may go. `held_back` are the others' results; `trials` the venues that a row of ours tries, by delivery."""

    rows: list[Claimed] = field(default_factory=list)
    held_back: list[Result] = field(default_factory=list)
    trials: dict[int, Venue] = field(default_factory=dict)


def admit(rows: Sequence[Claimed], signal: Signal, *, is_too_old: bool) -> Gate:
    """An entry that waits goes back to the queue, and expires like any other when its signal is too old."""
    paused, gate = breaker().paused(), Gate()
    for row in rows:
        where = _venue(row, signal)
        if where.key not in paused:
            gate.rows.append(row)
        elif not is_too_old and where not in gate.trials.values() and breaker().takes_trial(where):
            gate.rows.append(row)
            gate.trials[row.id] = where
        else:
            gate.held_back.append(held_back(row, signal, where, is_too_old=is_too_old))
    return gate


def note_stops(results: Sequence[Result], signal: Signal, gate: Gate) -> None:
    """What the batch has learned about its venues."""
    breaker().note(
        [one for result in results for one in tried(_venue(result.row, signal), result.row.account_id, result.legs)]
    )
    for result in results:
        if result.row.id in gate.trials and not result.legs:
            breaker().give_trial_back(gate.trials[result.row.id])


def _venue(row: Claimed, signal: Signal) -> Venue:
    return Venue(row.exchange, row.environment, signal.market)
