"""Where payments are made: the node, the chain and our contract on it, as an operator configures them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """One chain. The address of the node is a secret: providers put API keys into it."""

    rpc_url: str = field(repr=False)
    chain_id: int
    contract: str
    """Address of MySignalsPayments, with its checksum or in lower case."""
    confirmations: int
    """Blocks that must be on top of a payment before it buys anything."""
    least_amount: int
    """In the token's smallest unit; 0 leaves the fee to the contract."""
    finality: int
    """Blocks on top after which nobody looks for a reorg any more."""
