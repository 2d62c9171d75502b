"""A payment on chain: what has to be in a transaction that buys a signal, and whether it is (CONTRACT section 3)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

ZERO_ADDRESS = "0x" + "0" * 40
_TX_HASH = re.compile(r"0x[0-9a-f]{64}", re.ASCII)


def tx_hash(text: str) -> str | None:
    """The hash as it is stored, `0x` and 64 lower-case hex digits; None where the text is none."""
    lowered = text.strip().lower()
    return lowered if _TX_HASH.fullmatch(lowered) else None


@dataclass(frozen=True, slots=True)
class Expected:
    """What one purchase needs. Addresses in any case."""

    chain_id: int
    contract: str
    provider_wallet: str
    referrer_wallet: str | None
    """The buyer's referrer; None where there is none or has no wallet. The zero address is right for everybody."""
    signal_id: int
    user_id: int
    least_amount: int
    """In the token's smallest unit."""
    confirmations: int
    """How many blocks must be on top of the payment's."""


@dataclass(frozen=True, slots=True)
class Event:
    """`CompensateProvider` as some contract emitted it. `amount` is the whole fee, in the token's smallest unit."""

    provider: str
    referrer: str
    amount: int
    signal_id: int
    user_id: str


@dataclass(frozen=True, slots=True)
class Log:
    """One log of a transaction."""

    address: str
    """The contract that emitted it: anybody's may emit the same event."""
    log_index: int
    """Its place among the logs of its transaction, from 0. Unlike the place in the block no reorg changes it."""
    event: Event | None
    """None where it is another event, or cannot be read as ours."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A transaction in a block, as the node tells it."""

    chain_id: int
    tx_hash: str
    succeeded: bool
    """Whether the receipt's status is 1."""
    payer: str
    """Who sent the transaction."""
    block_number: int
    block_hash: str
    head_block: int
    logs: tuple[Log, ...]

    @property
    def confirmations(self) -> int:
        """How many blocks are on top of its own."""
        return max(0, self.head_block - self.block_number)


@dataclass(frozen=True, slots=True)
class NotFound:
    """In no block. `pending`: the node holds it in its mempool, so a block is likely to come.

    Otherwise the node has never heard of it: it may still be on its way to this node for some seconds, or be invented.
    Nothing is known about what it pays in either case.
    """

    pending: bool


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The node did not answer, or not with anything usable; nothing is known. `cause` is fit for users and logs."""

    cause: str


@dataclass(frozen=True, slots=True)
class WrongChain:
    """The node is of another chain than the configured one: nothing it says counts."""

    expected: int
    found: int


Look = Seen | NotFound | Unreachable | WrongChain


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the chain; another one of its number has another hash."""

    number: int
    hash: str


class Differs(StrEnum):
    """What is wrong with a transaction that does not pay."""

    FAILED = "failed"
    CHAIN = "chain"
    NO_PAYMENT = "no_payment"
    CONTRACT = "contract"
    PROVIDER = "provider"
    SIGNAL = "signal"
    USER = "user"
    REFERRER = "referrer"
    AMOUNT = "amount"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Paid:
    """It pays, and is deep enough. `amount` in the token's smallest unit; the last four say where it is."""

    amount: int
    payer: str
    chain_id: int
    tx_hash: str
    log_index: int
    block_number: int
    block_hash: str
    confirmations: int

    @property
    def block(self) -> Block:
        return Block(self.block_number, self.block_hash)


@dataclass(frozen=True, slots=True)
class Confirming:
    """It pays, and needs more blocks on top. `payment` says where it is."""

    have: int
    need: int
    payment: Paid


@dataclass(frozen=True, slots=True)
class NotPaid:
    """It does not pay: `differs` for programs, `reasons` the same in plain sentences, one for one."""

    differs: tuple[Differs, ...]
    reasons: tuple[str, ...]


Verdict = Paid | Confirming | NotPaid | NotFound | Unreachable | WrongChain


def judge(expected: Expected, look: Look, used_log_indexes: Collection[int] = ()) -> Verdict:
    """Whether what was seen pays for what is expected.

    `used_log_indexes` are the logs of this transaction that have paid for something already. Of several logs that
    would do, the first unused one counts. A look that found nothing is its own verdict.
    """
    if not isinstance(look, Seen):
        return look
    if look.chain_id != expected.chain_id:
        return WrongChain(expected.chain_id, look.chain_id)
    if not look.succeeded:
        return _no(Differs.FAILED, "the transaction failed on chain, so it has paid nothing")
    ours = [log for log in look.logs if log.event is not None and _same(log.address, expected.contract)]
    if not ours:
        return _without_ours(expected, look)
    faults = {log.log_index: _faults(expected, log.event) for log in ours if log.event is not None}
    right = [log for log in ours if not faults[log.log_index]]
    unused = [log for log in right if log.log_index not in used_log_indexes]
    if unused:
        return _paid(expected, look, unused[0])
    if right:
        return _no(Differs.USED, "this payment has already been used")
    # Its nearest miss: what most likely was meant.
    nearest = min(faults.values(), key=len)
    return NotPaid(tuple(nearest), tuple(nearest.values()))


def _paid(expected: Expected, look: Seen, log: Log) -> Paid | Confirming:
    amount = log.event.amount if log.event is not None else 0
    paid = Paid(
        amount=amount,
        payer=look.payer,
        chain_id=look.chain_id,
        tx_hash=look.tx_hash,
        log_index=log.log_index,
        block_number=look.block_number,
        block_hash=look.block_hash,
        confirmations=look.confirmations,
    )
    if look.confirmations < expected.confirmations:
        return Confirming(look.confirmations, expected.confirmations, paid)
    return paid


def _without_ours(expected: Expected, look: Seen) -> NotPaid:
    for log in look.logs:
        if log.event is not None:
            return _no(Differs.CONTRACT, f"it pays through the contract {log.address}, not {expected.contract}")
    return _no(Differs.NO_PAYMENT, f"there is no payment to the contract {expected.contract} in this transaction")


def _faults(expected: Expected, event: Event) -> dict[Differs, str]:
    found: dict[Differs, str] = {}
    if not _same(event.provider, expected.provider_wallet):
        found[Differs.PROVIDER] = f"it pays the provider {event.provider}, not {expected.provider_wallet}"
    if event.signal_id != expected.signal_id:
        found[Differs.SIGNAL] = f"it is for the signal {event.signal_id}, not {expected.signal_id}"
    if event.user_id != str(expected.user_id):
        found[Differs.USER] = f"it is for the user {event.user_id[:20]!r}, not '{expected.user_id}'"
    referrer = expected.referrer_wallet or ZERO_ADDRESS
    if not _same(event.referrer, referrer) and not _same(event.referrer, ZERO_ADDRESS):
        found[Differs.REFERRER] = f"it names the referrer {event.referrer}, not {referrer}"
    if event.amount < expected.least_amount:
        found[Differs.AMOUNT] = f"it pays {event.amount}, less than the {expected.least_amount} that are due"
    return found


def _no(what: Differs, reason: str) -> NotPaid:
    return NotPaid((what,), (reason,))


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()
