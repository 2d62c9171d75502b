"""One EVM in memory and its blocks, spoken to in JSON-RPC."""

from __future__ import annotations

import ast
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed, ValidationError
from eth_utils.exceptions import ValidationError as OtherValidationError
from web3 import Web3
from web3.middleware.base import MiddlewareOnion
from web3.providers.eth_tester import EthereumTesterProvider
from web3.types import RPCEndpoint

BLOCKS_AFTER = 100
"""How many empty blocks follow a transaction. More prove nothing, and every look-up walks through all of them."""
_REVERTED, _REFUSED, _UNKNOWN_METHOD = 3, -32602, -32601
_SENDS = frozenset({"eth_sendTransaction", "eth_sendRawTransaction"})


class Refused(Exception):
    """A JSON-RPC error."""

    def __init__(self, code: int, message: str, data: bytes | None = None) -> None:
        super().__init__(message)
        self.code, self.data = code, data

    def as_json(self) -> dict[str, Any]:
        told = {"code": self.code, "message": str(self)}
        return told if self.data is None else told | {"data": "0x" + self.data.hex()}


class Evm:
    """Ten accounts are rich from the start (`eth_accounts`). Every transaction gets a block of its own at once."""

    def __init__(self, chain_id: int) -> None:
        backend = PyEVMBackend()
        # The library knows one chain id for all; its class is made anew for every chain.
        type(backend.chain).chain_id = chain_id
        self.chain_id = chain_id
        self.tester = EthereumTester(backend)
        provider = EthereumTesterProvider(self.tester)
        self._ask = provider.request_func(Web3(provider), MiddlewareOnion([]))
        self._lock, self._blocks_due = threading.Lock(), 0

    def answer(self, method: str, params: Sequence[Any]) -> Any:
        """The result as JSON has it; raises Refused."""
        with self._lock:
            if method == "eth_chainId":
                return hex(self.chain_id)
            if method == "net_version":
                return str(self.chain_id)
            if method in _SENDS:
                self._blocks_due = BLOCKS_AFTER
            return _as_json(self._result(method, params))

    def tick(self) -> None:
        """One more block, if a transaction is recent enough for anybody to count."""
        with self._lock:
            if self._blocks_due > 0:
                self._blocks_due -= 1
                self.tester.mine_block()

    def _result(self, method: str, params: Sequence[Any]) -> Any:
        try:
            told = self._ask(RPCEndpoint(method), list(params))
        except TransactionFailed as failure:
            raise Refused(_REVERTED, "execution reverted", _reverted_with(failure)) from failure
        except (ValidationError, OtherValidationError, TypeError, ValueError, KeyError, IndexError) as failure:
            # What the library says to parameters that it cannot use.
            raise Refused(_REFUSED, f"{type(failure).__name__}: {failure}") from failure
        if "error" in told:
            raise Refused(_UNKNOWN_METHOD, str(told["error"]["message"]))
        return told["result"]


def _reverted_with(failure: BaseException | None) -> bytes:
    """What the contract reverted with. The library hides it in the causes, here as bytes and there as their `repr`."""
    while failure is not None:
        for told in failure.args:
            if isinstance(told, bytes):
                return told
            if isinstance(told, str) and told.startswith(("b'", 'b"')):
                return bytes(ast.literal_eval(told))
        failure = failure.__cause__ or failure.__context__
    return b""


def _as_json(value: Any) -> Any:
    """Numbers and bytes in hex, as nodes write them."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return hex(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {name: _as_json(part) for name, part in value.items()}
    return [_as_json(part) for part in value]
