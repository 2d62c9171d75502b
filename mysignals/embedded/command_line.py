"""`python run.py`: from the command line to an exit code."""

from __future__ import annotations

import os
from collections.abc import Sequence

from mysignals.embedded.errors import StartError
from mysignals.embedded.house import House
from mysignals.embedded.options import parse
from mysignals.embedded.supervisor import say
from mysignals.settings import SettingsError


def main(argv: Sequence[str]) -> int:
    """Run until told to stop; 0 after a wanted end, 1 after one plain line on standard error."""
    options = parse(argv)
    try:
        House(options, os.environ).run()
    except (StartError, SettingsError) as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"cannot use {error.filename or 'a file'} ({error.strerror}); see to it and start again")
        return 1
    return 0
