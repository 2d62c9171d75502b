"""The developer API in a process of its own, with a worker and exchanges behind it, and clients of ann."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mysignals_sdk import AsyncClient, Client

from tests.public_v1.program import Program, program
from tests.support.waiting import wait_until
from tests.trading.conftest import Desk, Floor, desk, floor

__all__ = ["desk", "floor"]
ROOT = Path(__file__).parents[2]
_UNDER_WAY = """
    SELECT count(*) FROM deliveries WHERE state IN ('queued', 'sending', 'unknown') OR cancel_asked_at IS NOT NULL AND
    state IN ('accepted', 'partially_filled', 'filled')
"""


class Awaited:
    """The asynchronous client with the methods of the other: each call in a loop of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._made_with = args, kwargs

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return asyncio.run(self._call(name, args, kwargs))

        return call

    async def _call(self, name: str, args: Any, kwargs: Any) -> Any:
        async with AsyncClient(*self._made_with[0], **self._made_with[1]) as client:
            if name == "watch":
                return [state async for state in client.watch(*args, **kwargs)]
            return await getattr(client, name)(*args, **kwargs)

    def close(self) -> None:
        """Nothing is kept open between calls."""


@pytest.fixture(scope="module")
def server(floor: Floor) -> Iterator[str]:
    """Its address."""
    process = subprocess.Popen(
        [sys.executable, "public_api.py", "--port", "0"],
        cwd=ROOT, env=os.environ | dict(floor.env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1].removesuffix("/v1")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


@pytest.fixture
def bot(desk: Desk) -> Iterator[Program]:
    """Leaves nothing on its way to the exchange, whose accounts of the next test have the same keys."""
    redis = desk.house.app.extensions["redis"]
    for name in redis.scan_iter("mysignals:portfolio:*"):
        redis.delete(name)
    yield program(desk.house, desk.ann)
    wait_until(lambda: not desk.rows(_UNDER_WAY)[0][0], 30, "the end of all that was sent")


@pytest.fixture(params=[Client, Awaited], ids=["blocking", "awaited"])
def client(request: pytest.FixtureRequest, server: str, bot: Program) -> Iterator[Any]:
    made = request.param(bot.key, bot.secret, base_url=server)
    yield made
    made.close()
