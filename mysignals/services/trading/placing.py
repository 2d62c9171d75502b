"""Placing a trade by hand: checked against the rules of the account's exchange, stored, handed over, waited for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from mysignals import dispatch
from mysignals.domain.intents import Leg
from mysignals.domain.lifecycle import State
from mysignals.domain.market import Market
from mysignals.domain.plan import Plan
from mysignals.exchanges.session import SUFFIX
from mysignals.extensions import db
from mysignals.models import Delivery, Purchase, Signal, User
from mysignals.services.constraints import conflicts
from mysignals.services.errors import Conflict, NotAllowed, NotFound

from .chosen import Chosen, choose
from .outcome import Row, raise_failure
from .waiting import wait_until

_TWICE = "This signal was traded on this account already, by hand or as a copy."
_AGAIN = "You have traded this signal by hand already. To trade it on another account as well, name that in account_id."
_TAKEN = {
    "uq_deliveries_signal_id_account_id": _TWICE,
    "account_and_owner": "This account was deleted just now.",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a buyer asks for. `quote` in quote currency, on futures as margin; `target` one of the signal's."""

    target: Decimal
    quote: Decimal
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A trade as it was sent, or is on its way. Quantity in base, on inverse contracts in contracts."""

    delivery_id: int
    account_id: int
    client_order_id: str
    state: State
    plan: Plan
    quantity: Decimal

    @property
    def is_pending(self) -> bool:
        """Whether its exchange has not confirmed it yet."""
        return self.state in (State.QUEUED, State.SENDING, State.UNKNOWN)


def place(user: User, signal_id: int, market: Market, wish: Wish) -> Placed:
    """Trade a bought signal once on one account, and wait a while for its exchange.

    Raises NotFound, NotAllowed, Conflict, Invalid naming every field; and what the exchange or a rule said instead of
    yes: ExchangeRefused, ExchangeTimeout, Invalid.
    """
    signal = tradable(user, signal_id, market)
    if wish.account_id is None and _traded_before(user, signal_id):
        # Who asks again for want of an answer must not trade on another account because the first one is not ready now.
        raise Conflict(_AGAIN)
    chosen = choose(user, signal, wish.target, wish.quote, wish.account_id)
    delivery_id, root = _stored(user, signal, chosen, wish.quote)
    row = wait_until(delivery_id, _is_settled)
    raise_failure(row)
    return Placed(
        delivery_id, chosen.account_id, root + SUFFIX[Leg.ENTRY], row.state, chosen.plan, row.quantity or
        chosen.plan.quantity,
    )  # fmt: skip


def tradable(user: User, signal_id: int, market: Market) -> Signal:
    """A signal that `user` has bought and may trade on that market; raises NotFound, NotAllowed, Conflict."""
    signal = db.session.scalar(
        select(Signal)
        .join(Purchase, Purchase.signal_id == Signal.id)
        .where(Signal.id == signal_id, Purchase.user_id == user.id, Purchase.state == "bought")
    )
    if signal is None:
        raise NotFound("Trade not found, Have you purchased this trade?")
    if signal.market != market.value:
        raise NotAllowed(f"This is a {signal.market} signal; trade it with POST /{signal.market}/trade/{signal.id}.")
    if not signal.is_active:
        raise Conflict("This signal is no longer valid: its provider took it off the list.")
    return signal


def _traded_before(user: User, signal_id: int) -> bool:
    """On whichever account."""
    mine = select(Delivery.id).where(Delivery.user_id == user.id, Delivery.signal_id == signal_id)
    return db.session.scalar(mine.where(Delivery.trade_sizing.is_not(None)).limit(1)) is not None


def _stored(user: User, signal: Signal, chosen: Chosen, quote: Decimal) -> tuple[int, str]:
    """The id of the delivery and the root of its client ids, committed; raises Conflict for a second one."""
    delivery = Delivery(
        signal_id=signal.id,
        account_id=chosen.account_id,
        user_id=user.id,
        exchange=chosen.exchange,
        targets=chosen.targets,
        trade_sizing="quote",
        trade_value=quote,
    )
    with conflicts(_TAKEN):
        db.session.add(delivery)
        db.session.flush()
        root = delivery.client_id = _root(delivery.id, chosen)
        delivery_id = delivery.id
        dispatch.after_commit(db.session, "trade.deliver", delivery_id)
        db.session.commit()
    return delivery_id, root


def _root(delivery_id: int, chosen: Chosen) -> str:
    """Of the form that a claim gives to copies; known before anything is sent, for the answer names it."""
    seal = hashlib.sha256(f"{delivery_id}/{chosen.account_id}".encode()).hexdigest()
    return f"ms{delivery_id}x{seal[:6]}"


def _is_settled(row: Row) -> bool:
    return row.state not in (State.QUEUED, State.SENDING, State.UNKNOWN)
