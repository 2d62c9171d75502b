"""The developer API /v1 (CONTRACT section 2): for programs that sign, not for browsers that log in."""

from __future__ import annotations

from flask import Flask

from mysignals.web import errors, sessions

from . import answers, door, hidden_token
from .account import account
from .docs import docs
from .orders import orders
from .paths import MOUNTED_AT, covers
from .signals import signals
from .webhook import webhook

_BLUEPRINTS = (account, signals, orders, webhook)


def register(app: Flask) -> None:
    """Hang it on `app`, at every address it is served at."""
    app.wsgi_app = hidden_token.Hiding(app.wsgi_app)  # type: ignore[method-assign]
    door.bind(app)
    answers.bind(app)
    errors.speak_otherwise(app, covers, answers.translated)
    sessions.leave_out(app, covers)
    for blueprint in _BLUEPRINTS:
        for number, prefix in enumerate(MOUNTED_AT):
            app.register_blueprint(blueprint, url_prefix=prefix, name=f"{blueprint.name}_{number}")
    app.register_blueprint(docs)
    door.check_marks(app)
