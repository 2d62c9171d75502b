"""`python -m simulator.chain`: a chain on the loopback, with our contract on it and wallets to pay from."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from .deployed import deploy
from .evm import Evm
from .server import ChainServer


def main() -> int:
    """0 after a clean stop, 2 when it cannot listen. Writes what it deployed to `--told` before it says it is ready."""
    given = _parser().parse_args()
    evm = Evm(given.chain_id)
    try:
        server = ChainServer(evm, given.port)
    except OSError as problem:
        print(f"cannot listen on 127.0.0.1:{given.port}: {problem.strerror}", file=sys.stderr)
        return 2
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told = json.dumps(deploy(server.url, given.wallet).told(), indent=2)
    if given.told is None:
        print(told, flush=True)
    else:
        _write(given.told, told)
    while not stopped.wait(given.seconds):
        evm.tick()
    server.shutdown()
    return 0


def _write(path: Path, text: str) -> None:
    """Whole or not at all, for nobody but us: it holds keys."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    half.replace(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator.chain", description="An EVM in memory, over JSON-RPC.")
    parser.add_argument("--port", type=int, default=8545, help="on 127.0.0.1; 0 takes a free one (%(default)s)")
    parser.add_argument("--chain-id", type=int, default=1337, help="(%(default)s)")
    parser.add_argument("--seconds", type=float, default=3, help="between blocks (%(default)s)")
    parser.add_argument("--wallet", action="append", default=[], metavar="NAME", help="a wallet to fund; repeat it")
    parser.add_argument("--told", type=Path, help="file that gets addresses and keys; without it they are printed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
