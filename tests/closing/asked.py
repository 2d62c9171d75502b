"""What a program asks, as its door stores it, and the turns of a worker that carry it out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.extensions import db
from mysignals.models import Instruction, User
from mysignals.services import closing, trading
from tests.fan_out.conftest import Scene


def asked(user_id: int, **wanted: Any) -> tuple[int, int]:
    """The id of the instruction, and how many users it is to reach; committed, and handed to nobody here."""
    instruction = begun(user_id, **wanted)
    db.session.commit()
    found = instruction.id, instruction.processed_users
    db.session.rollback()
    return found


def begun(user_id: int, **wanted: Any) -> Instruction:
    """The same, not committed yet."""
    given: dict[str, Any] = {"kind": "signal", "action": "close", "word": "close_all", "user_id": user_id}
    instruction = Instruction(**given | wanted)
    db.session.add(instruction)
    db.session.flush()
    instruction.processed_users = closing.close(db.session.get_one(User, user_id), instruction)
    db.session.flush()
    return instruction


def ordered(user_id: int, quantity: str | None = None, **wanted: Any) -> int:
    """As an order that only reduces; how many users it is to reach."""
    given = {"kind": "order", "word": "sell", "reduce_only": True, "side": "BUY"}
    return asked(user_id, quantity=Decimal(quantity) if quantity else None, **given | wanted)[1]


def worked(there: Scene, turns: int = 3) -> None:
    """As beat has it done, without its pauses."""
    closing.sweep()
    for _ in range(turns):
        there.run("UPDATE deliveries SET look_at = NULL WHERE state <> 'unknown'")
        trading.cancel_waiting()
        trading.cancel_waiting(of_a_provider=True)
