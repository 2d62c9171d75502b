"""A house for tests: `python run.py` on an instance folder of its own, and the eyes to see its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]


class RunningHouse:
    """Started and ready when the constructor returns."""

    def __init__(self, instance: Path, *options: str, env: Mapping[str, str] | None = None) -> None:
        began = time.monotonic()
        self.instance = instance
        self._process = subprocess.Popen(
            [sys.executable, "run.py", "--port", "0", "--instance", str(instance), *options],
            cwd=ROOT,
            env=environment() | dict(env or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self.ready_line = ""
        try:
            self.ready_line = self._process.stdout.readline()
        finally:
            if not self.ready_line:  # Also where the start was interrupted: nothing stays behind.
                self._process.terminate()
                said = self._process.communicate(timeout=40)[1]
        self.seconds = time.monotonic() - began
        if not self.ready_line:
            raise RuntimeError(f"the house did not start: {said}")
        self.url = self.ready_line.split()[3]

    @property
    def pid(self) -> int:
        return self._process.pid

    def processes(self) -> list[psutil.Process]:
        """Every process of the house, itself first."""
        own = psutil.Process(self.pid)
        return [own, *own.children(recursive=True)]

    def child(self, *words: str) -> psutil.Process:
        """The first process whose command line has all these words."""
        for process in self.processes()[1:]:
            if all(any(word in part for part in process.cmdline()) for word in words):
                return process
        raise LookupError(words)

    def end(self, number: signal.Signals) -> tuple[int, str, list[psutil.Process]]:
        """Send a signal: exit code, what it said on standard error, which processes are left after 10 s."""
        processes = self.processes()
        self._process.send_signal(number)
        _, said = self._process.communicate(timeout=40)
        _, left = psutil.wait_procs(processes[1:], timeout=10)
        return self._process.returncode, said, left


def failed_start(
    instance: Path, *options: str, env: Mapping[str, str] | None = None, program: str | None = None
) -> tuple[int, str]:
    """Run a start that is expected to fail: exit code and standard error. `program` instead of run.py."""
    start = ["run.py"] if program is None else ["-c", program]
    done = subprocess.run(
        [sys.executable, *start, "--port", "0", "--instance", str(instance), *options],
        cwd=ROOT,
        env=environment() | dict(env or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


def environment() -> dict[str, str]:
    """What a shell has, without any setting of ours."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def megabytes(processes: list[psutil.Process]) -> dict[str, float]:
    """Memory of each, shared pages divided among those who share them (PSS)."""
    return {f"{process.pid} {_title(process)}": _pss(process.pid) / 1024 for process in processes}


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _title(process: psutil.Process) -> str:
    return " ".join(process.cmdline())[-60:]
