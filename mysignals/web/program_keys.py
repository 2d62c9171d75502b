"""/keys and /webhooks: what a user's programs come in with (CONTRACT sections 2 and 4)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.models import ApiKey, WebhookToken
from mysignals.services import api_keys, webhook_tokens

from . import parsing
from .forms.program_keys import KeyChange, NewKey, NewToken, TokenName
from .guards import active, member
from .limits import told_by_mail
from .rendering import http_date, success

program_keys = Blueprint("program_keys", __name__)


@program_keys.get("/keys")
@active
def keys() -> Response:
    found = api_keys.listed(member(), parsing.page())
    return success(keys=[_key(item) for item in found.items], total=found.total, pages=found.pages)


@program_keys.post("/keys")
@active
@told_by_mail
def make_key() -> tuple[Response, int]:
    found, secret = api_keys.make(member(), parsing.body(NewKey).given())
    return _once(success(key=_key(found), secret=secret)), 201


@program_keys.patch("/keys/<id:key_id>")
@active
@told_by_mail
def change_key(key_id: int) -> Response:
    return success(key=_key(api_keys.change(member(), key_id, parsing.body(KeyChange).given())))


@program_keys.delete("/keys/<id:key_id>")
@active
@told_by_mail
def revoke_key(key_id: int) -> Response:
    return success(key=_key(api_keys.revoke(member(), key_id)))


@program_keys.get("/webhooks")
@active
def webhooks() -> Response:
    found = webhook_tokens.listed(member(), parsing.page())
    return success(webhooks=[_webhook(item) for item in found.items], total=found.total, pages=found.pages)


@program_keys.post("/webhooks")
@active
@told_by_mail
def make_webhook() -> tuple[Response, int]:
    found, token = webhook_tokens.make(member(), parsing.optional_body(NewToken).label)
    return _once(success(webhook=_webhook(found), token=token)), 201


@program_keys.patch("/webhooks/<id:webhook_id>")
@active
def rename_webhook(webhook_id: int) -> Response:
    return success(webhook=_webhook(webhook_tokens.rename(member(), webhook_id, parsing.body(TokenName).label)))


@program_keys.post("/webhooks/<id:webhook_id>/rotate")
@active
@told_by_mail
def rotate_webhook(webhook_id: int) -> Response:
    found, token = webhook_tokens.rotate(member(), webhook_id)
    return _once(success(webhook=_webhook(found), token=token))


@program_keys.delete("/webhooks/<id:webhook_id>")
@active
@told_by_mail
def revoke_webhook(webhook_id: int) -> Response:
    return success(webhook=_webhook(webhook_tokens.revoke(member(), webhook_id)))


def _once(response: Response) -> Response:
    """An answer with a secret stays in no cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _key(found: ApiKey) -> dict[str, Any]:
    return {
        "id": found.id,
        "label": found.label,
        "api_key": found.key,
        "permissions": found.permissions,
        "rate_limit": found.rate_limit,
        "addresses": found.addresses,
        "state": api_keys.state_of(found),
        "expires_on": http_date(found.expires_at),
        "revoked_on": http_date(found.revoked_at),
        "last_used_on": http_date(found.last_used_at),
        "last_used_from": found.last_used_from,
        "uses": found.uses,
        "date_created": http_date(found.created_at),
    }


def _webhook(found: WebhookToken) -> dict[str, Any]:
    return {
        "id": found.id,
        "label": found.label,
        "token": found.token_hint,
        "state": "active" if found.revoked_at is None else "revoked",
        "rotated_on": http_date(found.rotated_at),
        "revoked_on": http_date(found.revoked_at),
        "last_used_on": http_date(found.last_used_at),
        "uses": found.uses,
        "date_created": http_date(found.created_at),
    }
