"""One transaction's receipt as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_abi.exceptions import DecodingError
from web3 import Web3
from web3.exceptions import InvalidEventABI, LogTopicError, MismatchedABI, TransactionNotFound
from web3.types import RPCEndpoint, TxReceipt

from mysignals.domain.payment import Block, Event, Log, NotFound, Seen

from .artifacts import payments
from .reading import usable
from .trouble import NodeTrouble


def receipt(web3: Web3, chain_id: int, tx_hash: str, held_by: Block | None = None) -> Seen | NotFound:
    """Raises NodeTrouble when the node does not tell, or contradicts itself; and where it finds nothing although no
    other block has taken the place of `held_by`: it is late, or one of the nodes behind its address is.
    """
    with usable():
        # The head first: if the chain grows meanwhile, we know of too few confirmations, never of too many.
        head = int(web3.eth.block_number)
        found = _receipt(web3, tx_hash)
        if found is None or found.get("blockNumber") is None:
            if held_by is not None and _hash_of(web3, held_by.number) in (None, held_by.hash):
                raise NodeTrouble("the node does not know what is in a block that no other has taken the place of")
            return NotFound(pending=found is not None or _is_pending(web3, tx_hash))
        seen = _seen(web3, chain_id, tx_hash, found, head)
        # Behind one address may be many nodes: the one with the receipt and the one with the head must agree.
        agrees = _hash_of(web3, seen.block_number) == seen.block_hash
    if not agrees:
        raise NodeTrouble("the node contradicts itself about the block of the transaction")
    return seen


def _receipt(web3: Web3, tx_hash: str) -> TxReceipt | None:
    try:
        return web3.eth.get_transaction_receipt(tx_hash)  # type: ignore[arg-type]
    except TransactionNotFound:
        return None


def _is_pending(web3: Web3, tx_hash: str) -> bool:
    try:
        web3.eth.get_transaction(tx_hash)  # type: ignore[arg-type]
    except TransactionNotFound:
        return False
    return True


def _hash_of(web3: Web3, number: int) -> str | None:
    # Unformatted: web3 refuses blocks of chains with proof of authority for their longer extra data.
    block = web3.manager.request_blocking(RPCEndpoint("eth_getBlockByNumber"), [hex(number), False])
    return str(block["hash"]).lower() if block is not None else None


def _seen(web3: Web3, chain_id: int, tx_hash: str, found: TxReceipt, head: int) -> Seen:
    return Seen(
        chain_id=chain_id,
        tx_hash=tx_hash,
        succeeded=found.get("status") == 1,
        payer=str(found["from"]),
        block_number=int(found["blockNumber"]),
        block_hash=found["blockHash"].to_0x_hex().lower(),
        head_block=head,
        logs=tuple(_log(web3, place, log) for place, log in enumerate(found["logs"])),
    )


def _log(web3: Web3, place: int, log: Mapping[str, Any]) -> Log:
    event = None if log.get("removed") else _event(web3, log)
    return Log(address=str(log["address"]), log_index=place, event=event)


def _event(web3: Web3, log: Mapping[str, Any]) -> Event | None:
    ours = web3.eth.contract(abi=payments().abi).events.CompensateProvider()
    try:
        told = ours.process_log(log)["args"]
    except (MismatchedABI, LogTopicError, InvalidEventABI, DecodingError, UnicodeDecodeError):
        # Another event, or bytes that somebody has made to look like ours.
        return None
    return Event(
        provider=str(told["provider"]),
        referrer=str(told["referrer"]),
        amount=int(told["amount"]),
        signal_id=int(told["signalId"]),
        user_id=str(told["userId"]),
    )
