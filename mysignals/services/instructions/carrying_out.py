"""One instruction, whichever it is."""

from __future__ import annotations

from .asked import Answer, By, Closing, Opening
from .closing import close
from .opening import open_
from .pricing import Foreseen


def carry_out(by: By, asked: Opening | Closing, foreseen: Foreseen | None = None) -> Answer:
    """Store it and hand its work over after the commit, which is the caller's. `foreseen` is what `foresee` told.

    Raises, with nothing stored, Invalid, NoExchange, NotAllowed, Conflict and ExchangeUnavailable.
    """
    return open_(by, asked, foreseen) if isinstance(asked, Opening) else close(by, asked)
