"""How often a state is looked at while somebody waits, so that a key's limit is not used up by looking."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

FIRST_PAUSES_S = (0.3, 0.5, 1.0, 2.0)
LATER_PAUSES_S = 3.0


def pauses() -> Iterator[float]:
    """Seconds between one look and the next, without end."""
    return itertools.chain(FIRST_PAUSES_S, itertools.repeat(LATER_PAUSES_S))
