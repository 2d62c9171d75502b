"""One chain a file; every test begins where the file began."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mysignals.chain import Node
from tests.support.live_chain import CHAIN_ID, LiveChain, live_chain


@pytest.fixture(scope="module")
def served() -> Iterator[LiveChain]:
    with live_chain() as chain:
        yield chain


@pytest.fixture
def chain(served: LiveChain) -> Iterator[LiveChain]:
    """With a token, our contract and nothing paid."""
    before = served.evm.tester.take_snapshot()
    yield served
    served.evm.tester.revert_to_snapshot(before)


@pytest.fixture
def node(chain: LiveChain) -> Node:
    return Node(chain.url, CHAIN_ID)
