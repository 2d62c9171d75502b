"""What all conversations share, and what they refuse with."""

from dataclasses import dataclass
from typing import Any

import orjson

from simulator.bitget.envelope import plain
from simulator.bitget.gate import Gate
from simulator.bitget.limits import Limits
from simulator.bitget.mix.book import Book as MixBook
from simulator.bitget.spot.book import Book as SpotBook
from simulator.wire.socket import Socket


@dataclass(slots=True)
class Feed:
    spot: SpotBook
    mix: MixBook
    gate: Gate
    limits: Limits

    @property
    def now_ms(self) -> int:
        return self.mix.shared.clock.now_ms()


class Refused(Exception):
    """Answered as an event `error`; the connection stays."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def tell(socket: Socket, message: dict[str, Any]) -> None:
    socket.say(orjson.dumps(message, default=plain))
