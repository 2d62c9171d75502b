"""What a row of a table of routes says, for both doors."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Call(NamedTuple):
    """`about`: order, query or cancel, or other (which only faults on "any" hit); `limit`: calls a second."""

    method: bytes
    path: str
    about: str
    deed: Callable[..., Any]
    limit: int = 10

    @property
    def trades(self) -> bool:
        """Whether permission to trade is needed: v1 asks some of its questions by POST."""
        return self.method == b"POST" and self.about != "query"
