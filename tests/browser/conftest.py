"""Chromium on a running stack. Only by `make browser`: it takes a minute, and a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.stage import READY_S, Stage, staged
from tests.journeys.instance import temporary_instance
from tests.support.live_chain import CHAIN_ID, live_chain

WANTED = "MYSIGNALS_BROWSER"
collect_ignore_glob = [] if os.environ.get(WANTED) else ["test_*.py"]
"""Where nobody asks for them they are not even collected: what they import is no part of a production installation."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits for the stage, whoever starts it and however. What fills all lists comes last: pictures."""
    items.sort(key=lambda item: item.path == Path(__file__).parent / "test_live.py")
    for item in items:
        if item.get_closest_marker("timeout") is None and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(READY_S + 120))


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A stack with people, signals that are over and signals that are not, a chain to pay on, a browser before it."""
    with live_chain() as chain:
        paid_through = {
            "CHAIN_RPC_URL": chain.url, "CHAIN_ID": str(CHAIN_ID), "PAYMENT_CONTRACT": chain.contract.address,
        }  # fmt: skip
        with temporary_instance(**paid_through) as instance, staged(instance, chain) as stage:
            yield stage
