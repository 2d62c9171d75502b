"""`python public_api.py` serves the developer API /v1 alone; `public_api:app` is its WSGI entry."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask


def __getattr__(name: str) -> Any:
    """Build the application when somebody asks for `public_api.app`, not when it is started as a program."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = application = _build()
    return application


def main(argv: Sequence[str]) -> int:
    """Listen, then become the server; 1 after one plain line on standard error."""
    from mysignals.embedded.errors import StartError
    from mysignals.embedded.listening import address, listen
    from mysignals.embedded.processes import ROOT, serving
    from mysignals.settings import Settings, SettingsError

    given = _parser().parse_args(argv)
    try:
        Settings.from_environment(os.environ)
        socket = listen(given.host, given.port)
    except (StartError, SettingsError) as error:
        print(f"mysignals: {error}", file=sys.stderr, flush=True)
        return 1
    print(f"MySignals developer API at {address(socket)}/v1", flush=True)
    socket.set_inheritable(True)
    command = serving("public_api:app", socket.fileno())
    os.chdir(ROOT)
    return os.execv(command[0], command)  # noqa: S606 - our own interpreter, our own arguments


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="public_api.py", description="Serve the developer API /v1 alone.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on, 0 for a free one (%(default)s)")
    return parser


def _build() -> Flask:
    from mysignals.app import create_app
    from mysignals.settings import Settings, SettingsError
    from mysignals.web import register_public

    try:
        return create_app(Settings.from_environment(os.environ), register_public)
    except SettingsError as error:
        print(f"mysignals: {error}", file=sys.stderr, flush=True)
        # Gunicorn takes 4 as "cannot be loaded" and does not try again.
        raise SystemExit(4) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
