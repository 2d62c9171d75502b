"""/apply and /registrar/applications: who would like to be a provider (CONTRACT sections 1 and 4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.models import Application, User
from mysignals.models.application import APPLICATION_STATES
from mysignals.services import applications as service

from . import parsing
from .forms.applications import Apply, Refusal
from .guards import active, member, only
from .rendering import http_date, success

applications = Blueprint("applications", __name__)


@applications.post("/apply/provider")
@active
def apply() -> Response:
    form = parsing.body(Apply)
    service.apply(member(), service.Wish(**form.model_dump()))
    return success()


@applications.get("/registrar/applications")
@only("Registrar")
def listed() -> Response:
    found = service.listed(parsing.query_choice("state", list(APPLICATION_STATES)), parsing.page())
    return success(applications=[_application(*row) for row in found.items], total=found.total, pages=found.pages)


@applications.post("/registrar/applications/<id:application_id>/approve")
@only("Registrar")
def approve(application_id: int) -> Response:
    return success(application=_application(*service.approve(member(), application_id)))


@applications.post("/registrar/applications/<id:application_id>/refuse")
@only("Registrar")
def refuse(application_id: int) -> Response:
    reason = parsing.optional_body(Refusal).reason
    return success(application=_application(*service.refuse(member(), application_id, reason)))


def _application(item: Application, applicant: User) -> dict[str, Any]:
    return {
        "id": item.id,
        "user_name": applicant.user_name,
        "email": applicant.email,
        "wallet": item.wallet,
        "experience": item.experience,
        "socials_and_additional": item.socials_and_additional,
        "state": item.state,
        "reason": item.reason,
        "decided_on": http_date(item.decided_at),
        "date_created": http_date(item.created_at),
    }
