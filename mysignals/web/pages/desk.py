"""/desk: what registrars see and decide: the state of the platform, applications, people."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.models.application import APPLICATION_STATES
from mysignals.models.user import ROLES
from mysignals.services import applications as service
from mysignals.services import concerns, installation, roles
from mysignals.web import parsing
from mysignals.web.forms.applications import Refusal
from mysignals.web.forms.desk import Plan, Role
from mysignals.web.guards import member

from . import kept
from .doors import page_for
from .filled import Filled, form_of
from .once import sent_once

desk = Blueprint("desk", __name__, url_prefix="/desk")


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


def _people_page(form: Filled) -> str:
    role, page = parsing.query_choice("role", [*ROLES, "all"]) or "all", parsing.page()
    text = request.args.get("q", "").strip()[:254]
    link = partial(url_for, ".people", q=text or None)
    return render_template(
        "pages/desk/people.html", found=roles.listed(None if role == "all" else role, page, text), form=form, page=page,
        role=role, text=text, choices=("all", *ROLES), link=link, url=lambda number: link(role=role, page=number),
    )  # fmt: skip


@desk.get("/people")
@page_for("Registrar")
def people() -> str:
    return _people_page(kept.restored(Filled()))


@desk.post("/people/role")
@page_for("Registrar")
@form_of(_people_page)
@sent_once
def give_role() -> Response:
    form = parsing.html_form(Role)
    user = roles.give(member(), form.email, form.role)
    return redirect(url_for(".people", q=user.email), 303)


@desk.post("/people/plan")
@page_for("Registrar")
@form_of(_people_page)
@sent_once
def grant_plan() -> Response:
    form = parsing.html_form(Plan)
    user = roles.grant_plan(form.email, form.plan, form.days)
    return redirect(url_for(".people", q=user.email), 303)
