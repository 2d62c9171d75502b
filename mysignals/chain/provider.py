"""How web3 reaches a node: one deadline for all its questions, and never a word of the node's address in an error."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from web3 import Web3
from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from .trouble import NodeTrouble

_MOST_BODY = 8 * 1024 * 1024
"""Bytes. A receipt with thousands of logs is some hundred kB."""
_CHUNK = 64 * 1024
_asking: ContextVar[bool] = ContextVar("asking", default=False)
# At DEBUG they write the path of every request, where providers of nodes want their keys, and what nodes refuse with.
for _talker in ("urllib3.connectionpool", "web3.manager.RequestManager"):
    logging.getLogger(_talker).addFilter(lambda _: not _asking.get())


@contextmanager
def connected(rpc_url: str, seconds: float) -> Iterator[Web3]:
    """A client whose questions must all be answered within `seconds` from now; it raises NodeTrouble otherwise."""
    quiet = _asking.set(True)
    try:
        with requests.Session() as session:
            session.trust_env = False
            for scheme in ("https://", "http://"):
                session.mount(scheme, HTTPAdapter(max_retries=0))
            yield Web3(_BoundedProvider(session, rpc_url, time.monotonic() + seconds))
    finally:
        _asking.reset(quiet)


class _BoundedProvider(JSONBaseProvider):
    """Asks once: web3's own provider repeats a question five times and names the address in what it raises."""

    def __init__(self, session: requests.Session, rpc_url: str, deadline: float) -> None:
        super().__init__()
        self._session, self._rpc_url, self._deadline = session, rpc_url, deadline

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        body = self._post(self.encode_rpc_request(method, params))
        try:
            answer = self.decode_rpc_response(body)
        except ValueError:
            raise NodeTrouble("the node's answer is not JSON") from None
        if not isinstance(answer, dict) or not ("result" in answer or "error" in answer):
            raise NodeTrouble("the node's answer is not JSON-RPC")
        return answer

    def _post(self, body: bytes) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise NodeTrouble("the node did not answer in time")
        try:
            with self._session.post(
                self._rpc_url,
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=(left, left),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise NodeTrouble(f"the node answered with HTTP status {response.status_code}")
                return self._body(response)
        except requests.exceptions.RequestException as failure:
            # What the library says holds the whole address, and with it the key: nothing of it is passed on.
            raise NodeTrouble(_cause(failure)) from None

    def _body(self, response: requests.Response) -> bytes:
        parts, length = list[bytes](), 0
        for part in response.iter_content(_CHUNK):
            parts.append(part)
            length += len(part)
            if length > _MOST_BODY or time.monotonic() > self._deadline:
                raise NodeTrouble("the node's answer is too long or too slow")
        return b"".join(parts)


def _cause(failure: requests.exceptions.RequestException) -> str:
    if isinstance(failure, requests.exceptions.Timeout):
        return "the node did not answer in time"
    if isinstance(failure, ValueError):
        return "the node's address is not usable"
    if isinstance(failure, requests.exceptions.SSLError):
        return "the node's certificate is not accepted"
    return "the node cannot be reached"
