"""A trade that holds its exits inside, looked at again: one question tells all."""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import Leg, ReadTrade
from mysignals.domain.outcomes import Closing, Trade

from .dialect import Call
from .seen import Ending, Seen
from .session import Session
from .standing import Legs
from .trades import entry_of, exit_of
from .wire import Reply

Step = Generator[Call, Reply, None]


def look_at_trade(session: Session, legs: Legs, seen: Seen) -> Step:
    """One question tells all: the trade holds its exits inside."""
    told = yield from session.ask(ReadTrade(session.exchange_ids.get(Leg.ENTRY, "")))
    if not isinstance(told, Trade):
        return
    seen.orders[Leg.ENTRY] = entry_of(session, told)
    for leg in legs:
        if leg is not Leg.ENTRY:
            seen.orders[leg] = exit_of(session, told, leg)
    if told.closing is not None:
        by_an_exit = told.closing in (Closing.STOP, Closing.TARGET)
        seen.ending = Ending.CLOSED if by_an_exit else Ending.CLOSED_THERE
