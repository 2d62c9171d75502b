"""Storing what a turn that cancels has done: orders, the trade's state, and what its owner is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import func, select

from mysignals import clock
from mysignals.domain.intents import Leg
from mysignals.domain.lifecycle import TABLE, Event, State, move
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport
from mysignals.domain.plan import STOPS
from mysignals.exchanges import standing
from mysignals.exchanges.calling_off import CalledOff
from mysignals.exchanges.session import LegReport
from mysignals.extensions import db
from mysignals.models import Delivery, Order
from mysignals.services import wording
from mysignals.services.fan_out.record import record_orders
from mysignals.services.follow.load import Followed
from mysignals.services.holds import Hold

from . import words

log = logging.getLogger(__name__)


def store(done: Sequence[tuple[Followed, CalledOff]], hold: Hold) -> None:
    """One transaction. What is no longer ours is left alone: whoever has it finds by their ids what we have placed."""
    for item, called_off in done:
        row = db.session.scalar(
            select(Delivery).where(Delivery.id == item.delivery.id, Delivery.held_by == hold.token).with_for_update()
        )
        if row is None:
            log.warning("delivery %s is another's by now: its cancelling is not stored", item.delivery.id)
            continue
        _store_orders(row.id, called_off)
        _store_state(row, item, called_off)
    db.session.commit()


def _store_orders(delivery_id: int, done: CalledOff) -> None:
    record_orders([(delivery_id, _as_it_is(leg, done)) for leg in done.placed])
    placed = {leg.leg for leg in done.placed}
    for order in db.session.scalars(select(Order).where(Order.delivery_id == delivery_id)):
        report = done.seen.orders.get(Leg(order.leg))
        if report is not None and Leg(order.leg) not in placed:
            _note(order, report)


def _as_it_is(leg: LegReport, done: CalledOff) -> LegReport:
    """What was placed, or found, and cancelled in the same turn."""
    told = done.seen.orders.get(leg.leg)
    if told is None or leg.order is None:
        return leg
    name = told.exchange_id or leg.order.exchange_id
    return replace(leg, outcome=Accepted((replace(told, client_id=leg.client_id, exchange_id=name),)))


def _note(order: Order, report: OrderReport) -> None:
    if (order.state, order.filled_quantity) != (report.state.value, report.filled):
        # One that says the same again keeps the time at which it changed: how long ago it triggered counts.
        order.state, order.filled_quantity, order.updated_at = report.state.value, report.filled, clock.now()
    order.average_price = report.average_price or order.average_price
    order.exchange_order_id = report.exchange_id or order.exchange_order_id


def _store_state(row: Delivery, item: Followed, done: CalledOff) -> None:
    filled, state = standing.bought(done.legs), State(row.state)
    if not done.is_over and done.refused is not None:
        _give_back(row, item, done)
        return
    for event in _events(done, filled):
        state = move(state, event) if event in TABLE[state] else state
    if state != row.state or done.is_over:
        row.state, row.updated_at = state, clock.now()
    if done.is_over:
        _close_stretch(row)
        row.reason, row.message = None, _message(item, done, filled)[:500]
        db.session.add(wording.notice(row, "cancelled" if state is State.CANCELLED else "closed"))
    elif _is_bare(item, done) and row.unprotected_since is None:
        row.unprotected_since = db.session.scalar(select(func.now()))


def _is_bare(item: Followed, done: CalledOff) -> bool:
    """On spot exits are ended before what they lock is sold: until it is it has no stop, and its questions go first."""
    is_open = done.legs[Leg.ENTRY].has_ended and done.left > 0
    return item.plan.market is Market.SPOT and is_open and not standing.covered(done.legs, STOPS)


def _events(done: CalledOff, filled: Decimal) -> list[Event]:
    """What had filled is `closed` when nobody looks after it here any more, whoever has it then."""
    entry_is_over = done.legs[Leg.ENTRY].has_ended
    if not filled:
        return [Event.CANCEL] if done.is_over else []
    return [Event.FILL if entry_is_over else Event.FILL_PART, *([Event.CLOSE] if done.is_over else [])]


def _give_back(row: Delivery, item: Followed, done: CalledOff) -> None:
    """What could not be closed keeps its exits, and is followed again."""
    assert done.refused is not None
    row.cancel_asked_at = row.cancel_closes = None
    row.message = words.not_closed(item.signal, item.delivery.exchange, item.plan, done.left, done.refused)[:500]
    row.updated_at = clock.now()
    db.session.add(wording.notice(row, "refused"))


def _close_stretch(row: Delivery) -> None:
    """From here on its owner looks after it, so that it is not without a stop by our fault."""
    if row.unprotected_since is not None:
        now = db.session.scalar(select(func.now())) or clock.now()
        row.unprotected_ms += max(0, int((now - row.unprotected_since).total_seconds() * 1000))
        row.unprotected_since = None


def _message(item: Followed, done: CalledOff, filled: Decimal) -> str:
    signal, exchange, plan = item.signal, item.delivery.exchange, item.plan
    entry = done.seen.orders.get(Leg.ENTRY)
    price = (entry.average_price if entry is not None else None) or item.orders[Leg.ENTRY].average_price
    if not filled:
        return words.unfilled(signal, exchange)
    if done.refused is not None:
        return words.not_sold(signal, exchange, plan, done.left, done.refused)
    if not done.left or done.seen.ending is not None:
        return words.closed(signal, exchange, plan, filled, price)
    if not item.delivery.cancel_closes:
        return words.kept(signal, exchange, plan, filled, done.left, price)
    sold_something = Leg.CLOSE in done.legs and done.legs[Leg.CLOSE].filled > 0
    tell = words.closed if sold_something else words.too_little
    return tell(signal, exchange, plan, filled, price)
