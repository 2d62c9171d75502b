"""What calling off a delivery has come to, for whoever stores it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.outcomes import Rejected

from . import standing
from .seen import Seen
from .session import LegReport
from .standing import Legs


@dataclass(slots=True)
class CalledOff:
    """What calling off came to. Quantities in base, on inverse contracts in contracts."""

    legs: Legs
    """The orders as they are now, as far as they were told."""
    seen: Seen = field(default_factory=Seen)
    placed: list[LegReport] = field(default_factory=list)
    """Orders that our books may not have yet."""
    closed_before: Decimal = standing.ZERO
    """What closes of earlier turns had sold when this one began."""
    is_over: bool = False
    """Nothing of it rests any more, certainly; and what was to be closed is closed, or cannot be."""
    is_reduced: bool = False
    """Of a close of a part: that part is closed, and what is left goes on with its exits."""
    early: set[Leg] = field(default_factory=set)
    """Exits whose sale does not count (sold_early)."""
    refused: Rejected | None = None
    """Why what had filled could not be closed: on futures its exits stay then, and it is not over."""

    @property
    def left(self) -> Decimal:
        """What had filled, and neither exits nor a close have ended."""
        return standing.still_open(self.legs)
