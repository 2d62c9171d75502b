"""Asking once more for a copy that ended with certainly nothing placed: whether that is safe, and the one way to do it.

What has ended stays as it is. The next try is a delivery of its own, with ids of its own, that names the one before it;
the database lets each have one at most, so that of two presses one begins it. It goes the way of every delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from mysignals import dispatch
from mysignals.domain.lifecycle import State
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import SkipReason
from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Following, Instruction, Order, Signal, User

from . import followings, opens_and_closes, venue_offers
from .constraints import conflicts
from .errors import Conflict, NotFound

ENDED = (State.REJECTED, State.SKIPPED, State.EXPIRED)
"""Without an entry: there is no way out of these states."""
NEVER_ARRIVED = "never_arrived"
ALREADY = "This copy was asked for once more already."
_HOPELESS = (SkipReason.NOT_LISTED, SkipReason.NOT_OFFERED)
_TAKEN = {"uq_deliveries_retry_of": ALREADY, "account_and_owner": "This account was deleted just now."}


@dataclass(frozen=True, slots=True)
class Standing:
    """`why` is empty where it may be asked for once more; else the fact, the cause, and what to do instead."""

    why: str
    next_id: int | None = None
    """The try that followed it."""

    @property
    def is_safe(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class _Facts:
    user: User
    delivery: Delivery
    signal: Signal
    account: ExchangeAccount
    following: Following | None
    next_id: int | None
    orders: Sequence[Order]
    is_closed_by_provider: bool


def standing(user: User, delivery_id: int) -> Standing | None:
    """None where there is nothing to ask for once more: it is on its way, or came to something. Raises NotFound."""
    facts = _facts(user, delivery_id)
    if facts.delivery.state not in (*ENDED, State.UNKNOWN):
        return None
    return _judged(facts)


def ask_again(user: User, delivery_id: int) -> int:
    """The id of the next try, stored and handed over. Raises NotFound, and Conflict where it is not safe."""
    _lock(user, delivery_id)
    facts = _facts(user, delivery_id)
    found = _judged(facts)
    if not found.is_safe:
        db.session.rollback()
        raise Conflict(found.why)
    before, following = facts.delivery, facts.following
    again = Delivery(
        signal_id=before.signal_id, account_id=before.account_id, user_id=user.id, exchange=facts.account.exchange,
        following_id=following.id if following else None, targets=following.targets if following else None,
        retry_of=before.id,
    )  # fmt: skip
    with conflicts(_TAKEN):
        db.session.add(again)
        db.session.flush()
        again_id = again.id
        dispatch.after_commit(db.session, "trade.deliver", again_id)
        db.session.commit()
    return again_id


def _judged(facts: _Facts) -> Standing:
    if facts.next_id is not None:
        return Standing(ALREADY, facts.next_id)
    return Standing(_in_doubt(facts) or _not_theirs(facts) or _over(facts) or _not_now(facts))


def _in_doubt(facts: _Facts) -> str:
    """Whether an entry could be at the exchange after all, now or later."""
    delivery = facts.delivery
    offer = venue_offers.offer_of(delivery.exchange)
    if delivery.state not in ENDED:
        return (
            "It cannot be tried again: whether it arrived is not known, and it could be placed twice. It is looked for "
            "until that is certain; look at your open orders and positions at the exchange meanwhile."
        )
    if delivery.reason == NEVER_ARRIVED and (offer is None or not offer.knows_our_ids):
        return (
            "It is not tried again: the exchange knows no ids of ours, so a second try could not be told from the "
            "first. Look at your trades there, and open it there if you still want it."
        )
    if any(_was_taken(order) for order in facts.orders):
        return (
            "It is not tried again: the exchange had taken an order of it before it ended. Look there first, and place "
            "it there if you still want it."
        )
    return ""


def _was_taken(order: Order) -> bool:
    ended = order.state == OrderState.REJECTED or (
        order.state == OrderState.EXPIRED and order.exchange_order_id is None  # It never arrived.
    )
    return bool(order.filled_quantity) or not ended


def _not_theirs(facts: _Facts) -> str:
    if facts.signal.is_private:
        return "Your program asked for it: it can ask again, with an order of its own."
    if facts.delivery.trade_sizing is not None:
        return "You traded it by hand, which is done once on an account. Another account of yours may trade it, too."
    return ""


def _over(facts: _Facts) -> str:
    if not facts.signal.is_active:
        return "It is too late to try again: its provider took the signal off the list. The next one is copied."
    if facts.is_closed_by_provider:
        return "It is too late to try again: its provider has closed this trade meanwhile. The next one is copied."
    if facts.delivery.reason in _HOPELESS:
        return "It would end the same way again: the exchange of this account does not offer this trade."
    return ""


def _not_now(facts: _Facts) -> str:
    """What its owner can change, and come back."""
    following, account = facts.following, facts.account
    if following is None or following.account_id != account.id:
        return "You do not follow its provider with this account any more. Follow again to copy the next signal."
    if following.paused:
        return "Your following is paused. Resume it under Following, then try again here."
    if following.symbols and facts.signal.symbol not in following.symbols:
        return f"Your following leaves {facts.signal.symbol} out by now. Change its symbols to copy it."
    if not followings.has_plan(facts.user):
        return "Copying needs an active pro plan. Ask a registrar for one, then try again here."
    if account.status != "ready":
        return f"This account is {account.status}. Save its key again under Accounts, then try again here."
    return ""


def _lock(user: User, delivery_id: int) -> None:
    """The provider's closes first: each waits for this, or is seen by it. Then the account, as who removes one locks
    them; then the following, so that a stop of everything waits for this or is seen by it; then the delivery, so that
    of two the second finds what the first has stored.
    """
    delivery = _own(user, delivery_id)
    opens_and_closes.opens(db.session.get_one(Signal, delivery.signal_id).provider_id)
    accounts = select(ExchangeAccount.id).where(ExchangeAccount.id == delivery.account_id)
    db.session.execute(accounts.with_for_update(read=True, key_share=True))
    followed = select(Following.id).where(Following.id == delivery.following_id)
    db.session.execute(followed.with_for_update(read=True))
    db.session.execute(select(Delivery.id).where(Delivery.id == delivery_id).with_for_update())
    db.session.expire_all()


def _own(user: User, delivery_id: int) -> Delivery:
    found = db.session.scalar(select(Delivery).where(Delivery.id == delivery_id, Delivery.user_id == user.id))
    if found is None:
        raise NotFound("You have no such delivery.")
    return found


def _facts(user: User, delivery_id: int) -> _Facts:
    closes = select(Instruction.id).where(
        Instruction.user_id == Signal.provider_id, Instruction.action == "close", Instruction.kind == "signal",
        Instruction.created_at >= Signal.created_at,
        or_(Instruction.market.is_(None), Instruction.market == Signal.market),
        or_(Instruction.symbol.is_(None), Instruction.symbol == Signal.symbol),
        or_(Instruction.side.is_(None), Instruction.side == Signal.side),
    )  # fmt: skip
    later = select(Delivery.id).where(Delivery.retry_of == delivery_id).scalar_subquery()
    row = db.session.execute(
        select(Delivery, Signal, ExchangeAccount, Following, later, closes.exists())
        .join(Signal, Signal.id == Delivery.signal_id)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .outerjoin(Following, Following.id == Delivery.following_id)
        .where(and_(Delivery.id == delivery_id, Delivery.user_id == user.id))
    ).one_or_none()
    if row is None:
        raise NotFound("You have no such delivery.")
    orders = db.session.scalars(select(Order).where(Order.delivery_id == delivery_id)).all()
    return _Facts(user, row[0], row[1], row[2], row[3], row[4], orders, row[5])
