"""A delivery is sent by whoever is told to, whatever its state: a repeated task sends it again."""

from __future__ import annotations

from celery_app import app
from mysignals.services.fan_out import claim
from tests.chaos.sabotage.statement import reword

reword(
    claim, "CLAIM", "AND d.state = 'queued'", "AND d.state IN ('queued', 'sending', 'unknown', 'filled', 'accepted')"
)
__all__ = ["app"]
