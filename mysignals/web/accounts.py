"""/accounts: one's exchange accounts; a key goes in and never comes out (CONTRACT section 4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.models import ExchangeAccount
from mysignals.services import accounts as service

from . import parsing
from .forms.accounts import NewAccount
from .guards import active, member
from .limits import told_by_mail
from .rendering import http_date, success

accounts = Blueprint("accounts", __name__, url_prefix="/accounts")


@accounts.get("")
@active
def listed() -> Response:
    found = service.listed(member(), parsing.page())
    return success(accounts=[_account(item) for item in found.items], total=found.total, pages=found.pages)


@accounts.post("")
@active
@told_by_mail
def add() -> tuple[Response, int]:
    form = parsing.body(NewAccount)
    return success(account=_account(service.add(member(), service.Keys(**form.model_dump())))), 201


@accounts.delete("/<id:account_id>")
@active
@told_by_mail
def remove(account_id: int) -> Response:
    service.remove(member(), account_id)
    return success(account_id=account_id)


@accounts.post("/<id:account_id>/check")
@active
def check(account_id: int) -> Response:
    return success(account=_account(service.check(member(), account_id)))


def _account(account: ExchangeAccount) -> dict[str, Any]:
    return {
        "id": account.id,
        "exchange": account.exchange,
        "environment": account.environment,
        "label": account.label,
        "api_version": account.api_version,
        "api_key": account.key_hint,
        "status": account.status,
        "status_reason": account.status_reason,
        "position_mode": account.position_mode,
        "limits": list(service.limits(account)),
        "checked_on": http_date(account.checked_at),
        "date_created": http_date(account.created_at),
    }
