"""Storing what a turn that ends deliveries has done: orders, states, and what their owners are told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from mysignals import clock
from mysignals.domain.intents import Leg
from mysignals.domain.lifecycle import TABLE, Event, State, move
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport
from mysignals.domain.plan import STOPS, Plan
from mysignals.exchanges import standing
from mysignals.exchanges.called_off import CalledOff
from mysignals.exchanges.session import LegReport
from mysignals.extensions import db
from mysignals.models import Delivery, Order, Signal
from mysignals.services import wording
from mysignals.services.fan_out.record import record_orders
from mysignals.services.follow.load import Followed
from mysignals.services.holds import Hold

from . import words
from .asker import Asker, askers

log = logging.getLogger(__name__)
Done = Sequence[tuple[Followed, CalledOff]]
OVERDUE = timedelta(hours=1)


def store(done: Done, hold: Hold) -> None:
    """One transaction, of as many statements for one as for hundreds. What is no longer ours is left alone: whoever
    has it finds by their ids what we have placed.
    """
    rows = _ours([item.delivery.id for item, _ in done], hold)
    ours = [(item, called_off) for item, called_off in done if item.delivery.id in rows]
    if len(ours) < len(done):
        log.warning("%s deliveries are another's by now: their ending is not stored", len(done) - len(ours))
    _store_orders(ours)
    who = askers(rows.values())
    for item, called_off in ours:
        row = rows[item.delivery.id]
        _store_state(row, item, called_off, who[row.id])
    db.session.commit()


def _ours(ids: Sequence[int], hold: Hold) -> dict[int, Delivery]:
    """In the order in which other turns lock them, lest two wait for each other."""
    held = select(Delivery).where(Delivery.id.in_(ids), Delivery.held_by == hold.token)
    return {row.id: row for row in db.session.scalars(held.order_by(Delivery.id).with_for_update())}


def _store_orders(done: Done) -> None:
    record_orders([(item.delivery.id, _as_it_is(leg, called)) for item, called in done for leg in called.placed])
    called_off = {item.delivery.id: called for item, called in done}
    for order in db.session.scalars(select(Order).where(Order.delivery_id.in_(called_off))):
        called = called_off[order.delivery_id]
        report = called.seen.orders.get(Leg(order.leg))
        if report is not None and not any(leg.leg == order.leg for leg in called.placed):
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


def _store_state(row: Delivery, item: Followed, done: CalledOff, asker: Asker) -> None:
    filled, state = standing.bought(done.legs), State(row.state)
    if not done.is_over and done.refused is not None:
        _give_back(row, item, words.not_closed(*_about(item), done.left, done.refused, asker), "refused")
        return
    for event in _events(done, filled):
        state = move(state, event) if event in TABLE[state] else state
    if state != row.state or done.is_over:
        row.state, row.updated_at = state, clock.now()
    if done.is_over:
        _close_stretch(row)
        row.reason, row.message = None, _message(item, done, filled, asker)[:500]
        db.session.add(wording.notice(row, "cancelled" if state is State.CANCELLED else "closed"))
    elif done.is_reduced:
        sold = done.legs[Leg.CLOSE].filled if Leg.CLOSE in done.legs else standing.ZERO
        _give_back(row, item, words.reduced(*_about(item), sold, done.left, _cancelled(item, filled)), "reduced")
    elif _is_bare(item, done) and row.unprotected_since is None:
        row.unprotected_since = db.session.scalar(select(func.now()))


def _cancelled(item: Followed, filled: Decimal) -> Decimal:
    """What had rested of the entry when this turn began, and has not filled since."""
    return standing.ZERO if item.legs[Leg.ENTRY].has_ended else max(item.plan.quantity - filled, standing.ZERO)


def _about(item: Followed) -> tuple[Signal, str, Plan]:
    return item.signal, item.delivery.exchange, item.plan


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


def _give_back(row: Delivery, item: Followed, message: str, kind: str) -> None:
    """What could not be closed, or was closed in part, keeps its exits, and is followed again."""
    before = item.delivery
    if (row.closing_id, row.close_quantity) != (before.closing_id, before.close_quantity):
        return  # More was asked meanwhile: the next turn does that.
    row.cancel_asked_at = row.cancel_closes = row.close_quantity = None
    row.message, row.updated_at = message[:500], clock.now()
    # Exits over more than is open now are the next turn's work.
    row.followed_at = clock.now() - OVERDUE
    db.session.add(wording.notice(row, kind))


def _close_stretch(row: Delivery) -> None:
    """From here on its owner looks after it, so that it is not without a stop by our fault."""
    if row.unprotected_since is not None:
        now = db.session.scalar(select(func.now())) or clock.now()
        row.unprotected_ms += max(0, int((now - row.unprotected_since).total_seconds() * 1000))
        row.unprotected_since = None


def _message(item: Followed, done: CalledOff, filled: Decimal, asker: Asker) -> str:
    signal, exchange, plan = _about(item)
    entry = done.seen.orders.get(Leg.ENTRY)
    price = (entry.average_price if entry is not None else None) or item.orders[Leg.ENTRY].average_price
    if not filled:
        return words.unfilled(signal, exchange, asker)
    if done.refused is not None:
        return words.not_sold(signal, exchange, plan, done.left, done.refused, asker)
    if not done.left or done.seen.ending is not None:
        return words.closed(signal, exchange, plan, filled, price, asker)
    if not item.delivery.cancel_closes:
        return words.kept(signal, exchange, plan, filled, done.left, price)
    sold_something = Leg.CLOSE in done.legs and done.legs[Leg.CLOSE].filled > 0
    tell = words.closed if sold_something else words.too_little
    return tell(signal, exchange, plan, filled, price, asker)
