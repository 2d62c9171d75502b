"""The blocking transport, as whatever runs conversations."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar

from mysignals.exchanges.dialect import Call
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.wire import Reply

End = TypeVar("End")


class OneByOne:
    def __init__(self, transport: BlockingTransport) -> None:
        self.transport = transport

    def run_flows(self, flows: Sequence[Generator[Call, Reply, End]]) -> list[End]:
        return [self.transport.run(flow) for flow in flows]

    def close(self) -> None:
        self.transport.close()
