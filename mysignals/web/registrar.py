"""/registrar: roles, plans, and the lists of people (CONTRACT sections 1 and 4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.models import User
from mysignals.services import roles

from . import parsing
from .forms.registrar import Grant, Somebody
from .guards import member, only
from .rendering import http_date, success

registrar = Blueprint("registrar", __name__, url_prefix="/registrar")


@registrar.post("/provider/new")
@only("Registrar")
def new_provider() -> Response:
    return success(provider=_given("Provider").email)


@registrar.post("/registrar/new")
@only("Registrar")
def new_registrar() -> Response:
    return success(registrar=_given("Registrar").email)


@registrar.post("/drop_role")
@only("Registrar")
def drop_role() -> Response:
    return success(registrar=_given("User").email)


@registrar.post("/plan")
@only("Registrar")
def plan() -> Response:
    form = parsing.body(Grant)
    user = roles.grant_plan(member(), form.email, form.plan, form.days)
    return success(email=user.email, plan=user.plan, plan_until=http_date(user.plan_until))


@registrar.get("/role/providers")
@only("Registrar")
def providers() -> Response:
    return _list("providers", "Provider")


@registrar.get("/role/registrars")
@only("Registrar")
def registrars() -> Response:
    return _list("registrars", "Registrar")


@registrar.get("/role/users")
@only("Registrar")
def plain_users() -> Response:
    return _list("users", "User")


@registrar.get("/get/users")
@only("Registrar")
def everybody() -> Response:
    return _list("users", None)


def _given(role: str) -> User:
    return roles.give(member(), parsing.body(Somebody).email, role)


def _list(name: str, role: str | None) -> Response:
    found = roles.listed(role, parsing.page())
    people = [_person(user, has_keys) for user, has_keys in found.items]
    listed = {name: people, "total": found.total, "pages": found.pages}
    return success("success", **listed)


def _person(user: User, has_keys: bool) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "user_name": user.user_name,
        "roles": user.role,
        "is_active": user.is_activated,
        "wallet": user.wallet,
        "has_api_keys": has_keys,
        "date_created": http_date(user.created_at),
    }
