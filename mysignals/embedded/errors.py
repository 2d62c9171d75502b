"""What can end a start: one plain sentence that names the thing and the cure."""

from __future__ import annotations


class StartError(Exception):
    """The house cannot be started or kept running; the text is shown as it is."""


class StopRequested(Exception):
    """Somebody asked for the end while the house was still starting."""
