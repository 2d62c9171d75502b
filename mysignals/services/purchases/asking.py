"""A person asks for a signal whole, perhaps with a payment to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from mysignals.domain.payment import Confirming, Differs, NotPaid, Paid, Unreachable, WrongChain
from mysignals.models import Signal, User
from mysignals.services import errors

from . import deciding, price, sale, storing
from .chain import Chain, away, configured, if_configured
from .sale import Row, Sale


@dataclass(frozen=True, slots=True)
class Opened:
    """The signal whole."""

    signal: Signal
    provider: User


@dataclass(frozen=True, slots=True)
class Waiting:
    """The payment needs blocks: `confirmations` of `needed` are there, and a worker finishes the purchase by itself.

    Of one that is in no block nobody knows what it pays, nor whether anybody has sent it.
    """

    tx_hash: str
    in_block: bool
    confirmations: int
    needed: int


def see(user: User, signal_id: int, tx_hash: str | None) -> Opened | Waiting:
    """The signal for its provider, its buyers, and for who shows the hash of a payment for it (lower-case hex).

    Who has shown a payment that is not in its place yet need not show it again. Raises NotFound; Conflict for a
    payment used before, for one's own signal, and where there is nothing to buy; PaymentRefused, with what to pay or
    what differs; NotConfigured and PaymentNodeUnavailable, with nothing changed.
    """
    found = sale.of(user.id, signal_id)
    if found is None or (found.signal.deleted_at is not None and found.provider.id == user.id):
        raise errors.NotFound("There is no such signal.")
    if found.provider.id == user.id:
        if tx_hash is not None:
            raise errors.Conflict("This signal is your own: there is nothing to buy.")
        return Opened(found.signal, found.provider)
    rows = sale.payments(user.id, signal_id)
    if any(row.state == "bought" for row in rows):
        return Opened(found.signal, found.provider)
    chain = if_configured()
    ours = [row for row in rows if chain is not None and row.chain_id == chain.settings.chain_id]
    shown = tx_hash or next((row.tx_hash for row in ours if row.is_awaited), None)
    if shown is None and found.signal.deleted_at is not None:
        raise errors.NotFound("There is no such signal.")
    if shown is None and not found.signal.is_active:
        raise errors.Conflict("This signal is no longer active and cannot be bought any more.")
    sale.let_go()
    if shown is None:
        raise price.due(configured(), found)
    return _show(configured(), found, shown, next((row for row in ours if row.tx_hash == shown), None))


def _show(chain: Chain, found: Sale, tx_hash: str, before: Row | None) -> Opened | Waiting:
    look = chain.node.look(tx_hash)
    verdict, used = deciding.verdict(chain, found, tx_hash, before, look)
    if isinstance(verdict, Unreachable | WrongChain):
        raise away(verdict)
    if isinstance(verdict, NotPaid) and before is None:
        _refuse(verdict, used)
    named = deciding.names_referrer(look, verdict)
    finding = storing.Finding(chain.settings.chain_id, tx_hash, before, verdict, names_referrer=named)
    after = storing.store(found, finding)
    if after.state == "bought":
        return Opened(found.signal, found.provider)
    if isinstance(verdict, NotPaid):
        _refuse(verdict, used)
    if isinstance(verdict, Paid):
        raise errors.Conflict("Another payment of yours was stored at the same moment; ask again.")
    have = verdict.have if isinstance(verdict, Confirming) else 0
    return Waiting(tx_hash, isinstance(verdict, Confirming), have, chain.settings.confirmations)


def _refuse(verdict: NotPaid, used: list[int]) -> NoReturn:
    if used or Differs.USED in verdict.differs:
        raise errors.Conflict("This transaction has paid for another purchase already.")
    raise errors.PaymentRefused(
        f"This payment does not buy the signal: {'; '.join(verdict.reasons)}.",
        {"differs": [str(one) for one in verdict.differs]},
    )
