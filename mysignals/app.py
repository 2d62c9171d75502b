"""The application factory: settings in, a wired Flask app out; web processes and, without views, workers use it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_session import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from mysignals import dispatch, models  # noqa: F401 - models: every table must be known
from mysignals.cli import register_commands
from mysignals.connections import GLANCES, engine_options, glance_options, redis_client
from mysignals.extensions import db, login_manager, mail
from mysignals.other_exchanges import offer_other_exchanges
from mysignals.settings import Settings

_ROOT = Path(__file__).parents[1]
_LARGEST_BODY = 64 * 1024


def create_app(settings: Settings | None = None, register: Callable[[Flask], None] | None = None) -> Flask:
    """A new app; settings come from the environment where none are given.

    `register` hangs the views on it; None hangs all of them, pages and both APIs, and the migrations.
    """
    settings = settings or Settings.from_environment(os.environ)
    static = "static" if register is None else None
    app = Flask("mysignals", root_path=str(_ROOT), template_folder="templates", static_folder=static)
    app.extensions["settings"] = settings
    offer_other_exchanges(settings)
    app.config.from_mapping(_configuration(settings))
    _log(settings)
    _bind_extensions(app, settings)
    (register or _everything)(app)
    _believe(app, settings.trusted_proxies)
    register_commands(app)
    return app


def _everything(app: Flask) -> None:
    # Late: a worker answers nobody and migrates nothing, and is 25 MB and half a second of processor time lighter so.
    from flask_migrate import Migrate

    from mysignals import web

    Migrate(app, db, directory=str(_ROOT / "migrations"))
    web.register(app)


def _believe(app: Flask, proxies: int) -> None:
    """Take address, scheme and host of a client from our own proxies; limits count by address."""
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]


def _bind_extensions(app: Flask, settings: Settings) -> None:
    redis = redis_client(settings.redis_url)
    app.extensions["redis"] = app.config["SESSION_REDIS"] = redis
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"connection_pool": redis.connection_pool}
    db.init_app(app)
    login_manager.init_app(app)
    mail.init_app(app)
    Session(app)
    dispatch.configure(settings.redis_url)


def _log(settings: Settings) -> None:
    """Our lines go to standard error, unless the process (a worker, a test) has its own way."""
    ours = logging.getLogger("mysignals")
    ours.setLevel(settings.log_level)
    if not ours.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        ours.addHandler(handler)


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": _LARGEST_BODY,
        "SQLALCHEMY_DATABASE_URI": _with_driver(settings.database_url),
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(),
        "SQLALCHEMY_BINDS": {GLANCES: glance_options(_with_driver(settings.database_url))},
        **_session_configuration(settings),
        **_mail_configuration(settings),
        "RATELIMIT_STORAGE_URI": settings.redis_url,
        # The only one whose Retry-After is exact.
        "RATELIMIT_STRATEGY": "moving-window",
    }


def _session_configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SESSION_TYPE": "redis",
        "SESSION_KEY_PREFIX": "mysignals:session:",
        "SESSION_COOKIE_NAME": "mysignals",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        # Written only when it changes: a late request must not bring a session back that was ended.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=14),
    }


def _mail_configuration(settings: Settings) -> dict[str, Any]:
    return {
        "MAIL_SERVER": settings.mail_server or "localhost",
        "MAIL_PORT": settings.mail_port,
        "MAIL_USE_TLS": settings.mail_use_tls,
        "MAIL_USERNAME": settings.mail_username,
        "MAIL_PASSWORD": settings.mail_password,
        "MAIL_DEFAULT_SENDER": settings.mail_from,
    }


def _with_driver(url: str) -> str:
    """The URL naming psycopg2: a bare `postgresql://` means another driver to SQLAlchemy 2.1."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg2{separator}{rest}" if scheme in ("postgresql", "postgres") else url
