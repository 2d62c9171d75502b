"""The breaker of each venue: no new entries while stops fail there."""

from .pauses import breaker
from .tries import Tried, Venue, tried
from .words import paused_sentence

__all__ = ["Tried", "Venue", "breaker", "paused_sentence", "tried"]
