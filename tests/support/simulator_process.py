"""A simulator in a process of its own, for tests and benchmarks."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

ROOT = Path(__file__).resolve().parents[2]
READY = "simulator ready at "


class SimulatorProcess:
    """`with SimulatorProcess() as simulator:` ... `.url`, `.token`, `.control("POST", "/_control/prices", {...})`."""

    def __init__(self, memory: bool = True, port: int = 0, state: str | Path | None = None, seed: int = 1) -> None:
        self.token = "control-token-of-tests"
        self.url = ""
        self.session = requests.Session()
        self.session.trust_env = False
        self._arguments = ["--port", str(port), "--seed", str(seed)]
        self._arguments += ["--memory"] if memory and state is None else ["--state", str(state)]
        self.process: subprocess.Popen[str] | None = None

    @classmethod
    def start(
        cls, memory: bool = True, port: int = 0, state: str | Path | None = None, seed: int = 1
    ) -> "SimulatorProcess":
        return cls(memory, port, state, seed).__enter__()

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", *self._arguments],
            cwd=ROOT, env={**os.environ, "SIMULATOR_CONTROL_TOKEN": self.token}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        # A process that hangs before it is ready must not hang the test run.
        guard = threading.Timer(15, self.process.kill)
        guard.start()
        for line in self.process.stdout:
            if line.startswith(READY):
                self.url = line.removeprefix(READY).strip()
                break
        guard.cancel()
        if not self.url:
            raise RuntimeError(f"the simulator ended before it was ready, with {self.process.wait()}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded answer; anything but success raises. `path` may leave out /_control."""
        whole = path if path.startswith("/_control") else f"/_control/{path.lstrip('/')}"
        answer = self.session.request(
            method, self.url + whole, json=body, headers={"X-Control-Token": self.token}, timeout=30
        )
        if not answer.ok:
            raise RuntimeError(f"{method} {whole}: {answer.status_code} {answer.text}")
        return answer.json()

    def move_price(self, venue: str, symbol: str, price: str) -> None:
        self.control("POST", "prices", {"venue": venue, "symbol": symbol, "price": price})

    def fault(self, venue: str, kind: str, **wanted: Any) -> None:
        self.control("POST", "faults", {"venue": venue, "kind": kind, **wanted})

    def ledger(self, venue: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("GET", f"ledger?venue={venue}")
        return rows

    def open_account(self, venue: str = "binance", **wanted: Any) -> dict[str, str]:
        opened: dict[str, str] = self.control("POST", "/_control/accounts", {"venue": venue, **wanted})
        return opened

    def reset(self) -> None:
        self.control("POST", "/_control/reset")

    def kill(self) -> None:
        """SIGKILL: what a power failure of the process looks like."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def stop(self) -> int:
        """The exit code."""
        self.session.close()
        if self.process is None:
            return 0
        self.process.terminate()
        code = self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code
