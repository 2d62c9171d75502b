"""The chain of `--test-chain`: an EVM on this machine, so that buying can be tried."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mysignals.embedded.environment import is_production
from mysignals.embedded.errors import StartError
from mysignals.embedded.options import Options
from mysignals.embedded.ready import is_listening
from mysignals.embedded.redis import free_port

WALLETS = tuple(f"follower{number:02}" for number in range(1, 21))
"""Whose wallets are funded: the followers of the demo data."""
_SETTINGS = ("CHAIN_RPC_URL", "CHAIN_ID", "PAYMENT_CONTRACT")
_FIRST_ID = 1_337_000_000


@dataclass(frozen=True, slots=True)
class LocalChain:
    """A chain that lives in memory, and so is another one after every start: its id is new each time.

    Payments of an earlier start thus stay what they are. With the old id the new, empty chain would look like a reorg
    that removed them all.
    """

    port: int
    chain_id: int
    told: Path
    """Where its process writes what it deployed."""

    @classmethod
    def choose(cls, env: Mapping[str, str], options: Options) -> LocalChain | None:
        """None where it is not wanted. Raises StartError where it cannot be had."""
        told = path_of(options.instance)
        # What an earlier start wrote would name a contract that is gone.
        told.unlink(missing_ok=True)
        if not options.test_chain:
            return None
        if is_production(env):
            raise StartError("--test-chain is for trying; leave it out, or MYSIGNALS_ENV=production")
        if given := [name for name in _SETTINGS if env.get(name, "").strip()]:
            raise StartError(f"--test-chain brings its own chain; leave it out, or {', '.join(given)}")
        if find_spec("eth_tester") is None or find_spec("eth") is None:
            raise StartError("--test-chain needs an EVM; install it: pip install -r requirements-dev.txt")
        return cls(free_port("127.0.0.1"), _FIRST_ID + secrets.randbelow(1_000_000), told)

    def is_ready(self) -> bool:
        return self.told.exists() and is_listening(self.port)

    def settings(self) -> dict[str, str]:
        """What the application is told, once it is ready."""
        told = self.shown()
        return dict(zip(_SETTINGS, (told["rpc_url"], str(told["chain_id"]), told["contract"]), strict=True))

    def shown(self) -> dict[str, Any]:
        """For `demo.json`: addresses, wallets with their keys, and how to pay."""
        told: dict[str, Any] = json.loads(self.told.read_text())
        pay = (
            f"python -m simulator.chain.pay --instance {self.told.parent} --user {WALLETS[0]} --provider ada --signal 1"
        )
        return told | {"pay": pay}


def path_of(instance: Path) -> Path:
    return instance / "chain.json"
