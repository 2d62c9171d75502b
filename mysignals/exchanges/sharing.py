"""Answers that the copies of one account and symbol share in one turn: each of them would ask the same for itself."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field

from mysignals.domain.intents import WRITES, Intent, QueryOrder

from .wire import HttpRequest, Reply

Question = tuple[HttpRequest, bool]
"""As it would be signed at the beginning of time, and whether it is signed anew, because the first time it was refused
for its time. An exchange that tells of one order by the list of all (Phemex) is asked for that list once.
"""


@dataclass(eq=False, slots=True)
class Board:
    """Of one account, market and symbol in one turn, and made when the turn is taken: no answer on it is older.

    A copy that is alone has one, too: Phemex tells of its entry and of its exits by one list.
    """

    copies: int = 1
    replies: dict[Question, Awaitable[Reply]] = field(default_factory=dict)
    """Also those that are under way. Kept by the transport that asks; one that shares nothing leaves it empty."""


@dataclass(eq=False, slots=True)
class Sharing:
    """One conversation's part of a board: it reads there until it writes, for then the answers may be older than what
    it has placed or cancelled.
    """

    board: Board
    has_written: bool = False
    written: set[str] = field(default_factory=set)
    """Client ids of the orders that it has placed or cancelled."""

    def note(self, intent: Intent) -> None:
        if isinstance(intent, WRITES):
            self.has_written = True
            self.written.add(getattr(intent, "client_id", ""))

    @property
    def readable(self) -> Board | None:
        return None if self.has_written else self.board

    def readable_of(self, asked: QueryOrder) -> Board | None:
        """Of an order that an earlier turn may have placed: what this one has written since makes no such one older."""
        return None if asked.client_id in self.written else self.board
