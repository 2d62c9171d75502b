"""An application that knows tables and migrations only, so that a test of models needs no web."""

from __future__ import annotations

import os

from flask import Flask
from flask_migrate import Migrate

from mysignals import models  # noqa: F401 - every table must be known
from mysignals.extensions import db
from tests.support.house import ROOT


def create_app() -> Flask:
    """Bound to DATABASE_URL."""
    app = Flask("mysignals")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    return app
