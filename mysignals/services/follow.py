"""Following orders that rest: fills, closes, and what disappeared (beat, a bounded number a turn)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, text, update
from sqlalchemy.orm import joinedload

from mysignals import clock
from mysignals.domain.intents import Leg
from mysignals.domain.lifecycle import TABLE, Event, State, move
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side
from mysignals.domain.outcomes import OrderReport, OrderState
from mysignals.domain.plan import STOPS, TARGETS, Exit, Plan
from mysignals.exchanges.flows import Session
from mysignals.exchanges.following_up import FollowUp, Seen, look_after
from mysignals.exchanges.registry import dialect_for
from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Order, Signal

from . import keys, rules, wording
from .fan_out.record import record_orders
from .venues import loop

log = logging.getLogger(__name__)
PER_TURN = 200
DUE = text("""
    UPDATE deliveries SET followed_at = now()
    WHERE id IN (
        SELECT id FROM deliveries
        WHERE state IN ('accepted', 'partially_filled', 'filled')
          AND coalesce(followed_at, acknowledged_at, updated_at) <
              now() - CASE state WHEN 'filled' THEN interval '30 seconds' ELSE interval '5 seconds' END
        ORDER BY followed_at NULLS FIRST LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Followed:
    """A live delivery with its rows and its plan as it was sent."""

    delivery: Delivery
    signal: Signal
    account: ExchangeAccount
    orders: dict[Leg, Order]
    plan: Plan


def follow() -> None:
    """Look up the orders of the live deliveries whose turn it is, and store what changed."""
    ids = list(db.session.scalars(DUE, {"most": PER_TURN}))
    db.session.commit()
    if not ids:
        return
    followed = [item for item in map(_load, ids) if item is not None]
    answers = loop().run_flows([_conversation(item) for item in followed], keep_failures=True)
    for item, seen in zip(followed, answers, strict=True):
        if isinstance(seen, BaseException):
            log.error("following delivery %s ended in a bug of ours", item.delivery.id, exc_info=seen)
        else:
            _store(item, seen)
    db.session.commit()


def _load(delivery_id: int) -> Followed | None:
    delivery = db.session.get_one(Delivery, delivery_id)
    signal = db.session.get_one(Signal, delivery.signal_id, options=[joinedload(Signal.provider)])
    account = db.session.get_one(ExchangeAccount, delivery.account_id)
    orders = {
        Leg(order.leg): order for order in db.session.scalars(select(Order).where(Order.delivery_id == delivery_id))
    }
    plan = _plan(signal, account, orders)
    return None if plan is None else Followed(delivery, signal, account, orders, plan)


def _plan(signal: Signal, account: ExchangeAccount, orders: dict[Leg, Order]) -> Plan | None:
    """The plan again, from the rows; None where the entry was never recorded."""
    market, entry = Market(signal.market), orders.get(Leg.ENTRY)
    symbol_rules = rules.find(market, signal.symbol, account.exchange, account.environment)
    if entry is None or symbol_rules is None:
        return None
    return Plan(
        market=market,
        symbol=signal.symbol,
        side=Side(signal.side),
        entry_type=EntryType(signal.entry_type),
        quantity=entry.quantity,
        price=signal.price,
        stop=signal.stop,
        exits=_exits(signal, orders, entry.quantity),
        leverage=signal.leverage or 1,
        margin_mode=MarginMode.CROSS,
        rules=symbol_rules,
    )


def _exits(signal: Signal, orders: dict[Leg, Order], quantity: Decimal) -> tuple[Exit, ...]:
    placed = [(leg, stop) for leg, stop in zip(TARGETS, STOPS, strict=True) if leg in orders]
    if placed:
        return tuple(
            Exit(leg, stop, orders[leg].price or orders[leg].trigger_price or Decimal(0), orders[leg].quantity)
            for leg, stop in placed
        )
    each = quantity / len(signal.targets)
    return tuple(Exit(leg, stop, p, each) for leg, stop, p in zip(TARGETS, STOPS, signal.targets, strict=False))


def _conversation(item: Followed) -> FollowUp:
    account = item.account
    session = Session(
        dialect_for(account.exchange, item.plan.market),
        keys.open_key(account.sealed_credentials),
        account.environment,
        item.delivery.client_id or "",
        clock.now_ms,
        mode=PositionMode(account.position_mode or "one_way"),
    )
    return look_after(session, item.plan, {leg: OrderState(order.state) for leg, order in item.orders.items()})


def _store(item: Followed, seen: Seen) -> None:
    for leg, report in seen.orders.items():
        _update(item.orders[leg], report)
    if seen.exits is not None:
        record_orders([(item.delivery.id, leg) for leg in seen.exits.legs])
    entry = seen.orders.get(Leg.ENTRY)
    if entry is not None:
        _entry_moved(item, entry)
    if seen.exits is not None and seen.exits.unprotected:
        _tell(
            item,
            "unprotected",
            wording.unprotected(item.signal, item.delivery.exchange, item.plan, seen.exits.unprotected),
        )
    if seen.closed:
        _move(item, Event.CLOSE)
        _tell(item, "closed", wording.closed(item.signal, item.delivery.exchange))
    elif seen.abandoned and item.delivery.state == State.FILLED:
        _move(item, Event.CLOSE)
        _tell(item, "unprotected", wording.abandoned(item.signal, item.delivery.exchange))


def _update(order: Order, report: OrderReport) -> None:
    order.state, order.filled_quantity = report.state.value, report.filled
    order.average_price = report.average_price or order.average_price
    order.exchange_order_id = report.exchange_id or order.exchange_order_id
    order.updated_at = clock.now()


def _entry_moved(item: Followed, entry: OrderReport) -> None:
    event = _event(entry)
    if event is None or event not in TABLE[State(item.delivery.state)]:
        return
    before = item.delivery.state
    _move(item, event)
    if item.delivery.state == before:
        return
    state = State(item.delivery.state)
    if state is State.CANCELLED:
        _tell(item, "cancelled", wording.entry_gone(item.signal, item.delivery.exchange))
    else:
        kind = "filled" if state is State.FILLED else "placed"
        _tell(item, kind, wording.placed(item.signal, item.delivery.exchange, item.plan, entry, state))


def _event(entry: OrderReport) -> Event | None:
    if entry.state is OrderState.FILLED:
        return Event.FILL
    if entry.state in (OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED):
        return Event.FILL if entry.filled else Event.CANCEL
    return Event.FILL_PART if entry.filled else None


def _move(item: Followed, event: Event) -> None:
    """Guarded: another turn may have moved the row since it was read."""
    before = State(item.delivery.state)
    after = move(before, event)
    changed = db.session.execute(
        update(Delivery)
        .where(Delivery.id == item.delivery.id, Delivery.state == before.value)
        .values(state=after.value, updated_at=clock.now())
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        db.session.refresh(item.delivery)


def _tell(item: Followed, kind: str, message: str) -> None:
    item.delivery.message = message[:500]
    db.session.add(wording.notice(item.delivery, kind))
