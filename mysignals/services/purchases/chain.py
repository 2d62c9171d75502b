"""The chain of this installation, and the little that buying asks of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from flask import current_app

from mysignals.chain import Node, Terms
from mysignals.chain_settings import ChainSettings
from mysignals.domain.payment import Block, Look, Unreachable, WrongChain
from mysignals.services.errors import NotConfigured, PaymentNodeUnavailable
from mysignals.settings import Settings

T = TypeVar("T")
MOST_AT_ONCE = 4
"""Of one process, whose sixteen threads serve everybody: a node that hangs would hold each of them for seconds."""
PATIENCE_S = 0.5
_PLACES = threading.BoundedSemaphore(MOST_AT_ONCE)
_FULL = Unreachable("too many payments are being checked at this moment")


class Asked(Protocol):
    """Who is asked about transactions and about the contract. Neither raises for the node's part."""

    def look(self, tx_hash: str, held_by: Block | None = None) -> Look: ...

    def terms(self, contract: str) -> Terms | Unreachable | WrongChain: ...


@dataclass(frozen=True, slots=True)
class Chain:
    settings: ChainSettings
    node: Asked


def configured() -> Chain:
    """Raises NotConfigured where this installation takes no payments."""
    chain = if_configured()
    if chain is None:
        raise NotConfigured("Signals cannot be bought here: no payment node is configured (CHAIN_RPC_URL).")
    return chain


def if_configured() -> Chain | None:
    settings: Settings = current_app.extensions["settings"]
    if settings.chain is None:
        return None
    return Chain(settings.chain, _FewAtOnce(Node(settings.chain.rpc_url, settings.chain.chain_id)))


def away(why: Unreachable | WrongChain) -> PaymentNodeUnavailable:
    """What to raise where the node does not tell."""
    return PaymentNodeUnavailable(
        f"The payment cannot be checked just now: {cause(why)}. Nothing was changed; try again."
    )


def cause(why: Unreachable | WrongChain) -> str:
    """In plain words, without the node's address."""
    if isinstance(why, WrongChain):
        return f"the payment node is of chain {why.found}, payments are made on chain {why.expected}"
    return why.cause


@dataclass(frozen=True, slots=True)
class _FewAtOnce:
    """A node that `MOST_AT_ONCE` threads ask; who finds no place within `PATIENCE_S` learns as much as from no node."""

    node: Asked

    def look(self, tx_hash: str, held_by: Block | None = None) -> Look:
        return _in_turn(lambda: self.node.look(tx_hash, held_by))

    def terms(self, contract: str) -> Terms | Unreachable | WrongChain:
        return _in_turn(lambda: self.node.terms(contract))


def _in_turn(ask: Callable[[], T]) -> T | Unreachable:
    if not _PLACES.acquire(timeout=PATIENCE_S):
        return _FULL
    try:
        return ask()
    finally:
        _PLACES.release()
