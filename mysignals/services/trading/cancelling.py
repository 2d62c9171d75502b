"""Asking to cancel a trade by hand: marked in its row, handed over, waited for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, text

from mysignals import dispatch
from mysignals.domain.abilities import ExitStyle
from mysignals.domain.lifecycle import Event, State, move
from mysignals.domain.market import Market
from mysignals.domain.reasons import display_name
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Signal, User
from mysignals.services.errors import Conflict, ExchangeRefused, Invalid, NotFound

from . import words
from .outcome import OVER, Row
from .waiting import wait_until

ASK = text("""
    UPDATE deliveries SET
        cancel_asked_at = now(), cancel_closes = :closes, closing_id = NULL, close_quantity = NULL,
        updated_at = now(), looks = 0,
        -- In doubt for its owner alone and without a next look it would never be looked for again.
        look_at = CASE WHEN reason = 'in_doubt' AND look_at IS NOT NULL THEN now() END,
        state = CASE WHEN state = 'queued' THEN :cancelled ELSE state END,
        message = CASE WHEN state = 'queued' THEN :message ELSE message END
    WHERE id = :id AND cancel_asked_at IS NULL
      AND state NOT IN ('rejected', 'skipped', 'expired', 'cancelled', 'closed')
    RETURNING state
""")
"""One that waits in the queue is over with it: nobody claims it any more. Of two at once the second changes nothing."""
Found = tuple[Delivery, Signal, ExchangeAccount]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What cancelling came to. Quantity in base, price in quote."""

    delivery_id: int
    state: State
    is_pending: bool
    filled_quantity: Decimal
    average_price: Decimal | None
    sentence: str


def cancel(user: User, signal_id: int, *, account_id: int | None, closes: bool) -> Cancelled:
    """Cancel entry and exits of one's own trade of a signal; `closes` closes what had filled as well.

    Raises NotFound, Conflict, Invalid; ExchangeRefused where what had filled could not be closed.
    """
    delivery, signal, account = _open_one(_mine(user, signal_id, account_id))
    delivery_id = delivery.id
    if not closes and _ends_as_a_whole(signal, account):
        raise Invalid({"filled": f"Must be close: a trade at {display_name(account.exchange)} holds its stop and "
                                 "target inside, and ends with them or not at all."})  # fmt: skip
    message = words.never_sent(signal, account.exchange)
    values = {"id": delivery_id, "closes": closes, "message": message, "cancelled": move(State.QUEUED, Event.CANCEL)}
    state = db.session.scalar(ASK, values)
    if state is None:
        db.session.rollback()
        raise Conflict("This trade is cancelled already, or over.")
    if state != State.CANCELLED:
        dispatch.after_commit(db.session, "trade.cancel", delivery_id)
    db.session.commit()
    return _told(wait_until(delivery_id, _is_settled))


def _mine(user: User, signal_id: int, account_id: int | None) -> Sequence[Found]:
    query = (
        select(Delivery, Signal, ExchangeAccount)
        .join(Signal, Signal.id == Delivery.signal_id)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .where(Delivery.user_id == user.id, Delivery.signal_id == signal_id, Delivery.trade_sizing.is_not(None))
        .order_by(Delivery.id)
    )
    if account_id is not None:
        query = query.where(Delivery.account_id == account_id)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def _open_one(found: Sequence[Found]) -> Found:
    if not found:
        raise NotFound("Trade not found. Have you traded this signal by hand?")
    still_open = [one for one in found if one[0].state not in OVER]
    asked = [one for one in still_open if one[0].cancel_asked_at is None]
    if not still_open:
        raise Conflict("This trade is over already: there is nothing left to cancel.")
    if not asked:
        raise Conflict("This trade is being cancelled already.")
    if len(asked) > 1:
        ids = ", ".join(str(account.id) for _, _, account in asked)
        raise Invalid({"account_id": f"You trade this signal on several accounts; name one of {ids}."})
    return asked[0]


def _ends_as_a_whole(signal: Signal, account: ExchangeAccount) -> bool:
    market = Market(signal.market)
    offered = is_offered(account.exchange, market, account.api_version)
    return offered and dialect_for(account.exchange, market, account.api_version).abilities.exits is (
        ExitStyle.WITHIN_TRADE
    )


def _is_settled(row: Row) -> bool:
    """Over, or given back because what had filled could not be closed."""
    return row.is_over or row.cancel_asked_at is None


def _told(row: Row) -> Cancelled:
    if not row.is_over and row.cancel_asked_at is None:
        raise ExchangeRefused(row.message)
    filled = row.filled or Decimal(0)
    return Cancelled(row.delivery_id, row.state, not row.is_over, filled, row.average_price, row.message)
