"""What people see: views that parse, call the same services as the session API, and answer with a page."""

from __future__ import annotations

from flask import Flask

from . import (
    api_keys,
    applying,
    assets,
    badges,
    copies,
    desk,
    entrance,
    exchange_accounts,
    following,
    formats,
    guarding,
    inbox,
    leaving,
    live,
    mail_links,
    navigation,
    overview,
    positions,
    preferences,
    provide,
    providers,
    signal_charts,
    signals,
    style,
    theme,
)

_BLUEPRINTS = (
    entrance.entrance,
    mail_links.mail_links,
    overview.overview,
    providers.providers,
    positions.positions,
    copies.copies,
    signals.signals,
    signal_charts.signal_charts,
    following.following,
    exchange_accounts.exchange_accounts,
    provide.provide,
    applying.applying,
    desk.desk,
    inbox.inbox,
    api_keys.api_keys,
    preferences.preferences,
    guarding.guarding,
    leaving.leaving,
    live.live,
    theme.theme,
)


def register(app: Flask, *, production: bool) -> None:
    """Hang the pages on `app`; the page that shows the design system is for developers only."""
    for part in (assets, formats, badges, live, navigation, theme):
        part.bind(app)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    if not production:
        app.register_blueprint(style.style)
