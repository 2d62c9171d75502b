"""The command line of `python run.py`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    host: str
    port: int
    instance: Path
    workers: int
    demo: bool
    simulator_port: int
    test_chain: bool


def parse(argv: Sequence[str]) -> Options:
    """Read the command line; argparse ends the process when it cannot be understood."""
    given = _parser().parse_args(argv)
    return Options(
        host=given.host,
        port=given.port,
        instance=given.instance.resolve(),
        workers=given.workers,
        demo=given.demo,
        simulator_port=given.simulator_port,
        test_chain=given.test_chain,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description="Run MySignals on this machine, everything included.")
    default_instance = Path(os.environ.get("MYSIGNALS_INSTANCE") or "instance")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=_port, default=5000, help="port to listen on, 0 for a free one (%(default)s)")
    parser.add_argument("--instance", type=Path, default=default_instance, help="folder of all data (%(default)s)")
    parser.add_argument("--workers", type=_count, default=1, help="worker processes (%(default)s)")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="leave an empty database empty")
    parser.add_argument(
        "--simulator-port", type=_port, default=0, help="port of the simulated exchanges, 0 for a free one"
    )
    parser.add_argument("--test-chain", action="store_true", help="run an EVM too, so that buying can be tried")
    return parser


def _port(text: str) -> int:
    return _within(text, 0, 65535)


def _count(text: str) -> int:
    return _within(text, 1, 64)


def _within(text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
    return int(text)
