"""A desk whose people ask with programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from mysignals.models import User
from tests.public_v1.program import Program, program
from tests.trading.conftest import Desk, desk, floor

__all__ = ["desk", "floor"]


@dataclass
class Bot:
    """Of one person; `desk` is where the exchange and the worker are."""

    desk: Desk
    user: User
    program: Program

    def signal(self, action: str = "open_long", symbol: str = "BTCUSDT", **body: Any) -> Any:
        return self.program.post("/v1/signal", {"symbol": symbol, "action": action} | body)

    def order(self, side: str = "buy", symbol: str = "BTCUSDT", **body: Any) -> Any:
        return self.program.post("/v1/orders", {"symbol": symbol, "side": side} | body)

    def deliveries(self, user: User | None = None) -> list[int]:
        mine = "SELECT id FROM deliveries WHERE user_id = :id ORDER BY id"
        return [row[0] for row in self.desk.rows(mine, id=(user or self.user).id)]

    def opened(self, answer: Any, *states: str) -> int:
        """The one delivery of what was just asked, when it is in one of the states."""
        assert answer.status_code == 200, answer.json
        (delivery_id,) = self.deliveries()
        self.desk.wait_for(delivery_id, *(states or ("filled",)))
        return delivery_id

    def entry(self, delivery_id: int) -> Any:
        """quantity, filled_quantity, type, price"""
        found = "SELECT quantity, filled_quantity, type, price FROM orders WHERE delivery_id = :id AND leg = 'entry'"
        return self.desk.rows(found, id=delivery_id)[0]


@pytest.fixture
def bot(desk: Desk) -> Bot:
    """Ann's, who is no provider and has no account yet."""
    return Bot(desk, desk.ann, program(desk.house, desk.ann))


@pytest.fixture
def pauls(desk: Desk) -> Bot:
    """The provider's."""
    return Bot(desk, desk.paul, program(desk.house, desk.paul))
