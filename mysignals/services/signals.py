"""A provider's hand on their own signals: take off the list, delete, see what became of them."""

from __future__ import annotations

from sqlalchemy import func, select, update

from mysignals import clock
from mysignals.domain.lifecycle import State
from mysignals.extensions import db
from mysignals.models import Delivery, Purchase, Signal, User

from . import live
from .errors import Conflict, NotFound

_EXECUTED = "This signal was sent to followers already; deactivate it instead."
_BOUGHT = "Somebody has bought this signal, or pays for it just now; deactivate it instead."
_COUNTS = Purchase.state != "failed"


def deactivate(provider: User, signal_id: int) -> None:
    """Mark it as no longer valid; raises NotFound."""
    own(provider, signal_id).is_active = False
    db.session.commit()


def delete(provider: User, signal_id: int) -> None:
    """Nobody sees it any more; raises NotFound, and Conflict once anybody was to receive it or pays for it.

    Its row stays: who has paid for it, and has not shown that yet, gets what was paid for.
    """
    signal = own(provider, signal_id)
    if db.session.scalar(select(Delivery.id).where(Delivery.signal_id == signal.id).limit(1)) is not None:
        raise Conflict(_EXECUTED)
    if db.session.scalar(select(Purchase.id).where(Purchase.signal_id == signal.id, _COUNTS).limit(1)) is not None:
        raise Conflict(_BOUGHT)
    signal.is_active, signal.deleted_at = False, clock.now()
    db.session.commit()


def deactivate_all(provider: User) -> None:
    """Of somebody who is no provider any more; the caller commits."""
    theirs = update(Signal).where(Signal.provider_id == provider.id, Signal.is_active).values(is_active=False)
    db.session.execute(theirs.execution_options(synchronize_session=False))
    live.changed("signals", [live.EVERYBODY])


def deliveries_by_state(provider: User, signal_id: int) -> dict[str, int]:
    """How many deliveries are in each state, never whose; raises NotFound."""
    signal = own(provider, signal_id)
    counted = select(Delivery.state, func.count()).where(Delivery.signal_id == signal.id).group_by(Delivery.state)
    found = {row[0]: row[1] for row in db.session.execute(counted)}
    return {state.value: found.get(state.value, 0) for state in State}


def own(provider: User, signal_id: int) -> Signal:
    """Raises NotFound for one that is deleted, or another's."""
    mine = select(Signal).where(Signal.id == signal_id, Signal.provider_id == provider.id, Signal.deleted_at.is_(None))
    signal = db.session.scalar(mine)
    if signal is None:
        raise NotFound("You have no such signal.")
    return signal
