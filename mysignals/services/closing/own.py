"""Closing by hand: what a person's accounts have open, whoever's signal it was. Nobody else's is ever reached."""

from __future__ import annotations

from collections.abc import Collection

from mysignals.models import Instruction, User

from .asking import hand_over, mark
from .live import live_on, reached
from .portions import Portion


def close_own(user: User, instruction: Instruction, only: Collection[int] | None = None) -> int:
    """How many deliveries of the user's are to be closed by it, on all accounts of all environments.

    `only` are ids of deliveries; None is all. `instruction` has its id. Does not commit.
    """
    rows = live_on(reached(user.id, None), instruction)
    taken = [Portion(row) for row in rows if only is None or row.id in only]
    if taken:
        mark(taken, instruction)
        hand_over([one.row for one in taken])
    return len(taken)
