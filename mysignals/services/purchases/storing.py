"""A verdict on a payment becomes a row, and everybody is told, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from mysignals import clock
from mysignals.domain.payment import Confirming, NotFound, NotPaid, Paid, Verdict
from mysignals.extensions import db
from mysignals.models import Purchase, User
from mysignals.services.constraints import conflicts
from mysignals.services.errors import Conflict

from . import telling
from .sale import Row, Sale, as_read, waiting_unseen

MOST_UNSEEN = 5
"""Of one person: each costs a question to the node again and again, and anybody can invent hashes."""
ALREADY_YOURS = "This signal is yours already through another payment; ask the provider to return this one."
_NEVER_SEEN = "no block has held the transaction within 24 hours"
_REMOVED = "the chain has removed the transaction that paid"
_REFUSED = {
    "uq_purchases_payment": "This transaction has paid for another purchase already.",
    "fk_purchases_signal_id": "This signal has just been deleted.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the chain says about one payment. `before` is its row as it was when the chain was asked."""

    chain_id: int
    tx_hash: str
    before: Row | None
    verdict: Verdict
    names_referrer: bool = False
    """Whether the referrer's share went to the referrer."""
    is_late: bool = False
    """Whether it has been waited for long enough."""


def store(sale: Sale, finding: Finding) -> Row:
    """The row as it is afterwards. A finding that is older than the row changes nothing.

    Raises Conflict where another purchase was paid by the same log, or too many payments are waited for.
    """
    with conflicts(_REFUSED):
        # One at a time for each buyer: of two payments for a signal one buys it.
        db.session.execute(select(User.id).where(User.id == sale.user_id).with_for_update(key_share=True))
        row = _row(sale, finding)
        if row is not None and as_read(row) == finding.before:
            _apply(row, sale, finding)
        elif row is None:
            row = _new(sale, finding)
            _apply(row, sale, finding)
        db.session.flush()
        after = as_read(row)
        db.session.commit()
    return after


def _row(sale: Sale, finding: Finding) -> Purchase | None:
    query = select(Purchase).where(
        Purchase.user_id == sale.user_id,
        Purchase.signal_id == sale.signal.id,
        Purchase.chain_id == finding.chain_id,
        Purchase.tx_hash == finding.tx_hash,
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def _new(sale: Sale, finding: Finding) -> Purchase:
    if isinstance(finding.verdict, NotFound):
        _refuse_too_many(sale)
    values = {
        "user_id": sale.user_id, "signal_id": sale.signal.id, "chain_id": finding.chain_id, "tx_hash": finding.tx_hash,
    }  # fmt: skip
    return db.session.scalars(insert(Purchase).values(values).returning(Purchase)).one()


def _refuse_too_many(sale: Sale) -> None:
    if waiting_unseen(sale.user_id) >= MOST_UNSEEN:
        db.session.rollback()
        raise Conflict(
            f"{MOST_UNSEEN} payments that you have shown are in no block yet; wait until one is, or was given up."
        )


def _apply(row: Purchase, sale: Sale, finding: Finding) -> None:
    match finding.verdict:
        case Paid() as paid:
            _place(row, paid)
            _bought(row, sale, finding)
        case Confirming(payment=paid):
            _place(row, paid)
            # One that was bought and has moved into another block stays bought: it is paid.
            row.state = row.state if row.state == "bought" else "confirming"
        case NotPaid(reasons=reasons):
            _refused(row, sale, "; ".join(reasons))
        case NotFound():
            _in_no_block(row, sale, finding)


def _bought(row: Purchase, sale: Sale, finding: Finding) -> None:
    if row.state == "bought":
        return
    if _has_another(row):
        _fail(row, sale, ALREADY_YOURS.rstrip("."))
        return
    earlier, was = row.bought_at, row.state
    row.state, row.reason, row.bought_at = "bought", "", clock.now()
    if earlier is None:
        telling.bought(sale, referrer_is_paid=finding.names_referrer)
    elif was != "bought":
        telling.bought_again(sale)


def _refused(row: Purchase, sale: Sale, reason: str) -> None:
    if row.state == "bought":
        _take_back(row, sale, reason)
        _displace(row)
    elif row.state == "taken_back":
        _displace(row)
    elif row.state == "confirming":
        _fail(row, sale, reason)


def _in_no_block(row: Purchase, sale: Sale, finding: Finding) -> None:
    if row.state == "bought":
        # It keeps its place: should it come back, it is judged by the wallets that it was found right for.
        _take_back(row, sale, _REMOVED)
    elif row.state == "failed":
        # Shown again: it is waited for again.
        _refuse_too_many(sale)
        row.state, row.reason, row.created_at = "confirming", "", clock.now()
        _displace(row)
    elif finding.is_late and row.state == "taken_back":
        row.final_at = clock.now()
    elif finding.is_late:
        _fail(row, sale, _NEVER_SEEN)
    elif row.state == "confirming":
        _displace(row)


def _take_back(row: Purchase, sale: Sale, reason: str) -> None:
    row.state, row.reason = "taken_back", reason[:300]
    telling.taken_back(sale, reason)


def _fail(row: Purchase, sale: Sale, reason: str) -> None:
    row.state, row.reason = "failed", reason[:300]
    _displace(row)
    telling.failed(sale, reason)


def _has_another(row: Purchase) -> bool:
    query = select(Purchase.id).where(
        Purchase.user_id == row.user_id,
        Purchase.signal_id == row.signal_id,
        Purchase.state == "bought",
        Purchase.id != row.id,
    )
    return db.session.scalar(query) is not None


def _place(row: Purchase, paid: Paid) -> None:
    row.log_index, row.block_number, row.block_hash = paid.log_index, paid.block_number, paid.block_hash
    row.amount, row.payer = Decimal(paid.amount), paid.payer
    row.final_at = None


def _displace(row: Purchase) -> None:
    """What pays nothing, or never bought anything and is in no block, holds no log."""
    row.log_index = row.block_number = row.block_hash = row.amount = row.payer = None
