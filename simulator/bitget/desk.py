"""All that one key has at Bitget: spot and mix, behind both doors."""

from dataclasses import dataclass

from simulator.bitget.mix.records import MixDesk
from simulator.bitget.spot.records import SpotDesk


@dataclass(slots=True)
class Desk:
    api_key: str
    user_id: str
    permissions: list[str]
    created_ms: int
    spot: SpotDesk
    mix: MixDesk
