"""Whether what the chain shows pays for a sale."""

from __future__ import annotations

from mysignals.domain.payment import ZERO_ADDRESS, Confirming, Look, Paid, Seen, Verdict, judge
from mysignals.extensions import db

from . import sale
from .chain import Chain
from .sale import Row, Sale


def verdict(chain: Chain, what: Sale, tx_hash: str, before: Row | None, look: Look) -> tuple[Verdict, list[int]]:
    """The verdict on a payment, and which logs of its transaction have paid for something else."""
    known = before.place if before is not None else None
    if known is not None and isinstance(look, Seen) and look.block_hash == known.block_hash:
        # The very block it was judged in: a wallet that was changed since changes nothing.
        need = chain.settings.confirmations
        return (known if look.confirmations >= need else Confirming(look.confirmations, need, known)), []
    used = sale.used_by_others(what, chain.settings.chain_id, tx_hash)
    db.session.rollback()
    return judge(what.expected(chain.settings), look, used), used


def names_referrer(look: Look, verdict: Verdict) -> bool:
    """Whether the log that pays gives the referrer a share."""
    paid = verdict.payment if isinstance(verdict, Confirming) else verdict
    if not isinstance(look, Seen) or not isinstance(paid, Paid):
        return False
    events = [log.event for log in look.logs if log.log_index == paid.log_index]
    return any(event is not None and event.referrer != ZERO_ADDRESS for event in events)
