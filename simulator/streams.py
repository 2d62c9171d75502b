"""From the books to whoever listens: the one place where changes are published.

A book says what has changed, in the moment in which the record has its new state (beside `journal.note`):

    shared.streams.publish(venue, api_key, "order", order)        an order was taken in, changed, or ended
    shared.streams.publish(venue, api_key, "fill", fill)          one fill, after the order's own "order"
    shared.streams.publish(venue, api_key, "position", position)  size, entry price, margin, mode or leverage
    shared.streams.publish(venue, api_key, "balance", wallet)     one currency of the wallet
    shared.streams.announce(venue, symbol, "price", price)        for everyone; World.move_price does it for all
    shared.streams.announce(venue, symbol, "trade", fill)         for everyone

`record` is the venue's own living record; a venue may use further kinds between its books and its own
conversations. Where nobody listens a call costs one look into a dict. Publishing never raises and never
writes: what is said in answer leaves after the journal has committed the turn, as answers do.

A listener is asked twice. `hear` comes at once, in the middle of the deed: the record changes on, so what is
to be told is read from it there (a wallet may be half-way). `conclude` comes once, at the end of the turn,
when every record is as it should be: the place for balances and for whatever is told once per turn.
"""

from collections.abc import Callable
from typing import Any, Protocol

Subject = tuple[str, str]  # venue, and the api key (or the symbol)


class Listener(Protocol):
    def hear(self, kind: str, record: Any) -> None: ...

    def conclude(self) -> None: ...


class Streams:
    """`at_turn_end` is told by the server how to have a deed done when the turn is over."""

    def __init__(self) -> None:
        self._of_keys: dict[Subject, list[Listener]] = {}
        self._of_symbols: dict[Subject, list[Listener]] = {}
        self._stirred: dict[Listener, None] = {}
        self.at_turn_end: Callable[[Callable[[], None]], object] | None = None

    def publish(self, venue: str, api_key: str, kind: str, record: Any) -> None:
        listeners = self._of_keys.get((venue, api_key))
        if listeners:
            self._tell(listeners, kind, record)

    def announce(self, venue: str, symbol: str, kind: str, record: Any) -> None:
        listeners = self._of_symbols.get((venue, symbol))
        if listeners:
            self._tell(listeners, kind, record)

    def subscribe(self, venue: str, api_key: str, listener: Listener) -> None:
        _add(self._of_keys, (venue, api_key), listener)

    def unsubscribe(self, venue: str, api_key: str, listener: Listener) -> None:
        _remove(self._of_keys, (venue, api_key), listener)

    def follow(self, venue: str, symbol: str, listener: Listener) -> None:
        _add(self._of_symbols, (venue, symbol), listener)

    def unfollow(self, venue: str, symbol: str, listener: Listener) -> None:
        _remove(self._of_symbols, (venue, symbol), listener)

    def conclude(self) -> None:
        """The turn is over. Who hears something while concluding concludes once more."""
        while self._stirred:
            stirred, self._stirred = self._stirred, {}
            for listener in stirred:
                listener.conclude()

    def _tell(self, listeners: list[Listener], kind: str, record: Any) -> None:
        if not self._stirred and self.at_turn_end is not None:
            self.at_turn_end(self.conclude)
        for listener in tuple(listeners):
            self._stirred[listener] = None
            listener.hear(kind, record)


def _add(where: dict[Subject, list[Listener]], subject: Subject, listener: Listener) -> None:
    listeners = where.setdefault(subject, [])
    if listener not in listeners:
        listeners.append(listener)


def _remove(where: dict[Subject, list[Listener]], subject: Subject, listener: Listener) -> None:
    """Without a trace: the dict holds those only to whom somebody listens."""
    listeners = where.get(subject, [])
    if listener in listeners:
        listeners.remove(listener)
    if not listeners:
        where.pop(subject, None)
