"""/app/keys: what a user's programs come in with. Secrets and tokens are shown once, with lines that try them."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mysignals.models import ApiKey
from mysignals.services import api_keys as keys
from mysignals.services import webhook_tokens
from mysignals.services.errors import Invalid
from mysignals.web import parsing
from mysignals.web.configured import settings
from mysignals.web.forms.key_page import KEEP, KeyChangePage, KeyPage, LabelPage
from mysignals.web.guards import member
from mysignals.web.limits import told_by_mail

from . import kept, shown_once
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

api_keys = Blueprint("api_keys", __name__, url_prefix="/app/keys")
F = TypeVar("F", KeyPage, KeyChangePage)
_NEW = {"may_read": "1", "rate_limit": "60", "days": "90"}


def _list_page(form: Filled) -> str:
    page, webhooks_page = parsing.page(), parsing.query_id("webhooks") or 1
    # Two forms of this page have a field of that name.
    making, renaming = (Filled(problem=form.problem), form) if form.value("webhook_id") else (form, Filled())
    return render_template(
        "pages/keys.html", form=making, renaming=renaming, page=page, webhooks_page=webhooks_page,
        state_of=keys.state_of, found=keys.listed(member(), page),
        webhooks=webhook_tokens.listed(member(), webhooks_page),
        url=lambda number: url_for("api_keys.listed", page=number, webhooks=webhooks_page),
        webhooks_url=lambda number: url_for("api_keys.listed", page=page, webhooks=number, _anchor="webhooks"),
    )  # fmt: skip


@api_keys.get("")
@page_for_members
def listed() -> str:
    return _list_page(kept.restored(Filled()))


def _new_page(form: Filled) -> str:
    return render_template("pages/key_new.html", form=form)


@api_keys.get("/new")
@page_for_members
def new() -> str:
    return _new_page(kept.restored(Filled(_NEW)))


@api_keys.post("/new")
@page_for_members
@form_of(_new_page)
@told_by_mail
@sent_once
def make() -> Response:
    found, secret = keys.make(member(), _as_sent(KeyPage).given())
    shown_once.keep(f"key {found.id}", {"key": found.key, "secret": secret, "may_read": "read" in found.permissions})
    return redirect(url_for(".made", key_id=found.id), 303)


@api_keys.get("/<id:key_id>/made")
@page_for_members
def made(key_id: int) -> str | Response:
    told = shown_once.found(f"key {key_id}")
    return _to_list() if told is None else render_template("pages/key_made.html", told=told, base=settings().base_url)


def _edit_page(form: Filled, key_id: int) -> str:
    key = keys.one(member(), key_id)
    if not form.values:
        form = replace(form, values=_as_it_is(key))
    return render_template("pages/key_edit.html", form=form, key=key, state=keys.state_of(key))


@api_keys.get("/<id:key_id>")
@page_for_members
def edit(key_id: int) -> str:
    return _edit_page(kept.restored(Filled()), key_id)


@api_keys.post("/<id:key_id>")
@page_for_members
@form_of(_edit_page)
@told_by_mail
@sent_once
def change(key_id: int) -> Response:
    keys.narrow(member(), key_id, _as_sent(KeyChangePage).given())
    return _to_list()


def _of_one(form: Filled, **_: int) -> str:
    return _list_page(form)


@api_keys.post("/<id:key_id>/revoke")
@page_for_members
@form_of(_of_one)
@told_by_mail
@sent_once
def revoke(key_id: int) -> Response:
    keys.revoke(member(), key_id)
    return _to_list()


@api_keys.post("/webhooks")
@page_for_members
@form_of(_list_page)
@told_by_mail
@sent_once
def make_webhook() -> Response:
    found, token = webhook_tokens.make(member(), parsing.html_form(LabelPage).label)
    return _webhook_made(found.id, token)


@api_keys.post("/webhooks/<id:webhook_id>/rotate")
@page_for_members
@form_of(_of_one)
@told_by_mail
@sent_once
def rotate_webhook(webhook_id: int) -> Response:
    found, token = webhook_tokens.rotate(member(), webhook_id)
    return _webhook_made(found.id, token)


@api_keys.get("/webhooks/<id:webhook_id>/made")
@page_for_members
def webhook_made(webhook_id: int) -> str | Response:
    told = shown_once.found(f"webhook {webhook_id}")
    return (
        _to_list() if told is None else render_template("pages/webhook_made.html", told=told, base=settings().base_url)
    )


@api_keys.post("/webhooks/<id:webhook_id>/label")
@page_for_members
@form_of(_of_one)
def rename_webhook(webhook_id: int) -> Response:
    webhook_tokens.rename(member(), webhook_id, parsing.html_form(LabelPage).label)
    return _to_list()


@api_keys.post("/webhooks/<id:webhook_id>/revoke")
@page_for_members
@form_of(_of_one)
@told_by_mail
@sent_once
def revoke_webhook(webhook_id: int) -> Response:
    webhook_tokens.revoke(member(), webhook_id)
    return _to_list()


def _webhook_made(webhook_id: int, token: str) -> Response:
    shown_once.keep(f"webhook {webhook_id}", {"token": token})
    return redirect(url_for(".webhook_made", webhook_id=webhook_id), 303)


def _as_it_is(key: ApiKey) -> dict[str, str]:
    """The form that would change nothing."""
    ticks = {f"may_{name}": "1" for name in key.permissions}
    return {
        "label": key.label, "addresses": "\n".join(key.addresses), "rate_limit": str(key.rate_limit), "days": KEEP,
        **ticks,
    }  # fmt: skip


def _as_sent(form: type[F]) -> F:
    """Raises Invalid, with a fault of one address told of the field that holds all."""
    try:
        return parsing.html_form(form)
    except Invalid as why:
        faults = {name.split(".")[0]: words for name, words in why.fields.items()}
        raise Invalid({{"expires_on": "days"}.get(name, name): words for name, words in faults.items()}) from None


def _to_list() -> Response:
    return redirect(url_for("api_keys.listed"), 303)
