"""Everything there is: the clock, the venues, the keys, the ledger, the faults and the journal, wired together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from random import Random

from simulator.accounts import Account
from simulator.clock import Clock
from simulator.conversation import Speaks
from simulator.faults import Faults
from simulator.journal import Journal, NoJournal
from simulator.ledger import Ledger
from simulator.prices import LastPrice
from simulator.sockets import Sockets
from simulator.streams import Streams
from simulator.traffic import Traffic
from simulator.venue import Venue
from simulator.wire.exchanged import Reply, Request, Route


@dataclass(slots=True)
class Shared:
    """What venues are given: one clock, one ledger, one journal for all, and one place to publish changes."""

    clock: Clock
    ledger: Ledger
    journal: Journal | NoJournal
    seed: int
    streams: Streams = field(default_factory=Streams)


class World:
    def __init__(self, shared: Shared, venues: list[Venue], walk: bool = False) -> None:
        self.clock, self.ledger, self.journal, self.seed = shared.clock, shared.ledger, shared.journal, shared.seed
        self.streams = shared.streams
        self.venues = {venue.name: venue for venue in venues}
        self.faults, self.traffic = Faults(self.seed), Traffic()
        self.accounts: dict[tuple[str, str], Account] = {}
        self.routes: dict[tuple[bytes, bytes], Route] = {
            (method, route.path.encode()): route for venue in venues for method, route in venue.routes()
        }
        self.sockets = Sockets(self.clock, self.journal, self.streams, self.faults, self.traffic)
        self.control: Callable[[Request, bool], Reply] | None = None
        self.reception: Callable[[Request], Reply] | None = None
        self._walk = walk
        self.make_empty()
        self.restore()

    def route_with_id(self, method: bytes, path: bytes) -> Route | None:
        """For a path that no route has word for word: the route whose last part is `{id}`."""
        slash = b"/" if path.endswith(b"/") else b""
        parent = path.removesuffix(b"/").rpartition(b"/")[0]
        return self.routes.get((method, parent + b"/{id}" + slash))

    def answer_elsewhere(self, request: Request, is_local: bool) -> Reply:
        """Control calls, accounts that people open for themselves, and paths that no venue serves."""
        if request.path.startswith(b"/_control/") and self.control is not None:
            return self.control(request, is_local)
        if request.path == b"/paper/accounts" and self.reception is not None:
            return self.reception(request)
        prefix = request.path[1:].partition(b"/")[0].decode("latin-1")
        venue = self.venues.get(prefix)
        return venue.not_found(request) if venue else Reply(404, b'{"error":"no such venue"}')

    def open_account(self, account: Account) -> None:
        for venue in account.venues:
            self.accounts[venue, account.api_key] = account
        self.journal.note("account", f"{account.venues[0]}/{account.api_key}", account)

    def walk_prices(self) -> None:
        for venue in self.venues.values():
            venue.prices.walk(partial(self.move_price, venue))

    def move_price(self, venue: Venue, symbol: str, price: Decimal) -> None:
        self.journal.note("price", f"{venue.name}/{symbol}", LastPrice(f"{venue.name}/{symbol}", price))
        venue.move_price(symbol, price)
        self.streams.announce(venue.name, symbol, "price", price)

    def make_empty(self) -> None:
        """No books, no faults, no counts, no conversations, first prices."""
        self.sockets.drop_all()
        self.dice = Random(f"{self.seed}/keys")
        self.accounts.clear()
        self.ledger.clear()
        self.faults.clear()
        self.traffic.clear()
        for venue in self.venues.values():
            venue.reset()
            if isinstance(venue, Speaks):
                self.sockets.serve(venue.name, venue.sockets())  # new doors: they have counted no connects yet
            if self._walk:
                venue.prices.walking.update(venue.prices.last)

    def reset(self) -> None:
        self.clock.make_real()
        self.make_empty()
        self.journal.erase()

    def restore(self) -> None:
        for last in self.journal.read("price", LastPrice):
            where, _, symbol = last.symbol.partition("/")
            if symbol in self.venues[where].prices.last:
                self.venues[where].prices.last[symbol] = last.price
        for account in self.journal.read("account", Account):
            for name in account.venues:
                self.accounts[name, account.api_key] = account
        for venue in self.venues.values():
            venue.restore(self.journal, self.accounts.values())
        self.ledger.sort()
