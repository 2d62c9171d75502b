"""Where one can go: by role, and only to pages that are there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from mysignals.models import User
from mysignals.services import notices
from mysignals.web import csrf
from mysignals.web.identity import caller

from . import once


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its endpoint; `icon` is one of parts/icons.html."""

    endpoint: str
    name: str
    icon: str

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """This page, or one below it."""
        return request.endpoint == self.endpoint or (
            self.url not in ("/app", "/provide", "/desk") and request.path.startswith(self.url + "/")
        )


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    places: list[Place]


_USER = (
    Place("overview.shown", "Overview", "home"),
    Place("signals.listed", "Signals", "signal"),
    Place("copies.listed", "Copies", "copies"),
    Place("positions.listed", "Positions", "layers"),
    Place("following.page", "Following", "follow"),
    Place("providers.listed", "Providers", "people"),
    Place("exchange_accounts.listed", "Accounts", "key"),
)
_OWN = (
    Place("inbox.listed", "Notifications", "bell"),
    Place("api_keys.listed", "API keys", "code"),
    Place("preferences.page", "Settings", "gear"),
)
_PROVIDER = (
    Place("provide.overview", "My signals", "chart"),
    Place("provide.new", "New signal", "plus"),
)
_REGISTRAR = (
    Place("desk.overview", "State", "pulse"),
    Place("desk.applications", "Applications", "inbox"),
    Place("desk.people", "People", "people"),
    Place("desk.trail", "Audit", "lock"),
    Place("style.shown", "Design", "layers"),
)
_APPLY = Place("applying.page", "Become a provider", "signal")
_HOMES = {"Registrar": "desk.overview", "Provider": "provide.overview"}


def bind(app: Flask) -> None:
    app.jinja_env.globals.update(
        viewer=caller,
        navigation=groups,
        home_of=home_of,
        unread_of=notices.unread,
        csrf_token=csrf.token,
        once_token=once.token,
        is_there=is_there,
    )


def groups(user: User) -> list[Group]:
    """What `user` may go to; groups that have nothing yet are left out."""
    found = [Group("Copying", _present(_USER))]
    if user.role == "Provider":
        found.insert(0, Group("Providing", _present(_PROVIDER)))
    if user.role == "Registrar":
        found.insert(0, Group("Desk", _present(_REGISTRAR)))
    found.append(Group("You", _present((*_OWN, _APPLY) if user.role == "User" else _OWN)))
    return [group for group in found if group.places]


def home_of(user: User) -> str:
    """Where somebody of their role begins."""
    endpoint = _HOMES.get(user.role, "")
    return url_for(endpoint if is_there(endpoint) else "overview.shown")


def is_there(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _present(places: tuple[Place, ...]) -> list[Place]:
    return [place for place in places if is_there(place.endpoint)]
