"""The settings of the app that serves this request."""

from __future__ import annotations

from flask import current_app

from mysignals.settings import Settings


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
