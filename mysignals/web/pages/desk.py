"""/desk: what registrars see and decide: the state of the platform, applications, people."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.models import User
from mysignals.models.application import APPLICATION_STATES
from mysignals.models.user import ROLES
from mysignals.services import applications as service
from mysignals.services import audit_trail, blocking, concerns, installation, people_known, roles
from mysignals.web import parsing
from mysignals.web.forms.applications import Refusal
from mysignals.web.forms.desk import Block, Plan, Role
from mysignals.web.guards import member

from . import kept
from .doors import page_for
from .filled import Filled, form_of
from .once import sent_once

desk = Blueprint("desk", __name__, url_prefix="/desk")
_GRANT = {"days": "30"}
"""What the form proposes."""
_KINDS = ["all", *ROLES, "blocked"]
"""Of people."""
_ABOUT: dict[str, tuple[str, ...]] = {
    "everything": (),
    "roles": ("role",),
    "plans": ("plan",),
    "applications": ("application",),
    "blocks": ("block", "unblock"),
}
"""What the audit trail can be narrowed to."""


@desk.get("")
@page_for("Registrar")
def overview() -> str:
    found = installation.state()
    waiting = service.open_count() if found.has_database else 0
    return render_template("pages/desk/overview.html", found=found, concerns=concerns.of(found), waiting=waiting)


def _applications_page(form: Filled, application_id: int = 0) -> str:
    state, page = parsing.query_choice("state", [*APPLICATION_STATES, "all"]) or "open", parsing.page()
    about = application_id or form.value("application_id")
    found = service.listed(None if state == "all" else state, page)
    return render_template(
        "pages/desk/applications.html", found=found, form=form, about=about, page=page, state=state,
        states=("open", "approved", "refused", "all"), deciders=service.deciders(item for item, _ in found.items),
        url=lambda number: url_for(".applications", state=state, page=number),
    )  # fmt: skip


@desk.get("/applications")
@page_for("Registrar")
def applications() -> str:
    return _applications_page(kept.restored(Filled()))


@desk.post("/applications/<id:application_id>/approve")
@page_for("Registrar")
@form_of(_applications_page)
@sent_once
def approve(application_id: int) -> Response:
    service.approve(member(), application_id)
    return redirect(url_for(".applications"), 303)


@desk.post("/applications/<id:application_id>/refuse")
@page_for("Registrar")
@form_of(_applications_page)
@sent_once
def refuse(application_id: int) -> Response:
    service.refuse(member(), application_id, parsing.html_form(Refusal).reason)
    return redirect(url_for(".applications"), 303)


@desk.get("/people")
@page_for("Registrar")
def people() -> str:
    kind, page = parsing.query_choice("role", _KINDS) or "all", parsing.page()
    text = request.args.get("q", "").strip()[:254]
    link = partial(url_for, ".people", q=text or None)
    found = roles.listed(kind if kind in ROLES else None, page, text, blocked=kind == "blocked")
    return render_template(
        "pages/desk/people.html", found=found, page=page, role=kind, text=text, choices=_KINDS, link=link,
        url=lambda number: link(role=kind, page=number),
    )  # fmt: skip


def _person_page(form: Filled, person_id: int) -> str:
    page = parsing.page()
    return render_template(
        "pages/desk/person.html", known=people_known.one(person_id), trail=audit_trail.about(person_id, page),
        form=replace(form, values={**_GRANT, **form.values}), page=page,
        url=lambda number: url_for(".person", person_id=person_id, page=number, _anchor="trail"),
    )  # fmt: skip


@desk.get("/people/<id:person_id>")
@page_for("Registrar")
def person(person_id: int) -> str:
    return _person_page(kept.restored(Filled()), person_id)


@desk.post("/people/<id:person_id>/role")
@page_for("Registrar")
@form_of(_person_page)
@sent_once
def give_role(person_id: int) -> Response:
    return _to(roles.give_to(member(), person_id, parsing.html_form(Role).role))


@desk.post("/people/<id:person_id>/plan")
@page_for("Registrar")
@form_of(_person_page)
@sent_once
def grant_plan(person_id: int) -> Response:
    form = parsing.html_form(Plan)
    return _to(roles.grant_plan_to(member(), person_id, form.plan, form.days))


@desk.post("/people/<id:person_id>/block")
@page_for("Registrar")
@form_of(_person_page)
@sent_once
def block(person_id: int) -> Response:
    return _to(blocking.block(member(), person_id, parsing.html_form(Block).reason))


@desk.post("/people/<id:person_id>/unblock")
@page_for("Registrar")
@form_of(_person_page)
@sent_once
def unblock(person_id: int) -> Response:
    return _to(blocking.unblock(member(), person_id))


@desk.get("/audit")
@page_for("Registrar")
def trail() -> str:
    about, page = parsing.query_choice("about", list(_ABOUT)) or "everything", parsing.page()
    return render_template(
        "pages/desk/trail.html", found=audit_trail.listed(_ABOUT[about], page), about=about, choices=list(_ABOUT),
        page=page, url=lambda number: url_for(".trail", about=about, page=number),
    )  # fmt: skip


def _to(user: User) -> Response:
    return redirect(url_for(".person", person_id=user.id), 303)
