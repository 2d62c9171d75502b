"""Recording: the states, orders, notifications and settings of what has ended, in four statements and one commit."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import text

from mysignals.domain.outcomes import Accepted, NotSent, OrderReport, OrderState, Reason, Rejected
from mysignals.exchanges.session import LegReport
from mysignals.extensions import db
from mysignals.services import live, unprotected
from mysignals.services.holds import Hold
from mysignals.services.outages import insist

from . import memory
from .arrays import literals
from .results import Result

log = logging.getLogger(__name__)

STATES = text("""
    UPDATE deliveries d SET
        state = v.state, reason = v.reason, raw_code = v.raw_code, message = v.message,
        sent_at = coalesce(v.sent_at, d.sent_at), acknowledged_at = coalesce(v.acknowledged_at, d.acknowledged_at),
        updated_at = now(), held_by = NULL, held_until = NULL,
        unprotected_since = CASE WHEN v.bare_until IS NULL THEN coalesce(d.unprotected_since, v.bare_from) END,
        unprotected_ms = d.unprotected_ms + greatest(0, coalesce(CAST(1000 * extract(
            epoch FROM v.bare_until - coalesce(d.unprotected_since, v.bare_from)) AS bigint), 0))
    FROM (
        SELECT id, state, reason, raw_code, message, to_timestamp(sent / 1000.0) AS sent_at,
               to_timestamp(acknowledged / 1000.0) AS acknowledged_at,
               to_timestamp(bare_from / 1000.0) AS bare_from, to_timestamp(bare_until / 1000.0) AS bare_until
        FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:reasons AS text[]), CAST(:codes AS text[]),
                    CAST(:messages AS text[]), CAST(:sent AS bigint[]), CAST(:acknowledged AS bigint[]),
                    CAST(:bare_from AS bigint[]), CAST(:bare_until AS bigint[]))
             AS ms (id, state, reason, raw_code, message, sent, acknowledged, bare_from, bare_until)
    ) AS v
    WHERE d.id = v.id AND d.state = 'sending' AND d.held_by = :token
    RETURNING d.id
""")
ORDERS = text("""
    INSERT INTO orders (delivery_id, leg, client_order_id, exchange_order_id, side, type, quantity, price,
                        trigger_price, state, filled_quantity, average_price, reason, raw_code)
    SELECT * FROM unnest(
        CAST(:deliveries AS bigint[]), CAST(:legs AS text[]), CAST(:client_ids AS text[]),
        CAST(:exchange_ids AS text[]), CAST(:sides AS text[]), CAST(:types AS text[]),
        CAST(:quantities AS numeric[]), CAST(:prices AS numeric[]), CAST(:triggers AS numeric[]),
        CAST(:states AS text[]), CAST(:filled AS numeric[]), CAST(:averages AS numeric[]),
        CAST(:reasons AS text[]), CAST(:codes AS text[]))
    ON CONFLICT (delivery_id, leg) DO UPDATE SET
        client_order_id = excluded.client_order_id,
        exchange_order_id = coalesce(
            nullif(excluded.exchange_order_id, ''),
            -- What the exchange calls another order of the leg is no name of this one.
            CASE WHEN orders.client_order_id = excluded.client_order_id THEN orders.exchange_order_id END),
        quantity = excluded.quantity, price = excluded.price,
        trigger_price = excluded.trigger_price, type = excluded.type, state = excluded.state,
        filled_quantity = excluded.filled_quantity, average_price = excluded.average_price,
        reason = excluded.reason, raw_code = excluded.raw_code, updated_at = now()
""")
NOTICES = text("""
    INSERT INTO notifications (user_id, delivery_id, kind, message)
    SELECT * FROM unnest(CAST(:users AS bigint[]), CAST(:deliveries AS bigint[]), CAST(:kinds AS text[]),
                         CAST(:messages AS text[]))
