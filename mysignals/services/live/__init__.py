"""Telling open pages that something has changed: after the commit, through Redis, and never what it is."""

from .hub import Hub, Listener
from .telling import EVERYBODY, changed

__all__ = ["EVERYBODY", "Hub", "Listener", "changed"]
