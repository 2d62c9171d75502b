"""What our contract takes for a signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web3 import Web3


@dataclass(frozen=True, slots=True)
class Terms:
    """`fee` is in the token's smallest unit; `fee / 10 ** decimals` is what people call it."""

    token: str
    symbol: str
    decimals: int
    fee: int


def terms(web3: Web3, contract: str) -> Terms:
    """Raises NodeTrouble when the node does not tell, or no contract of ours is at that address."""
    from .artifacts import payments, token
    from .reading import usable

    with usable():
        ours = web3.eth.contract(address=web3.to_checksum_address(contract), abi=payments().abi)
        address = str(ours.functions.token().call())
        fee = int(ours.functions.fee().call())
        coin = web3.eth.contract(address=web3.to_checksum_address(address), abi=token().abi)
        symbol, decimals = str(coin.functions.symbol().call()), int(coin.functions.decimals().call())
    return Terms(token=address, symbol=symbol[:20], decimals=decimals, fee=fee)
