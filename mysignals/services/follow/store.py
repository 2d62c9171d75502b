"""Storing what a turn saw: orders, states and notifications, in a handful of statements and one commit."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from mysignals import clock
from mysignals.domain.lifecycle import ImpossibleMove
from mysignals.domain.outcomes import OrderReport
from mysignals.exchanges.seen import Seen
from mysignals.extensions import db
from mysignals.models import Notification, Order
from mysignals.services import live, unprotected
from mysignals.services.fan_out.record import record_orders
from mysignals.services.holds import Hold
from mysignals.services.unprotected import Stretch

from .due import end_turn
from .load import Followed
from .verdict import Verdict, judge

log = logging.getLogger(__name__)
Turn = tuple[Followed, Seen]
STILL_OURS = text("SELECT id FROM deliveries WHERE id = ANY (:ids) AND held_by = :token ORDER BY id FOR UPDATE")
ORDERS = text("""
    UPDATE orders o SET
        state = v.state, filled_quantity = v.filled, average_price = coalesce(v.average, o.average_price),
        exchange_order_id = coalesce(nullif(v.exchange_id, ''), o.exchange_order_id), updated_at = now()
    FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:filled AS numeric[]),
                CAST(:averages AS numeric[]), CAST(:exchange_ids AS text[]))
         AS v (id, state, filled, average, exchange_id)
    WHERE o.id = v.id
""")
STATES = text("""
    UPDATE deliveries d SET
        state = v.state, reason = v.reason, message = coalesce(v.message, d.message), updated_at = now(),
        unprotected_since = CASE WHEN v.bare_until IS NULL THEN coalesce(d.unprotected_since, v.bare_from) END,
        unprotected_ms = d.unprotected_ms + greatest(0, coalesce(CAST(1000 * extract(
            epoch FROM v.bare_until - coalesce(d.unprotected_since, v.bare_from)) AS bigint), 0))
    FROM (
        SELECT id, state, reason, message,
               to_timestamp(bare_from / 1000.0) AS bare_from, to_timestamp(bare_until / 1000.0) AS bare_until
        FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
                    CAST(:messages AS text[]), CAST(:bare_from AS bigint[]), CAST(:bare_until AS bigint[]))
             AS ms (id, state, reason, message, bare_from, bare_until)
    ) AS v
    WHERE d.id = v.id
""")


def store(turns: Sequence[Turn], hold: Hold, soon: Collection[int] = ()) -> None:
    """What each turn saw and did, and with it they are given back; `soon` have their next turn in five seconds.

    A delivery that is no longer ours is left alone: whoever has it finds by their ids what we have placed. So it is
    safe to repeat: with the first that arrives they are no longer ours.
    """
    hold.let_go([item.delivery.id for item, _ in turns])
    ours = _ours(turns, hold)
    judged = [(item, seen, verdict) for item, seen in ours if (verdict := _judged(item, seen)) is not None]
    _store_orders([(item, seen) for item, seen, _ in judged])
    record_orders([(item.delivery.id, leg) for item, seen, _ in judged if seen.exits for leg in seen.exits.legs])
    _store_verdicts([(item, verdict, _stretch(item, seen, verdict)) for item, seen, verdict in judged])
    end_turn(hold, [item.delivery.id for item, _ in ours], soon)
    db.session.commit()


def _ours(turns: Sequence[Turn], hold: Hold) -> list[Turn]:
    """Locked, so that they stay as they are until the commit."""
    ids = [item.delivery.id for item, _ in turns]
    held = set(db.session.scalars(STILL_OURS, {"ids": ids, "token": hold.token}))
    if len(held) < len(turns):
        log.warning("%s of %s deliveries are another's by now, and are not stored", len(turns) - len(held), len(turns))
    return [(item, seen) for item, seen in turns if item.delivery.id in held]


def _judged(item: Followed, seen: Seen) -> Verdict | None:
    """None, and a line in the log, where what was seen cannot be: a bug of ours stops nobody else's turn."""
    try:
        return judge(item, seen)
    except ImpossibleMove:
        log.exception("delivery %s cannot have become what was seen of it", item.delivery.id)
        return None


def _store_orders(turns: Sequence[Turn]) -> None:
    changed = [
        (item.orders[leg], report)
        for item, seen in turns
        for leg, report in seen.for_the_books.items()
        if _differs(item.orders[leg], report)
    ]
    if changed:
        db.session.execute(ORDERS, _columns(changed))


def _differs(order: Order, report: OrderReport) -> bool:
    """One that says the same again keeps the time at which it changed: how long ago it triggered counts."""
    return (order.state, Decimal(order.filled_quantity)) != (report.state.value, report.filled)


def _columns(changed: Sequence[tuple[Order, OrderReport]]) -> dict[str, list[Any]]:
    return {
        "ids": [order.id for order, _ in changed],
        "states": [report.state.value for _, report in changed],
        "filled": [report.filled for _, report in changed],
        "averages": [report.average_price for _, report in changed],
        "exchange_ids": [report.exchange_id for _, report in changed],
    }


def _stretch(item: Followed, seen: Seen, verdict: Verdict) -> Stretch:
    acknowledged_at = item.delivery.acknowledged_at
    return unprotected.of_turn(
        item.plan, item.legs, seen, item.moments, verdict.state, acknowledged_at, clock.now_ms()
    )  # fmt: skip


def _store_verdicts(verdicts: Sequence[tuple[Followed, Verdict, Stretch]]) -> None:
    changed = [
        (item, verdict, stretch)
        for item, verdict, stretch in verdicts
        if _is_news(item, verdict) or _changes(item, stretch)
    ]
    if not changed:
        return
    live.changed("copies", {item.delivery.user_id for item, *_ in changed})
    live.changed("reach", {item.signal.provider_id for item, *_ in changed})
    values = {
        "ids": [item.delivery.id for item, *_ in changed],
        "states": [verdict.state.value for _, verdict, _ in changed],
        "reasons": [verdict.reason for _, verdict, _ in changed],
        "messages": [verdict.told[-1][1][:500] if verdict.told else None for _, verdict, _ in changed],
        **unprotected.columns([stretch for *_, stretch in changed]),
    }
    db.session.execute(STATES, values)
    db.session.add_all(
        Notification(user_id=item.delivery.user_id, delivery_id=item.delivery.id, kind=kind, message=message[:600])
        for item, verdict, _ in changed
        for kind, message in verdict.told
    )


def _changes(item: Followed, stretch: Stretch) -> bool:
    """A stretch begins, or one that our books have is over."""
    if item.delivery.unprotected_since is None:
        return stretch.bare_from is not None
    return not stretch.lasts


def _is_news(item: Followed, verdict: Verdict) -> bool:
    before = (item.delivery.state, item.delivery.reason)
    return bool(verdict.told) or (verdict.state.value, verdict.reason) != before
