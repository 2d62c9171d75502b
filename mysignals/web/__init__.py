"""What speaks HTTP: views parse, call one service and answer; `register` hangs them on an app."""

from __future__ import annotations

from flask import Flask

from . import (
    accounts,
    applications,
    auth,
    deliveries,
    drifts,
    errors,
    following,
    headers,
    health,
    identity,
    limits,
    market,
    metrics,
    origin,
    pages,
    program_keys,
    provider,
    public_v1,
    purchases,
    registrar,
    rendering,
    request_log,
    routing,
    second_factor,
    sessions,
    trading,
)

_BLUEPRINTS = (
    auth.auth,
    second_factor.second_factor,
    market.market,
    purchases.purchases,
    provider.provider,
    registrar.registrar,
    applications.applications,
    accounts.accounts,
    following.following,
    deliveries.deliveries,
    trading.trading,
    drifts.drifts,
    program_keys.program_keys,
    health.health,
)


def register(app: Flask) -> None:
    app.json = rendering.ExactJson(app)
    app.url_map.converters["id"] = routing.Id
    for part in (request_log, metrics, headers, sessions, identity, limits, origin, errors):
        part.bind(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    public_v1.register(app)
    pages.register(app, production=app.extensions["settings"].production)


def register_public(app: Flask) -> None:
    """The developer API alone, and whether it is up and ready."""
    app.json = rendering.ExactJson(app)
    app.url_map.converters["id"] = routing.Id
    for part in (request_log, metrics, headers, errors):
        part.bind(app)
    app.session_interface = sessions.NoSessions()
    app.add_url_rule("/healthz", view_func=health.healthz)
    app.add_url_rule("/readyz", view_func=health.readyz)
    public_v1.register(app)
