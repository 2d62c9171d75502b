"""Where the simulated exchanges of this instance are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mysignals.embedded.environment import is_production
from mysignals.embedded.listening import require_free
from mysignals.embedded.options import Options
from mysignals.embedded.ready import is_listening
from mysignals.embedded.redis import free_port


@dataclass(frozen=True, slots=True)
class Paper:
    """An address, and the port when the process is ours to run. Both empty where there is none."""

    url: str
    port: int | None

    @classmethod
    def choose(cls, env: Mapping[str, str], options: Options) -> Paper:
        """A given SIMULATOR_URL is somebody else's process; production has one only when asked for."""
        if given := env.get("SIMULATOR_URL", "").strip():
            return cls(given, None)
        if is_production(env) and not options.simulator_port:
            return cls("", None)
        if options.simulator_port:
            require_free(options.simulator_port, "--simulator-port")
        port = options.simulator_port or free_port("127.0.0.1")
        return cls(f"http://127.0.0.1:{port}", port)

    def is_open(self) -> bool:
        return self.port is not None and is_listening(self.port)
