"""One signal and one person who may buy it: who is to be paid, and what is known of this person's payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from mysignals.chain_settings import ChainSettings
from mysignals.domain.payment import Expected, Paid
from mysignals.extensions import db
from mysignals.models import Purchase, Signal, User


@dataclass(frozen=True, slots=True)
class Row:
    """What is stored of one payment; two that are equal mean that nothing has happened in between."""

    id: int
    state: str
    chain_id: int
    tx_hash: str
    place: Paid | None
    """Where it was on chain when it was last judged; None while no block holds it. Its confirmations are not kept."""
    bought_at: datetime | None
    final_at: datetime | None

    @property
    def is_awaited(self) -> bool:
        """Whether it may still become a purchase by itself."""
        return self.state in ("confirming", "taken_back") and self.final_at is None


@dataclass(frozen=True, slots=True)
class Sale:
    """Readable without a session. `user_id` is who buys; the wallets are those of now."""

    user_id: int
    signal: Signal
    provider: User
    referrer_id: int | None
    referrer_wallet: str | None
    referrers_former: list[str] | None

    def expected(self, chain: ChainSettings) -> Expected:
        return Expected(
            chain_id=chain.chain_id,
            contract=chain.contract,
            provider_wallet=self.provider.wallet or "",
            referrer_wallet=self.referrer_wallet,
            signal_id=self.signal.id,
            user_id=self.user_id,
            least_amount=chain.least_amount,
            confirmations=chain.confirmations,
        )

    def is_of_provider(self, wallet: str) -> bool:
        """Now, or before it was changed: who has paid it has paid the provider."""
        return _is_one_of(wallet, self.provider.wallet, self.provider.former_wallets)

    def is_of_referrer(self, wallet: str) -> bool:
        return _is_one_of(wallet, self.referrer_wallet, self.referrers_former or [])


def of(user_id: int, signal_id: int) -> Sale | None:
    """None where there is no such signal, or it is nobody's to buy. One statement."""
    provider, buyer, referrer = aliased(User), aliased(User), aliased(User)
    found = db.session.execute(
        select(Signal, provider, buyer.referrer_id, referrer.wallet, referrer.former_wallets)
        .join(provider, provider.id == Signal.provider_id)
        .join(buyer, buyer.id == user_id)
        .outerjoin(referrer, referrer.id == buyer.referrer_id)
        .where(Signal.id == signal_id, ~Signal.is_private)
    ).one_or_none()
    return None if found is None else Sale(user_id, *found)


def payments(user_id: int, signal_id: int) -> list[Row]:
    """This person's payments for this signal, newest first: at most one of them has bought it. Failed ones too."""
    query = select(Purchase).where(Purchase.user_id == user_id, Purchase.signal_id == signal_id)
    return [as_read(found) for found in db.session.scalars(query.order_by(Purchase.id.desc()))]


def as_read(found: Purchase) -> Row:
    return Row(found.id, found.state, found.chain_id, found.tx_hash, _place(found), found.bought_at, found.final_at)


def _place(found: Purchase) -> Paid | None:
    if found.log_index is None or found.block_number is None:
        return None
    return Paid(
        amount=int(found.amount or 0),
        payer=found.payer or "",
        chain_id=found.chain_id,
        tx_hash=found.tx_hash,
        log_index=found.log_index,
        block_number=found.block_number,
        block_hash=found.block_hash or "",
        confirmations=0,
    )


def _is_one_of(wallet: str, now: str | None, former: list[str]) -> bool:
    return wallet.lower() in {one.lower() for one in (now, *former) if one}


def used_by_others(sale: Sale, chain_id: int, tx_hash: str) -> list[int]:
    """Which logs of the transaction have paid for something else."""
    ours = and_(Purchase.user_id == sale.user_id, Purchase.signal_id == sale.signal.id)
    query = select(Purchase.log_index).where(
        Purchase.chain_id == chain_id, Purchase.tx_hash == tx_hash, Purchase.log_index.is_not(None), ~ours
    )
    return [index for index in db.session.scalars(query) if index is not None]


def waiting_unseen(user_id: int) -> int:
    """How many payments this person has shown that no block holds yet."""
    query = select(func.count()).where(
        Purchase.user_id == user_id, Purchase.state == "confirming", Purchase.log_index.is_(None)
    )
    return db.session.scalar(query) or 0


def let_go() -> None:
    """End the transaction and give the connection back, before the chain is asked; what was read stays readable."""
    db.session.expunge_all()
    db.session.rollback()
