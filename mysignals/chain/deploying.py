"""A new contract of ours on a chain."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from .trouble import NodeTrouble

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3 import Web3
    from web3.types import Nonce, TxParams

SECONDS = 300.0
"""For everything, the wait for a block included."""
_POLL_S = 1.0


class CannotDeploy(Exception):
    """What is wrong, in a sentence; nothing was sent unless it says so."""


@dataclass(frozen=True, slots=True)
class NewContract:
    """How it begins; its owner may change fee and shares later."""

    token: str
    """An ERC-20 token, with its checksum as the two below."""
    fee: int
    """In the token's smallest unit."""
    provider_share: int
    referrer_share: int
    """In basis points of the fee."""
    owner: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What to look for if the answer is lost: the transaction, and where the contract will be."""

    tx_hash: str
    contract: str


def deploy(
    rpc_url: str,
    chain_id: int,
    private_key: str,
    new: NewContract,
    tell: Callable[[Sent], None],
    seconds: float = SECONDS,
) -> Sent:
    """Deploy and wait until it is in a block. `tell` learns of the transaction before it is sent.

    Raises CannotDeploy, or NodeTrouble where the node does not answer.
    """
    from web3.middleware import ExtraDataToPOAMiddleware

    from .provider import connected

    deadline = time.monotonic() + seconds
    with connected(rpc_url, seconds) as web3:
        web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
        _check(web3, chain_id, new)
        account = _account(web3, private_key)
        transaction = _transaction(web3, account, new)
        signed = account.sign_transaction(cast("dict[str, Any]", transaction))
        sent = Sent(signed.hash.to_0x_hex(), _address(account, int(transaction["nonce"])))
        tell(sent)
        _send(web3, bytes(signed.raw_transaction))
        _wait(web3, sent, deadline)
    return sent


def _account(web3: Web3, private_key: str) -> LocalAccount:
    try:
        account: LocalAccount = web3.eth.account.from_key(private_key)
    except ValueError:
        # What the library says may hold the key.
        raise CannotDeploy("the private key is none: it must be smaller than the order of the curve") from None
    return account


def _check(web3: Web3, chain_id: int, new: NewContract) -> None:
    from .reading import usable

    with usable():
        found = int(web3.eth.chain_id)
        code = bytes(web3.eth.get_code(web3.to_checksum_address(new.token)))
    if found != chain_id:
        raise CannotDeploy(f"the node is of chain {found}, not {chain_id}; correct one of the two")
    if not code:
        raise CannotDeploy(f"there is no token at {new.token} on chain {chain_id}")


def _transaction(web3: Web3, account: LocalAccount, new: NewContract) -> TxParams:
    """Signed offline: the key never leaves this process."""
    from web3.exceptions import ContractLogicError

    from .artifacts import payments
    from .reading import usable

    ours = web3.eth.contract(abi=payments().abi, bytecode=payments().bytecode)
    maker = ours.constructor(new.token, new.fee, new.provider_share, new.referrer_share, new.owner)
    with usable():
        balance = int(web3.eth.get_balance(account.address))
        # What waits for a block counts: with a number that is taken, ours would replace it.
        nonce = int(web3.eth.get_transaction_count(account.address, "pending"))
    if not balance:
        raise CannotDeploy(f"the wallet {account.address} has no coins to pay the network with")
    try:
        with usable(ContractLogicError):
            made: TxParams = maker.build_transaction({"from": account.address, "nonce": cast("Nonce", nonce)})
    except ContractLogicError as refusal:
        raise CannotDeploy(f"the contract does not accept this: {_error_name(refusal)}") from None
    except NodeTrouble as trouble:
        # Nodes also refuse to estimate what the wallet could not pay.
        raise CannotDeploy(
            f"{trouble}; the wallet {account.address} holds {balance} wei, which may be too little"
        ) from None
    most = int(made["gas"]) * int(made.get("maxFeePerGas") or made["gasPrice"])
    if balance < most:
        raise CannotDeploy(f"the wallet {account.address} holds {balance} wei, and up to {most} may be needed")
    return made


def _error_name(refusal: Exception) -> str:
    """Which of the contract's errors it is; they say what they mean."""
    from eth_utils.abi import function_abi_to_4byte_selector

    from .artifacts import payments

    for part in payments().abi:
        if part["type"] == "error" and "0x" + function_abi_to_4byte_selector(part).hex() in str(refusal):  # type: ignore[arg-type]
            return str(part["name"])
    return "it does not say why"


def _address(account: LocalAccount, nonce: int) -> str:
    """Where a contract goes follows from who makes it, and from how many transactions they sent before."""
    from web3.utils.address import get_create_address

    return str(get_create_address(account.address, cast("Nonce", nonce)))


def _send(web3: Web3, raw: bytes) -> None:
    from .reading import usable

    try:
        with usable():
            web3.eth.send_raw_transaction(raw)
    except NodeTrouble as trouble:
        raise CannotDeploy(f"{trouble}; the transaction may have been sent all the same: look for it first") from None


def _wait(web3: Web3, sent: Sent, deadline: float) -> None:
    from web3.exceptions import TransactionNotFound

    from .reading import usable

    while time.monotonic() < deadline:
        with usable():
            try:
                receipt = web3.eth.get_transaction_receipt(sent.tx_hash)  # type: ignore[arg-type]
            except TransactionNotFound:
                receipt = None
            if receipt is not None and receipt.get("blockNumber") is not None:
                if receipt["status"] != 1:
                    raise CannotDeploy(f"the transaction {sent.tx_hash} failed on chain")
                return
        time.sleep(min(_POLL_S, max(0.0, deadline - time.monotonic())))
    raise CannotDeploy(f"{sent.tx_hash} was sent, and is in no block yet; look for it before you send another")
