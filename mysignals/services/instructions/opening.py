"""Opening: a signal with its deliveries and the instruction that asked for it, stored in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mysignals import clock, dispatch
from mysignals.domain.signal import Draft
from mysignals.extensions import db
from mysignals.models import Delivery, Instruction, Signal, User
from mysignals.services import publish
from mysignals.services.constraints import conflicts

from .aim import aim
from .asked import Answer, By, Opening
from .drafting import drafted
from .places import Place
from .pricing import Foreseen, price_of
from .public_ids import public_id

RISK_PERCENT = Decimal(1)
"""Of the available balance, as margin, where neither a quantity nor a share is named."""
DELETED = {"account_and_owner": "One of your exchange accounts was deleted just now. Nothing was stored; send it anew."}
NOBODY = "Signal published; there is nobody to send it to."
MESSAGES = {"signal": "Signal queued for processing", "order": "Order submitted for execution"}


def open_(by: By, asked: Opening, foreseen: Foreseen | None) -> Answer:
    """Does not commit. Raises, with nothing stored, Invalid, NoExchange, NotAllowed, Conflict, ExchangeUnavailable."""
    found = aim(by, asked)
    draft, exits = drafted(asked, found, price_of(asked, found, foreseen) if found.listed else Decimal(0))
    people = 0
    if found.is_published:
        signal, people = publish.announce(found.user, draft)
    else:
        signal = _private(found.user, draft)
    _deliver(found.user, signal, asked, found.places)
    instruction = Instruction(
        user_id=by.user_id, api_key_id=by.api_key_id, webhook_token_id=by.webhook_token_id,
        kind=asked.kind, action="open", word=asked.word, market=asked.market.value, symbol=asked.symbol,
        side=asked.side.value, entry_type=asked.entry_type.value, quantity=asked.quantity,
        risk_percent=None if asked.quantity else _percent(asked), price=draft.price, leverage=draft.leverage,
        stop=exits.stop, target=exits.target, stop_is_ours=exits.stop_is_ours, target_is_ours=exits.target_is_ours,
        comment=asked.comment, account_id=asked.account_id, signal_id=signal.id,
        processed_users=people + bool(found.places),
    )  # fmt: skip
    db.session.add(instruction)
    db.session.flush()
    return Answer(
        public_id=public_id(instruction),
        message=MESSAGES[asked.kind] if instruction.processed_users else NOBODY,
        processed_users=instruction.processed_users,
        created_at=instruction.created_at,
        price=draft.price,
        stop=exits.stop,
        target=exits.target,
        stop_is_ours=exits.stop_is_ours,
        target_is_ours=exits.target_is_ours,
        is_published=found.is_published,
    )


def _private(user: User, draft: Draft) -> Signal:
    """Shown to nobody, as if it had been deleted before anybody saw it."""
    signal = publish.signal_of(user, draft)
    signal.is_private, signal.is_active, signal.deleted_at = True, False, clock.now()
    db.session.add(signal)
    db.session.flush()
    return signal


def _deliver(user: User, signal: Signal, asked: Opening, found: Sequence[Place]) -> None:
    """One delivery an account; each goes to its exchange after the commit, as a trade by hand does."""
    made = [
        Delivery(
            signal_id=signal.id,
            account_id=place.account_id,
            user_id=user.id,
            exchange=place.exchange,
            targets="first",
            trade_sizing="quantity" if asked.quantity else "percent",
            trade_value=asked.quantity or _percent(asked),
            created_at=signal.created_at,
        )
        for place in found
    ]
    with conflicts(DELETED):
        db.session.add_all(made)
        db.session.flush()
    for delivery in made:
        dispatch.after_commit(db.session, "trade.deliver", delivery.id)


def _percent(asked: Opening) -> Decimal:
    return asked.risk_percent or RISK_PERCENT
