"""Whether what the chain shows pays for a sale."""

from __future__ import annotations

from dataclasses import replace

from mysignals.domain.payment import ZERO_ADDRESS, Confirming, Expected, Look, Paid, Seen, Verdict, judge
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
    expected = _by_former_wallets(what.expected(chain.settings), what, look)
    return judge(_by_the_wallets_of_then(expected, known, look), look, used), used


def _by_former_wallets(expected: Expected, what: Sale, look: Look) -> Expected:
    """What went to a wallet that its owner has changed since went to its owner: nobody can take a payment that way."""
    for log in look.logs if isinstance(look, Seen) else ():
        event = log.event
        if event is None or (event.signal_id, event.user_id) != (expected.signal_id, str(expected.user_id)):
            continue
        if what.is_of_provider(event.provider):
            expected = replace(expected, provider_wallet=event.provider)
        if what.is_of_referrer(event.referrer):
            expected = replace(expected, referrer_wallet=event.referrer)
    return expected


def _by_the_wallets_of_then(expected: Expected, known: Paid | None, look: Look) -> Expected:
    """The same payment in another block still pays the wallets that it was found right for, though one was changed."""
    if known is None or not isinstance(look, Seen) or look.payer.lower() != known.payer.lower():
        return expected
    for log in look.logs:
        if log.event is not None and (log.log_index, log.event.amount) == (known.log_index, known.amount):
            return replace(expected, provider_wallet=log.event.provider, referrer_wallet=log.event.referrer)
    return expected


def names_referrer(look: Look, verdict: Verdict) -> bool:
    """Whether the log that pays gives the referrer a share."""
    paid = verdict.payment if isinstance(verdict, Confirming) else verdict
    if not isinstance(look, Seen) or not isinstance(paid, Paid):
        return False
    events = [log.event for log in look.logs if log.log_index == paid.log_index]
    return any(event is not None and event.referrer != ZERO_ADDRESS for event in events)
