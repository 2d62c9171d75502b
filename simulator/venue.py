"""What a venue offers to the rest of the simulator: this is all that another venue has to write."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from simulator.accounts import Account
from simulator.prices import Prices
from simulator.wire.exchanged import Reply, Request, Route

if TYPE_CHECKING:
    from simulator.journal import Journal, NoJournal


class Venue(Protocol):
    """One prefix, one market. What it has of WebSockets it offers as conversation.py says (`Speaks`)."""

    name: str
    prices: Prices

    def routes(self) -> Iterable[tuple[bytes, Route]]:
        """(method, route) with the path behind the prefix included."""

    def not_found(self, request: Request) -> Reply: ...

    def open(self, account: Account, balances: dict[str, Decimal], position_mode: str) -> None:
        """Give the key a desk with these balances; a key that has one keeps it and gets the balances set."""

    def move_price(self, symbol: str, price: Decimal) -> None:
        """Jump there, and settle what it triggers. Raises KeyError for an unknown symbol."""

    def enforce_limits(self, enforce: bool) -> None: ...

    def reset(self) -> None: ...

    def restore(self, journal: "Journal | NoJournal", accounts: Iterable[Account]) -> None: ...
