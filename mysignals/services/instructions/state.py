"""What has become of an instruction: of each of its owner's accounts, and of a provider's followers in numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import aliased

from mysignals.domain.intents import Leg
from mysignals.domain.lifecycle import State as DeliveryState
from mysignals.exchanges.session import SUFFIX
from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Instruction, Order, Signal

from . import reached
from .public_ids import find
from .reached import Came


class Status(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    OPEN = "open"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CLOSED = "closed"
    FAILED = "failed"
    MIXED = "mixed"


S, D = Status, DeliveryState
OF_OPENING = {
    D.QUEUED: S.QUEUED, D.SENDING: S.SENDING, D.UNKNOWN: S.SENDING, D.ACCEPTED: S.OPEN,
    D.PARTIALLY_FILLED: S.PARTIALLY_FILLED, D.FILLED: S.FILLED, D.CANCELLED: S.CLOSED, D.CLOSED: S.CLOSED,
    D.REJECTED: S.FAILED, D.SKIPPED: S.FAILED, D.EXPIRED: S.FAILED,
}  # fmt: skip
OF_CLOSING = {Came.UNDER_WAY: S.SENDING, Came.DONE: S.CLOSED, Came.REFUSED: S.FAILED}
"""Of what is open all the same."""
UNDER_WAY = (S.QUEUED, S.SENDING)


@dataclass(frozen=True, slots=True)
class AccountState:
    """One delivery. Quantities in base, on inverse contracts in contracts; prices in quote."""

    account_id: int
    exchange: str
    environment: str
    state: str
    quantity: Decimal | None
    """Of the entry; None until it is sized."""
    filled: Decimal
    average_price: Decimal | None
    stop: Decimal
    target: Decimal
    message: str
    client_order_id: str | None
    """Of the entry; None until it is claimed."""
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class State:
    instruction: Instruction
    status: Status
    accounts: tuple[AccountState, ...]
    followers: dict[str, int] | None
    """By state of delivery; None unless it is a provider's signal."""


def state(user_id: int, kind: str, written: str) -> State:
    """By its public id; raises NotFound for what is not the user's own."""
    asked = find(user_id, kind, written)
    which = Delivery.signal_id == asked.signal_id if asked.signal_id is not None else Delivery.id.in_(reached.of(asked))
    rows = _rows(which & (Delivery.user_id == user_id))
    followers = _followers(asked, which & (Delivery.user_id != user_id))
    came = reached.came_to(asked, [row[0].id for row in rows]) if asked.action == "close" else {}
    statuses = {_status(row[0], came.get(row[0].id)) for row in rows} or {
        OF_OPENING[DeliveryState(one)] for one, many in (followers or {}).items() if many
    }
    return State(asked, _together(statuses), tuple(_account(*row) for row in rows), followers)


def _rows(
    which: ColumnElement[bool],
) -> Sequence[Row[Delivery, Signal, ExchangeAccount, Order | None, Order | None, Order | None]]:
    entry, stop, target = aliased(Order), aliased(Order), aliased(Order)
    return db.session.execute(
        select(Delivery, Signal, ExchangeAccount, entry, stop, target)
        .join(Signal, Signal.id == Delivery.signal_id)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .outerjoin(entry, (entry.delivery_id == Delivery.id) & (entry.leg == Leg.ENTRY.value))
        .outerjoin(stop, (stop.delivery_id == Delivery.id) & (stop.leg == Leg.STOP.value))
        .outerjoin(target, (target.delivery_id == Delivery.id) & (target.leg == Leg.TARGET1.value))
        .where(which)
        .order_by(Delivery.id)
    ).all()


def _followers(asked: Instruction, which: ColumnElement[bool]) -> dict[str, int] | None:
    """Numbers, and never whose."""
    if asked.kind != "signal":
        return None
    counted = select(Delivery.state, func.count()).where(which).group_by(Delivery.state)
    found = {row[0]: row[1] for row in db.session.execute(counted)}
    if not found and not _is_published(asked):
        return None
    return {one.value: found.get(one.value, 0) for one in DeliveryState}


def _is_published(asked: Instruction) -> bool:
    signal = db.session.get(Signal, asked.signal_id) if asked.signal_id is not None else None
    return signal is not None and not signal.is_private


def _status(delivery: Delivery, came: Came | None) -> Status:
    """`came` is None of an opening."""
    own = OF_OPENING[DeliveryState(delivery.state)]
    if came is None:
        return own
    return S.CLOSED if own in (S.CLOSED, S.FAILED) else OF_CLOSING[came]


def _together(statuses: Collection[Status]) -> Status:
    """As long as one is under way, it is; else what all of them are."""
    for one in UNDER_WAY:
        if one in statuses:
            return one
    if not statuses:
        return S.CLOSED
    return next(iter(statuses)) if len(statuses) == 1 else S.MIXED


def _account(
    delivery: Delivery,
    signal: Signal,
    account: ExchangeAccount,
    entry: Order | None,
    stop: Order | None,
    target: Order | None,
) -> AccountState:
    root = delivery.client_id
    return AccountState(
        account_id=account.id,
        exchange=account.exchange,
        environment=account.environment,
        state=delivery.state,
        quantity=entry.quantity if entry else None,
        filled=entry.filled_quantity if entry else Decimal(0),
        average_price=entry.average_price if entry else None,
        stop=_level(stop) or signal.stop,
        target=_level(target) or _chosen(signal, delivery.targets),
        message=delivery.message,
        client_order_id=entry.client_order_id if entry else root and root + SUFFIX[Leg.ENTRY],
        updated_at=delivery.updated_at or delivery.created_at,
    )


def _level(order: Order | None) -> Decimal | None:
    return (order.trigger_price or order.price) if order else None


def _chosen(signal: Signal, targets: str | None) -> Decimal:
    return signal.targets[-1] if targets == "last" else signal.target1
