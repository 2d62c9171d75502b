"""What a venue is to the rest of the simulator: what is abstract here is all that another venue has to write."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from simulator.accounts import Account
from simulator.prices import Prices
from simulator.wire.connects import Enforced
from simulator.wire.exchanged import Reply, Request, Route

if TYPE_CHECKING:
    from simulator.journal import Journal, NoJournal


class Cleared(Protocol):
    def clear(self) -> None: ...


class Venue(ABC):
    """One prefix, one market. What it has of WebSockets it offers as conversation.py says (`Speaks`).

    `limits` is None where the venue has none; `forgets` is what a reset empties.
    """

    name: str

    def __init__(self, prices: Prices, limits: Enforced | None, *forgets: Cleared) -> None:
        self.prices = prices
        self._limited, self._forgets = limits, forgets

    @abstractmethod
    def routes(self) -> Iterable[tuple[bytes, Route]]:
        """(method, route) with the path behind the prefix included."""

    @abstractmethod
    def not_found(self, request: Request) -> Reply: ...

    @abstractmethod
    def open(self, account: Account, balances: dict[str, Decimal], position_mode: str) -> None:
        """Give the key a desk with these balances; a key that has one keeps it and gets the balances set."""

    @abstractmethod
    def admit(self, account: Account) -> Any:
        """Let the key in, as the account has it now, to its desk: an empty one at first."""

    @abstractmethod
    def restore_desks(self, journal: "Journal | NoJournal") -> None:
        """What the desks had; all accounts have been admitted."""

    @abstractmethod
    def settle(self, symbol: str) -> None:
        """What follows from its last price."""

    def move_price(self, symbol: str, price: Decimal) -> None:
        """Jump there, and settle what it triggers. Raises KeyError for an unknown symbol."""
        self.prices.last[symbol] = price
        self.settle(symbol)

    def enforce_limits(self, enforce: bool) -> None:
        if self._limited is not None:
            self._limited.enforced = enforce

    def reset(self) -> None:
        self.prices.reset()
        for each in self._forgets:
            each.clear()

    def restore(self, journal: "Journal | NoJournal", accounts: Iterable[Account]) -> None:
        for account in accounts:
            if self.name in account.venues:
                self.admit(account)
        self.restore_desks(journal)
