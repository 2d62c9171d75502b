"""How often clients may connect: counted over a window, refused with 429 where limits are enforced."""

from typing import Protocol

from simulator.clock import Clock
from simulator.conversation import Conversation, Opener
from simulator.wire.exchanged import Reply, Request
from simulator.wire.socket import Socket
from simulator.wire.throttle import Throttle

FIVE_MINUTES_MS = 300_000
MOST_CONNECTS = 300  # with Binance and Bitget


class Enforced(Protocol):
    enforced: bool


def at_most(many: int, clock: Clock, limits: Enforced, opener: Opener) -> Opener:
    """In five minutes: all clients here have one address."""
    throttle = Throttle(many, FIVE_MINUTES_MS)

    def limited(socket: Socket, request: Request) -> Conversation | Reply:
        if not throttle.passes(clock.now_ms()) and limits.enforced:
            return Reply(429, b"", reason="too many connections")
        return opener(socket, request)

    return limited