""")


def record(
    results: Sequence[Result], hold: Hold, new_modes: dict[int, str | None], forgotten: Collection[int] = ()
) -> None:
    """Store what became of some, and give their deliveries back. `new_modes` are position modes just learned, or
    refuted, by account id; `forgotten` accounts whose settings of the symbol were forgotten before they were changed.

    A delivery that is no longer ours is left alone: whoever has it finds by their ids what we have placed. While the
    database is away it is stored again and again for half a minute: nobody else knows what the exchanges answered.
    """
    hold.let_go([result.row.id for result in results])
    insist(lambda: _store(results, hold, new_modes, forgotten))


def _store(results: Sequence[Result], hold: Hold, new_modes: dict[int, str | None], forgotten: Collection[int]) -> None:
    """Safe to repeat: with the first that arrives the deliveries are no longer ours."""
    changed = [r for r in results if r.settings is not None and (memory.differs(r) or r.row.account_id in forgotten)]
    refuted = [r for r in results if r.reason == Reason.MODE]
    if changed or new_modes or refuted:
        memory.lock([*new_modes, *(r.row.account_id for r in [*changed, *refuted])])
    ours = set(db.session.scalars(STATES, {"token": hold.token, **literals(_states(results))}))
    if len(ours) < len(results):
        log.warning(
            "%s of %s deliveries are another's by now, and are not recorded", len(results) - len(ours), len(results)
        )
    record_orders([(result.row.id, leg) for result in results if result.row.id in ours for leg in result.legs])
    told = [result for result in results if result.kind and result.row.id in ours]
    if told:
        db.session.execute(NOTICES, literals(_notices(told)))
        live.changed("notifications", {result.row.user_id for result in told})
    live.changed("copies", {result.row.user_id for result in results if result.row.id in ours})
    live.changed("reach", {result.row.provider_id for result in results if result.row.id in ours})
    # Of a delivery that is no longer ours they may have been changed since; forgotten as they are they are read again.
    memory.learn([result for result in changed if result.row.id in ours])
    memory.forget_those_of(refuted)
    memory.learn_modes(new_modes)
    db.session.commit()


def record_orders(legs: Sequence[tuple[int, LegReport]]) -> None:
    """Store legs by delivery id; one that was certainly never sent is no order."""
    sent = [(delivery_id, leg) for delivery_id, leg in legs if not isinstance(leg.outcome, NotSent)]
    if sent:
        db.session.execute(ORDERS, literals(_orders(sent)))


def _states(results: Sequence[Result]) -> dict[str, list[Any]]:
    return {
        "ids": [r.row.id for r in results],
        "states": [r.state.value for r in results],
        "reasons": [r.reason for r in results],
        "codes": [r.raw_code for r in results],
        "messages": [r.message[:500] for r in results],
        "sent": [r.sent_ms for r in results],
        "acknowledged": [r.acknowledged_ms for r in results],
        **unprotected.columns([r.stretch for r in results]),
    }


def _orders(legs: list[tuple[int, LegReport]]) -> dict[str, list[Any]]:
    reports = [leg.order for _, leg in legs]
    return {
        "deliveries": [delivery_id for delivery_id, _ in legs],
        "legs": [leg.leg.value for _, leg in legs],
        "client_ids": [leg.client_id for _, leg in legs],
        "exchange_ids": [report.exchange_id if report else None for report in reports],
        "sides": [str(leg.side) for _, leg in legs],
        "types": [str(leg.type) for _, leg in legs],
        "quantities": [leg.quantity for _, leg in legs],
        "prices": [leg.price for _, leg in legs],
        "triggers": [leg.trigger_price for _, leg in legs],
        "states": [_order_state(leg, report).value for (_, leg), report in zip(legs, reports, strict=True)],
        "filled": [report.filled if report else 0 for report in reports],
        "averages": [report.average_price if report else None for report in reports],
        "reasons": [leg.outcome.reason.value if isinstance(leg.outcome, Rejected) else None for _, leg in legs],
        "codes": [leg.outcome.code[:32] if isinstance(leg.outcome, Rejected) else None for _, leg in legs],
    }


def _order_state(leg: LegReport, report: OrderReport | None) -> OrderState:
    match leg.outcome:
        case Accepted():
            return report.state if report else OrderState.NEW
        case Rejected():
            return OrderState.REJECTED
        case _:
            return OrderState.UNKNOWN


def _notices(told: list[Result]) -> dict[str, list[Any]]:
    return {
        "users": [r.row.user_id for r in told],
        "deliveries": [r.row.id for r in told],
        "kinds": [r.kind for r in told],
        "messages": [r.message[:600] for r in told],
    }
