"""What makes an answer of a node unusable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from web3.exceptions import Web3Exception, Web3RPCError

from .trouble import NodeTrouble


@contextmanager
def usable(*meant: type[Exception]) -> Iterator[None]:
    """Around one question and the reading of its answer: a refusal and a wrong shape become NodeTrouble.

    The node's own words are left out: a provider may repeat the key it was asked with. What is `meant` passes.
    """
    try:
        yield
    except meant:
        raise
    except Web3RPCError as refusal:
        error = (refusal.rpc_response or {}).get("error")
        code = error.get("code") if isinstance(error, dict) else None
        raise NodeTrouble(f"the node refused to answer (code {code})") from None
    except (Web3Exception, KeyError, TypeError, ValueError, AttributeError):
        # Each is how web3 stumbles over a field that is missing or of another kind.
        raise NodeTrouble("the node's answer is not what was asked for") from None
