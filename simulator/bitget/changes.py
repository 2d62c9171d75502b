"""Changed records on their way out: into the journal, and to whoever listens to the key (simulator/streams.py).

What is published as `order`, `plan`, `fill`, `position` or `balance` is a record of spot/records.py or of
mix/records.py: its class tells the market.
"""

from typing import Any

from simulator.world import Shared

VENUE = "bitget"


class Changes:
    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def note(self, where: str, key: str, kind: str, record: Any) -> None:
        """`key` is unique among the journal's rows of `where`; `record.api_key` says whose it is."""
        self._shared.journal.note(where, key, record)
        self._shared.streams.publish(VENUE, record.api_key, kind, record)
