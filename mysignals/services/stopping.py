"""Stopping: one position or everything, asked by its owner on a page, and how far that has come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from mysignals.domain.lifecycle import LIVE, State
from mysignals.extensions import db
from mysignals.models import Delivery, DeliveryClosing, ExchangeAccount, Following, Instruction, Signal, User

from . import closing, followings, live, positions
from .errors import Conflict, NotFound

EVERYTHING, ONE = "stop_all", "close_one"
_UNDER_WAY = ("queued", *positions.OPEN)
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One delivery on its way: `state` is `closing`, `done` or `refused`."""

    delivery: Delivery
    signal: Signal
    account: ExchangeAccount

    @property
    def state(self) -> str:
        if self.delivery.state not in _UNDER_WAY:
            return "done"
        return "closing" if self.delivery.cancel_asked_at is not None else "refused"


@dataclass(frozen=True, slots=True)
class Progress:
    """`steps` are the first of them; the counts are of all. `others` is what is open and not being closed."""

    instruction: Instruction
    steps: list[Step]
    many: Counter[str]
    others: int

    @property
    def is_everything(self) -> bool:
        return self.instruction.word == EVERYTHING

    @property
    def is_over(self) -> bool:
        return not self.many["closing"]


def followings_that_run(user: User) -> int:
    """How many followings would be paused."""
    return db.session.scalar(select(func.count()).where(Following.user_id == user.id, ~Following.paused)) or 0


def stop_everything(user: User) -> Instruction:
    """Pause every following and close all that is open, in one transaction; repeated it closes what is left."""
    # First, so that nothing new is begun behind the list of what is closed.
    followings.pause_running(user)
    return _close(user, EVERYTHING, None)


def close_one(user: User, delivery_id: int) -> Instruction:
    """Raises NotFound, and Conflict where it is over or being closed already."""
    if db.session.scalar(select(Delivery.id).where(Delivery.id == delivery_id, Delivery.user_id == user.id)) is None:
        raise NotFound("You have no such position.")
    return _close(user, ONE, [delivery_id])


def progress(user: User, instruction_id: int) -> Progress:
    """Raises NotFound for what was not asked by this user on a page."""
    asked = db.session.get(Instruction, instruction_id)
    if asked is None or asked.user_id != user.id or asked.word not in (EVERYTHING, ONE):
        raise NotFound("You have asked for nothing of this number.")
    rows = db.session.execute(
        select(Delivery, Signal, ExchangeAccount)
        .join(Signal, Signal.id == Delivery.signal_id)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .join(DeliveryClosing, DeliveryClosing.delivery_id == Delivery.id)
        .where(DeliveryClosing.instruction_id == asked.id, Delivery.user_id == user.id)
        .order_by(Delivery.id)
    ).all()
    steps = [Step(row[0], row[1], row[2]) for row in rows]
    waits = select(func.count()).where(
        Delivery.user_id == user.id, Delivery.state.in_((State.QUEUED, State.SENDING, State.UNKNOWN, *LIVE)),
        Delivery.cancel_asked_at.is_(None),
    )  # fmt: skip
    many = Counter(step.state for step in steps)
    return Progress(asked, steps[:MOST_SHOWN], many, (db.session.scalar(waits) or 0) - many["refused"])


def _close(user: User, word: str, only: list[int] | None) -> Instruction:
    instruction = Instruction(user_id=user.id, kind="order", action="close", word=word)
    db.session.add(instruction)
    db.session.flush()
    closed = closing.close_own(user, instruction, only)
    if only and not closed:
        db.session.rollback()
        raise Conflict("This position is over, or it is being closed already: there is nothing left to do.")
    instruction.processed_users = int(bool(closed))
    live.changed("copies", [user.id])
    db.session.commit()
    return instruction
