"""Both transports, as whatever runs conversations."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from mysignals.exchanges.dialect import Call
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import Loop, PooledTransport, system_clock_ms
from mysignals.exchanges.wire import Reply

End = TypeVar("End")


class OneByOne:
    def __init__(self, transport: BlockingTransport) -> None:
        self.transport = transport

    def run_flows(self, flows: Sequence[Generator[Call, Reply, End]]) -> list[End]:
        return [self.transport.run(flow) for flow in flows]

    def close(self) -> None:
        self.transport.close()


@contextmanager
def a_transport_like(other: object, url: str) -> Iterator[OneByOne | Loop]:
    """A new one of the same kind, to a simulator at `url`."""
    is_blocking = isinstance(other, OneByOne)
    runs: OneByOne | Loop = (
        OneByOne(BlockingTransport(url, system_clock_ms)) if is_blocking else Loop(PooledTransport(url, connections=1))
    )
    try:
        yield runs
    finally:
        runs.close()
