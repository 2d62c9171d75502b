"""A signal's results on their way into the books, portion by portion, while other conversations still go on."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from mysignals.domain.outcomes import Reason
from mysignals.models import Signal
from mysignals.services.holds import Hold
from mysignals.services.outages import DATABASE_AWAY

from .asking import Known
from .pausing import Gate, note_stops
from .record import record
from .results import Result

log = logging.getLogger(__name__)


class Recording:
    """`take` what has ended as it comes, then `finish`. What could not be stored is kept, and stored with the next."""

    def __init__(
        self, results: Sequence[Result], hold: Hold, signal: Signal, gate: Gate, known: dict[int, Known],
        forgotten: Collection[int],
    ) -> None:  # fmt: skip
        """`results` were known before anything was sent: they go with the first portion."""
        self._waiting = list(results)
        self._hold, self._signal, self._gate, self._known, self._forgotten = hold, signal, gate, known, forgotten
        self._away: Exception | None = None

    def take(self, portion: Sequence[Result]) -> None:
        self._waiting += portion
        if not self._waiting:
            return
        try:
            self._store()
        except DATABASE_AWAY as why:
            log.warning("%s deliveries could not be recorded yet (%s)", len(self._waiting), type(why).__name__)
            self._away = why

    def finish(self) -> None:
        """Nothing more comes. Raises what the last attempt raised if it has failed: reconcile finds the rest."""
        if self._waiting and self._away is not None:
            raise self._away
        if self._waiting:
            self._store()

    def _store(self) -> None:
        stored = self._waiting
        record(stored, self._hold, _learned_modes(stored, self._known), self._forgotten)
        self._waiting, self._away = [], None
        note_stops(stored, self._signal, self._gate)


def _learned_modes(results: Sequence[Result], known: dict[int, Known]) -> dict[int, str | None]:
    """Position modes just read, by account; None forgets one that the exchange has just contradicted."""
    modes: dict[int, str | None] = {}
    for result in results:
        facts = known.get(result.row.id)
        if result.reason == Reason.MODE:
            modes[result.row.account_id] = None
        elif facts is not None and facts.mode_is_new and facts.mode is not None:
            modes[result.row.account_id] = facts.mode.value
    return modes
