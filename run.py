"""`python run.py` starts everything on one machine; `run:app` is the web's WSGI entry."""

from __future__ import annotations

import os
import sys
from typing import Any


def __getattr__(name: str) -> Any:
    """Build the application when somebody asks for `run.app`, not when `python run.py` starts."""
    if name != "app":
        raise AttributeError(name)
    from mysignals.app import create_app
    from mysignals.settings import Settings, SettingsError

    try:
        application = create_app(Settings.from_environment(os.environ))
    except SettingsError as error:
        print(f"mysignals: {error}", file=sys.stderr, flush=True)
        # Gunicorn takes 4 as "cannot be loaded" and does not try again.
        raise SystemExit(4) from error
    globals()["app"] = application
    return application


if __name__ == "__main__":
    from mysignals.embedded.command_line import main

    sys.exit(main(sys.argv[1:]))
