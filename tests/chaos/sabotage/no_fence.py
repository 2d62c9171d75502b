"""What is not found counts as never sent at once, though it may still be executed: it goes out again."""

from __future__ import annotations

from celery_app import app
from mysignals.domain.doubt import Doubt

if "dead_ms" not in vars(Doubt):
    raise LookupError("what is in doubt has no moment any more from when on its request is dead")
Doubt.dead_ms = property(lambda self: self.asked_ms - 1)  # type: ignore[assignment, method-assign]
__all__ = ["app"]
