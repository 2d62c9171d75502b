"""What the chain holds from the start: a token, our contract, and wallets with coins and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from web3 import Web3
from web3.types import TxReceipt

from .compiled import compiled
from .wallets import wallet

FEE = 5_000_000
"""Five demo dollars: the token has six decimals."""
PROVIDER_SHARE, REFERRER_SHARE = 8_000, 1_000
_TOKENS = 10_000 * 10**6


@dataclass(frozen=True, slots=True)
class Deployed:
    """The first account is the owner of our contract. Both addresses are the same on every new chain."""

    rpc_url: str
    chain_id: int
    contract: str
    token: str
    fee: int
    wallets: tuple[dict[str, str], ...]

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def deploy(rpc_url: str, names: Sequence[str] = (), fee: int = FEE) -> Deployed:
    """On an empty chain; every name gets a wallet with coins for gas and tokens for many signals."""
    web3 = Web3(Web3.HTTPProvider(rpc_url))
    token = put(web3, compiled("DemoToken"))
    owner = web3.eth.accounts[0]
    contract = put(web3, compiled("MySignalsPayments"), token, fee, PROVIDER_SHARE, REFERRER_SHARE, owner)
    tokens, chain_id = web3.eth.contract(address=token, abi=compiled("DemoToken")["abi"]), web3.eth.chain_id
    wallets = {name: wallet(chain_id, name) for name in names}
    for account in wallets.values():
        _mined(
            web3, web3.eth.send_transaction({"from": owner, "to": account.address, "value": Web3.to_wei(10, "ether")})
        )
        _mined(web3, tokens.functions.mint(account.address, _TOKENS).transact({"from": owner}))
    return Deployed(
        rpc_url=rpc_url,
        chain_id=chain_id,
        contract=contract,
        token=token,
        fee=fee,
        wallets=tuple(
            {"name": name, "address": account.address, "private_key": "0x" + account.key.hex()}
            for name, account in wallets.items()
        ),
    )


def put(web3: Web3, made: dict[str, Any], *arguments: Any) -> Any:
    """The address of a new contract, deployed by the first account."""
    maker = web3.eth.contract(**made).constructor(*arguments)
    return _mined(web3, maker.transact({"from": web3.eth.accounts[0]}))["contractAddress"]


def _mined(web3: Web3, tx_hash: Any) -> TxReceipt:
    receipt = web3.eth.wait_for_transaction_receipt(tx_hash, timeout=30)
    if receipt["status"] != 1:
        raise RuntimeError(f"transaction {tx_hash.to_0x_hex()} failed")
    return receipt
