"""One topic of a conversation, such as `trade` or `orderbook_p`: what is subscribed to in it, by name."""

from collections.abc import Callable
from typing import Any, Protocol


class Followed(Protocol):
    """One subscription. `name` is what it is known by; a second one of the same name takes its place."""

    @property
    def name(self) -> str: ...

    def begin(self) -> None:
        """After the acknowledgement: the snapshot."""

    def tick(self, now_ms: int) -> None: ...

    def end(self) -> None: ...


class Topic:
    """`open_one` reads the parameters of a subscription; it raises Refused."""

    def __init__(self, open_one: Callable[[list[Any]], Followed]) -> None:
        self._open_one = open_one
        self.followed: dict[str, Followed] = {}

    def read(self, params: list[Any]) -> Followed:
        return self._open_one(params)

    def begin(self, wanted: Followed) -> None:
        self.end(wanted.name)
        self.followed[wanted.name] = wanted
        wanted.begin()

    def end(self, name: str | None = None) -> None:
        """That one (of a symbol that has several: all of them), or all."""
        for known in list(self.followed):
            if name in (None, known) or known.partition("/")[0] == name:
                self.followed.pop(known).end()

    def tick(self, now_ms: int) -> None:
        for each in list(self.followed.values()):
            each.tick(now_ms)
