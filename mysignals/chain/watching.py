"""Where payments stand that a reorg can still remove."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mysignals.domain.payment import NotFound, Seen, Unreachable, WrongChain

from .node import Node


@dataclass(frozen=True, slots=True)
class Watched:
    """A payment as it was recorded."""

    tx_hash: str
    block_hash: str


@dataclass(frozen=True, slots=True)
class Stands:
    """In the block it was recorded in, with that many blocks on top."""

    confirmations: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A reorg put it into another block, where it may have ended differently: `judge` what was seen again."""

    seen: Seen


@dataclass(frozen=True, slots=True)
class Gone:
    """A reorg removed it. `pending`: the node holds it in its mempool, so it may come again."""

    pending: bool


Standing = Stands | Moved | Gone | Unreachable | WrongChain


def watch(node: Node, payments: Iterable[Watched]) -> Iterator[tuple[Watched, Standing]]:
    """Asks for one payment after the other, each within the node's bound.

    Once the node does not answer, or is of another chain, the rest gets that answer unasked: a node that is down costs
    its bound once, not once a payment.
    """
    down: Unreachable | WrongChain | None = None
    for payment in payments:
        standing = down or _standing(node, payment)
        if isinstance(standing, WrongChain) or (isinstance(standing, Unreachable) and not standing.answered):
            down = standing
        yield payment, standing


def _standing(node: Node, payment: Watched) -> Standing:
    look = node.look(payment.tx_hash)
    match look:
        case Seen():
            if look.block_hash == payment.block_hash.lower():
                return Stands(look.confirmations)
            return Moved(look)
        case NotFound(pending):
            return Gone(pending)
        case _:
            return look
