"""`python run.py` starts everything on one machine; `run:app` is the web's WSGI entry."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def __getattr__(name: str) -> Any:
    """Build the application when somebody asks for `run.app`, not when `python run.py` starts."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = application = _build()
    return application


def _build() -> Flask:
    from mysignals.settings import Settings, SettingsError

    if {"make-keys", "deploy-contract"} & set(sys.argv[1:]):
        # The commands that must work before there are settings: they make some.
        from mysignals.cli import commands_alone

        return commands_alone()
    from mysignals.app import create_app

    try:
        return create_app(Settings.from_environment(os.environ))
    except SettingsError as error:
        print(f"mysignals: {error}", file=sys.stderr, flush=True)
        # Gunicorn takes 4 as "cannot be loaded" and does not try again.
        raise SystemExit(4) from error


if __name__ == "__main__":
    from mysignals.embedded.command_line import main

    sys.exit(main(sys.argv[1:]))
