"""Telling open pages that something has changed: after the commit, through Redis, and never what it is."""

from .hub import Hub, Listener
from .news import EVERYBODY, place
from .telling import changed

__all__ = ["EVERYBODY", "Hub", "Listener", "changed", "place"]
