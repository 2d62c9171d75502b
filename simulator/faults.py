"""Faults on demand: which rule, if any, strikes a request. What a strike does is in wire/delivery.py,
and in sockets.py for WebSockets.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from random import Random

KINDS = frozenset({
    "refuse", "delay", "lost_answer", "error_after_execute", "error_before_execute", "late_execute", "rate_limit",
    "ban", "maintenance", "garbage", "drop_ws", "silent_ws", "reject", "partial",
})  # fmt: skip
ABOUTS = frozenset({"order", "query", "cancel", "any"})
OF_WEBSOCKETS = frozenset({"drop_ws", "silent_ws"})


@dataclass(slots=True)
class Fault:
    """`left` is how often it may still strike (None: until cleared); `body` is sent as it is.

    `path` is a part of the paths it is aimed at; empty for all.
    """

    id: int
    venue: str
    kind: str
    on: str = "any"
    api_key: str | None = None
    left: int | None = None
    probability: float = 1.0
    delay_ms: int | None = None
    status: int | None = None
    body: bytes | None = None
    fraction: Decimal | None = None
    path: str = ""

    def concerns(self, venue: str, about: str, api_key: str | None, path: str) -> bool:
        return (
            self.venue == venue
            and self.path in path
            and self.on in ("any", about)
            and (self.api_key is None or self.api_key == api_key)
            and self.kind not in OF_WEBSOCKETS
        )


@dataclass(slots=True)
class Strike:
    """What befalls one request: at most one fault that decides its answer, and a delay and a partial besides."""

    decisive: Fault | None = None
    delay_ms: int = 0
    fraction: Decimal | None = None


def at_once(quantity: Decimal, fraction: Decimal | None, step: Decimal, all_or_nothing: bool = False) -> Decimal:
    """What the market gives of a quantity: all of it, or where `partial` strikes the fraction, in whole steps."""
    if fraction is None:
        return quantity
    return Decimal(0) if all_or_nothing else (quantity * fraction).quantize(step, rounding=ROUND_DOWN)


class Faults:
    """Rules in order of arrival; the first decisive one that strikes wins, delays add up."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.clear()

    def clear(self) -> None:
        self.rules: list[Fault] = []
        self._dice = Random(f"{self._seed}/faults")
        self._made = 0

    def add(self, fault: Fault) -> int:
        self._made += 1
        fault.id = self._made
        self.rules.append(fault)
        return fault.id

    def strike(self, venue: str, about: str, api_key: str | None, path: str = "") -> Strike:
        found = Strike()
        for fault in list(self.rules):
            decides = fault.kind not in ("delay", "partial")
            is_aimed = fault.concerns(venue, about, api_key, path)
            if (decides and found.decisive) or not is_aimed or not self._strikes(fault):
                continue
            if decides:
                found.decisive = fault
            elif fault.kind == "delay":
                found.delay_ms += fault.delay_ms or 0
            else:
                found.fraction = fault.fraction
        return found

    def strike_socket(self, venue: str, api_keys: set[str], only: Fault | None = None) -> Fault | None:
        for fault in list(self.rules):
            hits_key = fault.api_key is None or fault.api_key in api_keys
            aimed = fault.kind in OF_WEBSOCKETS and fault.venue == venue and hits_key
            if aimed and only in (None, fault) and self._strikes(fault):
                return fault
        return None

    def _strikes(self, fault: Fault) -> bool:
        if fault.probability < 1.0 and self._dice.random() >= fault.probability:
            return False
        if fault.left is not None:
            fault.left -= 1
            if fault.left <= 0:
                self.rules.remove(fault)
        return True
