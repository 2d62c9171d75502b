"""Mails as files, where there is no mail server."""

from __future__ import annotations

import os
from pathlib import Path

from .outcomes import NotTaken, Outcome, Taken


def keep(folder: Path, name: str, text: bytes) -> Outcome:
    """Store a mail as `name` in `folder`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Its own name first: whoever watches the folder never sees half a mail. It holds a token: owner only.
        partial = folder / f".{name}"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
        partial.replace(folder / name)
    except OSError as error:
        return NotTaken(f"{type(error).__name__}: {error.strerror}")
    return Taken()
