"""What a node of the chain says about one transaction, or about our contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from mysignals.domain.payment import Block, Look, NotFound, Seen, Unreachable, WrongChain

from .in_time import within
from .trouble import NodeTrouble

if TYPE_CHECKING:
    from web3 import Web3

    from .terms import Terms

T = TypeVar("T")
SECONDS = 5.0
"""For all questions about one transaction together."""


class Node:
    """A node that is asked over JSON-RPC. Threads may share one; it keeps no connection, so forks may too."""

    def __init__(self, rpc_url: str, chain_id: int, seconds: float = SECONDS) -> None:
        self._rpc_url, self._chain_id, self._seconds = rpc_url, chain_id, seconds

    def __repr__(self) -> str:
        return f"Node(chain_id={self._chain_id})"

    def look(self, tx_hash: str, held_by: Block | None = None) -> Look:
        """Where the transaction is and what it has logged: `0x` and 64 hex digits. Never raises for the node's part.

        `held_by` is the block that has held it: that it is in none counts only where another one has taken its place.
        """
        from .receipts import receipt

        def asked(web3: Web3) -> Seen | NotFound:
            return receipt(web3, self._chain_id, tx_hash.lower(), held_by)

        return self._ask(asked)

    def terms(self, contract: str) -> Terms | Unreachable | WrongChain:
        """What the contract at that address takes for a signal, and in which token."""
        from .terms import terms

        return self._ask(lambda web3: terms(web3, contract))

    def _ask(self, question: Callable[[Web3], T]) -> T | Unreachable | WrongChain:
        # Half a second and some 40 MB: only who asks a node pays for it, and not out of the time for the answer.
        from .provider import connected

        def asked() -> T | WrongChain:
            with connected(self._rpc_url, self._seconds) as web3:
                found = _chain_id(web3)
                return question(web3) if found == self._chain_id else WrongChain(self._chain_id, found)

        try:
            return within(self._seconds, asked)
        except NodeTrouble as trouble:
            return Unreachable(str(trouble))


def _chain_id(web3: Web3) -> int:
    from .reading import usable

    with usable():
        return int(web3.eth.chain_id)
