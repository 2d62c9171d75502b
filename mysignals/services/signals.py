"""A provider's hand on their own signals: take off the list, delete, see what became of them."""

from __future__ import annotations

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, select

from mysignals.domain.lifecycle import State
from mysignals.extensions import db
from mysignals.models import Delivery, Purchase, Signal, User

from .constraints import conflicts
from .errors import Conflict, NotFound

_EXECUTED = "This signal was sent to followers already; deactivate it instead."
_BOUGHT = "Somebody has bought this signal, or pays for it just now; deactivate it instead."
_COUNTS = Purchase.state != "failed"


def deactivate(provider: User, signal_id: int) -> None:
    """Mark it as no longer valid; raises NotFound."""
    _own(provider, signal_id).is_active = False
    db.session.commit()


def delete(provider: User, signal_id: int) -> None:
    """Remove it without a trace; raises NotFound, and Conflict once anybody was to receive it or pays for it."""
    signal = _own(provider, signal_id)
    if db.session.scalar(select(Delivery.id).where(Delivery.signal_id == signal.id).limit(1)) is not None:
        raise Conflict(_EXECUTED)
    if db.session.scalar(select(Purchase.id).where(Purchase.signal_id == signal.id, _COUNTS).limit(1)) is not None:
        raise Conflict(_BOUGHT)
    with conflicts({"fk_deliveries_signal_id": _EXECUTED, "fk_purchases_signal_id": _BOUGHT}):
        # What paid for nothing says nothing: anybody can show an invented payment.
        db.session.execute(delete_rows(Purchase).where(Purchase.signal_id == signal.id, ~_COUNTS))
        db.session.delete(signal)
        db.session.commit()


def deliveries_by_state(provider: User, signal_id: int) -> dict[str, int]:
    """How many deliveries are in each state, never whose; raises NotFound."""
    signal = _own(provider, signal_id)
    counted = select(Delivery.state, func.count()).where(Delivery.signal_id == signal.id).group_by(Delivery.state)
    found = {row[0]: row[1] for row in db.session.execute(counted)}
    return {state.value: found.get(state.value, 0) for state in State}


def _own(provider: User, signal_id: int) -> Signal:
    own = select(Signal).where(Signal.id == signal_id, Signal.provider_id == provider.id)
    signal = db.session.scalar(own)
    if signal is None:
        raise NotFound("You have no such signal.")
    return signal
