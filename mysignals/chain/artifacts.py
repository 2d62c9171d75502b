"""Our compiled contracts, out of `contracts/build` (made by `make contracts`, compared in `make check`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_BUILD = Path(__file__).parents[2] / "contracts" / "build"


@dataclass(frozen=True, slots=True)
class Artifact:
    """One contract: its interface, and the code that deploys it (hex with `0x`)."""

    abi: list[dict[str, Any]]
    bytecode: str


@cache
def payments() -> Artifact:
    """The contract that signals are paid through."""
    return _read("MySignalsPayments")


@cache
def token() -> Artifact:
    """A token for development and tests; its interface is every ERC-20 token's."""
    return _read("DemoToken")


def _read(name: str) -> Artifact:
    told = json.loads((_BUILD / f"{name}.json").read_text())
    return Artifact(told["abi"], told["bytecode"])
