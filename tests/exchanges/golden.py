"""The golden signing vectors of each exchange by their ids: requests signed by others, byte for byte."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors"
Vector = dict[str, Any]


def vectors(exchange: str) -> dict[str, Vector]:
    return {vector["id"]: vector for vector in json.loads((FOLDER / f"{exchange}.json").read_text())}
