"""What a script of one account at one venue offers."""

from typing import Protocol

from tests.support.simulator_process import SimulatorProcess

NOW_MS = 1_700_000_000_000


class Script(Protocol):
    """One account at one venue. Where tonces are counted, the times given do not matter."""

    def trade(self, now_ms: int) -> None: ...

    def look(self, now_ms: int) -> None: ...

    def move_to(self, simulator: SimulatorProcess) -> None:
        """The same account, after a restart."""
