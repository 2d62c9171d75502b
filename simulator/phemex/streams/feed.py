"""What all conversations share: books, prices, clock, the sequence, and how many connections each key has."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson

from simulator.phemex.contracts.book import Book as ContractBook
from simulator.phemex.gate import Gate
from simulator.phemex.identity import NS
from simulator.phemex.limits import Limits
from simulator.phemex.spot.book import Book as SpotBook
from simulator.wire.socket import Socket

VENUE = "phemex"


@dataclass(slots=True)
class Feed:
    contracts: ContractBook
    spot: SpotBook
    gate: Gate
    limits: Limits
    connections: Counter[str] = field(default_factory=Counter)
    last_sequence: int = 0

    @property
    def now_ms(self) -> int:
        return self.contracts.shared.clock.now_ms()

    @property
    def now_ns(self) -> int:
        return self.now_ms * NS

    def next_sequence(self) -> int:
        """Rises with every message, over restarts too: it is never behind the clock."""
        self.last_sequence = max(self.last_sequence + 1, self.now_ms)
        return self.last_sequence


def tell(socket: Socket, message: dict[str, Any]) -> None:
    socket.say(orjson.dumps(message))
