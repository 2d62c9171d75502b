"""`python -m simulator`: the command line."""

import argparse
import os
import secrets
import sys
from pathlib import Path

import uvloop

from simulator.server import Settings, serve


def main() -> int:
    """0 after a clean stop, 2 when it cannot listen."""
    arguments = _parser().parse_args()
    token = os.environ.get("SIMULATOR_CONTROL_TOKEN", "")
    if not token:
        token = secrets.token_urlsafe(24)
        print(f"control token: {token}", flush=True)
    state = None if arguments.memory else arguments.state
    settings = Settings(arguments.host, arguments.port, state, arguments.seed, arguments.walk, token)
    try:
        uvloop.run(serve(settings))
    except OSError as problem:
        print(f"cannot listen on {arguments.host}:{arguments.port}: {problem.strerror}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="Plays the exchanges on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument("--state", type=Path, default=Path("instance/paper.db"), help="file that keeps the books")
    kept.add_argument("--memory", action="store_true", help="keep nothing")
    parser.add_argument("--seed", type=int, default=1, help="of prices, made-up keys and chances")
    parser.add_argument("--walk", action="store_true", help="all prices walk at random from the start")
    return parser


if __name__ == "__main__":
    sys.exit(main())
