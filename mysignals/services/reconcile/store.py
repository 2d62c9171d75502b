"""Storing what a turn has found out: states, orders and notifications, in a handful of statements and one commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from mysignals.extensions import db
from mysignals.models import Notification
from mysignals.services import live
from mysignals.services.fan_out.record import record_orders
from mysignals.services.holds import Hold

from .verdict import Verdict

STATES = text("""
    UPDATE deliveries d SET
        state = v.state, message = coalesce(v.message, d.message), looks = v.looks,
        -- Whoever replaces a key meanwhile leaves what is not settled yet to its owner.
        reason = CASE WHEN v.state = 'unknown' AND d.reason = 'in_doubt' THEN d.reason ELSE v.reason END,
        look_at = v.look_at, updated_at = now(), held_by = NULL, held_until = NULL,
        sent_at = CASE WHEN v.was_found THEN coalesce(d.sent_at, d.claimed_at) ELSE d.sent_at END,
        acknowledged_at = CASE WHEN v.was_found THEN coalesce(d.acknowledged_at, now()) ELSE d.acknowledged_at END,
        followed_at = CASE WHEN v.was_found THEN now() - interval '1 hour' ELSE d.followed_at END,
        unprotected_since = CASE WHEN v.is_bare THEN coalesce(d.unprotected_since, d.claimed_at)
                                 ELSE d.unprotected_since END
    FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:reasons AS text[]), CAST(:messages AS text[]),
                CAST(:looks AS int[]), CAST(:look_ats AS timestamptz[]), CAST(:found AS boolean[]),
                CAST(:bare AS boolean[]))
         AS v (id, state, reason, message, looks, look_at, was_found, is_bare)
    WHERE d.id = v.id AND d.state IN ('sending', 'unknown') AND d.held_by = :token
    RETURNING d.id
""")
NEVER_ARRIVED = text("""
    UPDATE orders SET state = 'expired', updated_at = now()
    WHERE delivery_id = ANY (:ids) AND leg = 'entry' AND state = 'unknown'
""")


def store(verdicts: Sequence[Verdict], hold: Hold) -> list[Verdict]:
    """Those that were stored, and given back with it; what another turn has by now is left alone. Safe to repeat."""
    if not verdicts:
        return []
    hold.let_go([verdict.item.delivery.id for verdict in verdicts])
    ids = set(db.session.scalars(STATES, {"token": hold.token, **_columns(verdicts)}))
    ours = [verdict for verdict in verdicts if verdict.item.delivery.id in ids]
    record_orders([(verdict.item.delivery.id, leg) for verdict in ours for leg in verdict.legs])
    never = [verdict.item.delivery.id for verdict in ours if verdict.never_arrived]
    if never:
        db.session.execute(NEVER_ARRIVED, {"ids": never})
    live.changed("copies", {verdict.item.delivery.user_id for verdict in ours})
    live.changed("reach", {verdict.item.signal.provider_id for verdict in ours})
    db.session.add_all(_notice(verdict) for verdict in ours if verdict.kind)
    db.session.commit()
    return ours


def _notice(verdict: Verdict) -> Notification:
    delivery = verdict.item.delivery
    return Notification(
        user_id=delivery.user_id, delivery_id=delivery.id, kind=verdict.kind, message=(verdict.message or "")[:600]
    )


def _columns(verdicts: Sequence[Verdict]) -> dict[str, list[Any]]:
    return {
        "ids": [verdict.item.delivery.id for verdict in verdicts],
        "states": [verdict.state.value for verdict in verdicts],
        "reasons": [verdict.reason for verdict in verdicts],
        "messages": [None if verdict.message is None else verdict.message[:500] for verdict in verdicts],
        "looks": [verdict.looks for verdict in verdicts],
        "look_ats": [_moment(verdict.look_at_ms) for verdict in verdicts],
        "found": [verdict.was_found for verdict in verdicts],
        "bare": [verdict.is_open_without_a_stop for verdict in verdicts],
    }


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)
