"""What the desk of one key is made of at every venue: orders to be found again, and records made when asked for."""

from collections.abc import Callable, Hashable
from typing import Any, Generic, Protocol, TypeVar


class Entered(Protocol):
    """An order of any kind, as its venue words it."""

    client_id: str

    @property
    def id(self) -> Any: ...

    @property
    def is_open(self) -> bool: ...


Id = TypeVar("Id", int, str)
Order = TypeVar("Order", bound=Entered)
Key = TypeVar("Key", bound=Hashable)
Record = TypeVar("Record")


class Orders(dict[Id, Order], Generic[Id, Order]):
    """All of one kind by id, finished ones too; besides, those still open, and the newest of each client id."""

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[Id, Order] = {}
        self.by_client_id: dict[str, Order] = {}

    def enter(self, order: Order) -> None:
        self[order.id] = order
        if order.client_id:
            self.by_client_id[order.client_id] = order
        if order.is_open:
            self.open[order.id] = order

    def end(self, order: Order) -> None:
        self.open.pop(order.id, None)


def made(records: dict[Key, Record], key: Key, make: Callable[..., Record], *of: Any) -> Record:
    """The record of the key: what is not there yet begins to exist."""
    record = records.get(key)
    if record is None:
        record = records[key] = make(*of)
    return record
