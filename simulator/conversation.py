"""What a venue offers over WebSockets: paths, and for each a factory of conversations."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from simulator.wire.exchanged import Reply, Request

if TYPE_CHECKING:
    from simulator.wire.socket import Socket


class Conversation(Protocol):
    """One client's, over one socket: it is told what arrives and says its texts with `socket.say`."""

    def text(self, message: str) -> None:
        """A whole message of the client's."""

    def tick(self, now_ms: int) -> None:
        """About once a second, and whenever the clock was set: for pings, idle clients and expiries."""

    def ended(self) -> None:
        """The socket is gone, whoever closed it: stop listening."""


# The upgrade request is answered with 101, or with the reply where the factory returns one.
Opener = Callable[["Socket", Request], Conversation | Reply]


@runtime_checkable
class Speaks(Protocol):
    """A venue that has WebSockets besides its HTTP calls (venue.py)."""

    def sockets(self) -> Mapping[str, Opener]:
        """By path, prefix included. A path that ends in "/" stands for everything below it."""
