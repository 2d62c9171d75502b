"""A chain for tests: an EVM served over HTTP, with our contract on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from web3 import Web3

from mysignals.domain.payment import Expected
from simulator.chain.compiled import compiled
from simulator.chain.deployed import Deployed, deploy, put
from simulator.chain.evm import Evm
from simulator.chain.server import ChainServer

CHAIN_ID = 424242
ZERO = "0x" + "0" * 40
PLENTY = 10**30


class LiveChain:
    """Its accounts are unlocked, and rich in coins and tokens: send as any of them."""

    def __init__(self, server: ChainServer) -> None:
        self.evm, self.url = server.evm, server.url
        self.deployed: Deployed = deploy(self.url)
        self.web3 = Web3(Web3.HTTPProvider(self.url))
        self.owner, self.buyer, self.provider, self.referrer, self.stranger = list(self.web3.eth.accounts)[:5]
        self.token, self.contract = self.at("DemoToken", self.deployed.token), self.ours(self.deployed.contract)
        self.send(self.token.functions.mint(self.buyer, PLENTY))

    def at(self, name: str, address: str, folder: str = "build") -> Any:
        return self.web3.eth.contract(address=Web3.to_checksum_address(address), abi=compiled(name, folder)["abi"])

    def ours(self, address: str) -> Any:
        return self.at("MySignalsPayments", address)

    def trial(self, name: str, *arguments: Any) -> Any:
        """A contract that only tests need, deployed."""
        return self.at(name, put(self.web3, compiled(name, "trials/build"), *arguments), "trials/build")

    def another(self, token: str, fee: int = 1000, shares: tuple[int, int] = (8000, 1000)) -> Any:
        """One more contract of ours, for that token."""
        return self.ours(put(self.web3, compiled("MySignalsPayments"), token, fee, *shares, self.owner))

    def send(self, call: Any, by: str | None = None) -> str:
        """The hash of a transaction that went through; raises what the contract reverts with."""
        tx_hash = call.transact({"from": by or self.buyer})
        assert self.web3.eth.get_transaction_receipt(tx_hash)["status"] == 1
        return str(tx_hash.to_0x_hex())

    def send_in_vain(self, call: Any, by: str | None = None) -> str:
        """The hash of a transaction that is mined and fails."""
        tx_hash = call.transact({"from": by or self.buyer, "gas": 1_000_000})
        assert self.web3.eth.get_transaction_receipt(tx_hash)["status"] == 0
        return str(tx_hash.to_0x_hex())

    def pay(self, signal: int = 7, user: str = "42", provider: str = "", referrer: str = ZERO) -> str:
        self.send(self.token.functions.approve(self.contract.address, PLENTY))
        return self.send(self.contract.functions.pay(provider or self.provider, referrer, signal, user))

    def mine(self, blocks: int) -> None:
        self.evm.tester.mine_blocks(blocks)

    def expected(self, **changed: Any) -> Expected:
        """What `pay()` pays for, two blocks deep."""
        known = {"chain_id": CHAIN_ID, "contract": self.contract.address, "provider_wallet": self.provider}
        known |= {"referrer_wallet": None, "signal_id": 7, "user_id": 42, "least_amount": 0, "confirmations": 2}
        return Expected(**(known | changed))


@contextmanager
def live_chain() -> Iterator[LiveChain]:
    """Served as long as the block lasts."""
    server = ChainServer(Evm(CHAIN_ID))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield LiveChain(server)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
