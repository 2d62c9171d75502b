"""Our compiled contracts, as committed in `contracts/`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_CONTRACTS = Path(__file__).parents[2] / "contracts"


def compiled(name: str, folder: str = "build") -> dict[str, Any]:
    """`abi` and `bytecode` of one contract; those that only tests need are in `trials/build`."""
    told: dict[str, Any] = json.loads((_CONTRACTS / folder / f"{name}.json").read_text())
    return {"abi": told["abi"], "bytecode": told["bytecode"]}
