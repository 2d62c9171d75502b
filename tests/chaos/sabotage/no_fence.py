""" "Not found" counts at once, though the request may still be executed: it is sent again and arrives twice."""

from __future__ import annotations

from celery_app import app
from mysignals.domain.doubt import Doubt

if not isinstance(getattr(Doubt, "dead_ms", None), property):
    raise LookupError("what is in doubt has no moment any more from when on its request is dead")
Doubt.dead_ms = property(lambda self: self.asked_ms - 1)  # type: ignore[assignment, method-assign]
__all__ = ["app"]
