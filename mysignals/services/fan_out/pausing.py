"""Which of the claimed may go to their venue: while stops fail there one entry at a time tries it, all others wait.

Where an exchange lets us ask little, they wait for what is in doubt there, too, and for room in what it lets us ask.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from mysignals.domain.doubt import MOST_BESIDE
from mysignals.domain.market import Market
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.models import Signal
from mysignals.services.breaker import Venue, breaker, paused_sentence, tried
from mysignals.services.venues import is_used_up

from .claim import Claimed
from .results import Result, held_back

log = logging.getLogger(__name__)
BESIDE_DOUBTS = (
    "The exchange had left too many orders unanswered: what became of these was found out first. Nothing was sent."
)
USED_UP = (
    "What the exchange lets one address ask within minutes was used up, and the rest is kept for what is open there. "
    "Nothing was sent."
)


@dataclass(slots=True)
class Gate:
    """`rows` may go. `held_back` are the others' results; `trials` the venues that a row of ours tries, by delivery."""

    rows: list[Claimed] = field(default_factory=list)
    held_back: list[Result] = field(default_factory=list)
    trials: dict[int, Venue] = field(default_factory=dict)


def admit(rows: Sequence[Claimed], signal: Signal, *, is_too_old: bool) -> Gate:
    """An entry that waits goes back to the queue, and expires like any other when its signal is too old."""
    paused, gate, beside = breaker().paused(), Gate(), ""
    used_up = {where for where in {_place(row) for row in rows} if _is_used_up(*where, signal)}
    for row in rows:
        where = _venue(row, signal)
        if _is_beside_doubts(row, signal):
            gate.held_back.append(held_back(row, signal, BESIDE_DOUBTS, is_too_old=is_too_old))
            beside = f"{where}: {row.in_doubt}"
        elif _place(row) in used_up:
            gate.held_back.append(held_back(row, signal, USED_UP, is_too_old=is_too_old))
        elif where.key not in paused:
            gate.rows.append(row)
        elif not is_too_old and where not in gate.trials.values() and breaker().takes_trial(where):
            gate.rows.append(row)
            gate.trials[row.id] = where
        else:
            gate.held_back.append(held_back(row, signal, paused_sentence(where), is_too_old=is_too_old))
    if beside:
        log.warning("nothing new is begun beside so many copies in doubt at %s", beside)
    if used_up:
        log.warning("nothing new is begun where our address has used up its minutes: %s", sorted(used_up))
    return gate


def _is_beside_doubts(row: Claimed, signal: Signal) -> bool:
    return row.in_doubt >= MOST_BESIDE and _is_scarce(row.exchange, row.api_version, signal)


def _place(row: Claimed) -> tuple[str, str, str]:
    return row.exchange, row.api_version, row.environment


def _is_used_up(exchange: str, version: str, environment: str, signal: Signal) -> bool:
    """What was claimed would wait for its turn until its fence, and be in doubt if its worker died."""
    if not _is_scarce(exchange, version, signal):
        return False
    market = Market(signal.market)
    return is_used_up(dialect_for(exchange, market, version), market, environment)


def _is_scarce(exchange: str, version: str, signal: Signal) -> bool:
    at = (exchange, Market(signal.market), version)
    return is_offered(*at) and dialect_for(*at).abilities.is_scarce


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
