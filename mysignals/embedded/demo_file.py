"""`demo.json`: what a person or a script needs to use the demo data of one instance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mysignals.embedded.keys import write_private


def path_of(instance: Path) -> Path:
    return instance / "demo.json"


def refresh(
    instance: Path, base_url: str, simulator_url: str, control_token: str, chain: dict[str, Any] | None = None
) -> None:
    """Addresses change from start to start; the people in the file stay. Without a test chain it names none."""
    path = path_of(instance)
    if path.exists():
        now = {"base_url": base_url, "simulator_url": simulator_url, "control_token": control_token}
        told = {name: value for name, value in json.loads(path.read_text()).items() if name != "chain"}
        write_private(path, json.dumps(told | now | ({"chain": chain} if chain else {}), indent=2))
