"""/app/following: whom one copies, how and with what limits; begun, changed, paused and stopped with a preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.domain.money import plain
from mysignals.models import Following
from mysignals.services import accounts, followed, followings, trial
from mysignals.services.errors import Invalid
from mysignals.web import parsing
from mysignals.web.forms.following import Limits
from mysignals.web.forms.following_page import FIELDS, ChangePage, FollowPage
from mysignals.web.guards import member

from . import kept
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

following = Blueprint("following", __name__, url_prefix="/app/following")
_BEGIN = {
    "size_by": "quote", "size": "", "max_leverage": "20", "max_open": "10", "max_deviation_bps": "50",
    "targets": "first", "symbols": "", "on_unprotected": "close", "margin_mode": "cross",
}  # fmt: skip
_DONE = {
    "followed": "You follow {}. Its next signal is copied.",
    "changed": "The limits for {} are changed. They hold from the next signal on.",
    "paused": "{} is paused. Nothing new is copied; what is open stays with its stops.",
    "resumed": "{} is copied again, from the next signal on.",
    "stopped": "You do not follow {} any more. What is open stays with its stops.",
}


@following.get("")
@page_for_members
def page() -> str:
    number = parsing.page()
    return render_template(
        "pages/following.html", found=followed.overview(member(), number), page=number, said=_said(),
        url=lambda other: url_for(".page", page=other),
    )  # fmt: skip


def _said() -> str:
    done, name = request.args.get("done", ""), request.args.get("name", "")[:64]
    if done == "all":
        return "All are paused. Nothing new is copied; what is open stays with its stops."
    return _DONE[done].format(name) if done in _DONE and name else ""


def _new_page(form: Filled, tried: trial.Trial | None = None) -> str:
    return render_template(
        "pages/follow.html", form=form, trial=tried, following=None, accounts=accounts.listed(member(), 1).items,
        has_plan=followings.has_plan(member()), provider=form.value("provider"),
    )  # fmt: skip


@following.get("/new")
@page_for_members
def new() -> str:
    begin = _BEGIN | {"provider": request.args.get("provider", "")[:64]}
    return _new_page(kept.restored(Filled(begin)))


@following.post("/new")
@page_for_members
@form_of(_new_page)
@sent_once
def follow() -> Response:
    form = _filled_in(FollowPage)
    _, name = followings.follow(member(), form.provider, form.account_id, form.given())
    return _back("followed", name)


@following.post("/new/preview")
@page_for_members
@form_of(_new_page)
def preview_new() -> str:
    form = _filled_in(FollowPage)
    return _new_page(Filled.as_sent(), trial.tried(member(), form.provider, form.account_id, _columns(form)))


def _change_page(form: Filled, following_id: int, tried: trial.Trial | None = None) -> str:
    found, name = followings.one(member(), following_id)
    return render_template(
        "pages/follow.html", form=form, trial=tried, following=found, accounts=accounts.listed(member(), 1).items,
        has_plan=followings.has_plan(member()), provider=name,
    )  # fmt: skip


@following.get("/<id:following_id>")
@page_for_members
def one(following_id: int) -> str:
    found, _ = followings.one(member(), following_id)
    return _change_page(kept.restored(Filled(_as_fields(found))), following_id)


@following.post("/<id:following_id>")
@page_for_members
@form_of(_change_page)
@sent_once
def change(following_id: int) -> Response:
    _, name = followings.change(member(), following_id, _filled_in(ChangePage).given())
    return _back("changed", name)


@following.post("/<id:following_id>/preview")
@page_for_members
@form_of(_change_page)
def preview_change(following_id: int) -> str:
    found, name = followings.one(member(), following_id)
    tried = trial.tried(member(), name, found.account_id, _columns(_filled_in(ChangePage)))
    return _change_page(Filled.as_sent(), following_id, tried)


def _list_page(form: Filled, following_id: int = 0) -> str:
    return render_template(
        "pages/following.html", found=followed.overview(member(), 1), page=1, said="", form=form,
        url=lambda other: url_for(".page", page=other),
    )  # fmt: skip


@following.post("/<id:following_id>/pause")
@page_for_members
@form_of(_list_page)
@sent_once
def pause(following_id: int) -> Response:
    _, name = followings.change(member(), following_id, {"paused": True})
    return _back("paused", name)


@following.post("/<id:following_id>/resume")
@page_for_members
@form_of(_list_page)
@sent_once
def resume(following_id: int) -> Response:
    _, name = followings.change(member(), following_id, {"paused": False})
    return _back("resumed", name)


@following.post("/<id:following_id>/stop")
@page_for_members
@form_of(_list_page)
@sent_once
def stop(following_id: int) -> Response:
    _, name = followings.one(member(), following_id)
    followings.unfollow(member(), following_id)
    return _back("stopped", name)


@following.post("/pause")
@page_for_members
@form_of(_list_page)
@sent_once
def pause_all() -> Response:
    followings.pause_all(member())
    return redirect(url_for(".page", done="all"), 303)


def _back(done: str, name: str) -> Response:
    return redirect(url_for(".page", done=done, name=name), 303)


def _filled_in(form: type[parsing.M]) -> parsing.M:
    """Raises Invalid by the fields of the page."""
    try:
        return parsing.html_form(form)
    except Invalid as why:
        raise Invalid({FIELDS.get(name, name.split(".")[0]): text for name, text in why.fields.items()}) from None


def _columns(form: Limits) -> Mapping[str, Any]:
    """Those of a whole following."""
    names = ("max_leverage", "max_open", "max_deviation_bps", "targets", "symbols", "on_unprotected", "margin_mode")
    return {name: getattr(form, name) for name in names} | {
        "sizing_mode": form.sizing.mode, "sizing_value": form.sizing.value,
    }  # fmt: skip


def _as_fields(found: Following) -> dict[str, str]:
    return {
        "size_by": found.sizing_mode, "size": plain(found.sizing_value), "max_leverage": str(found.max_leverage),
        "max_open": str(found.max_open), "max_deviation_bps": str(found.max_deviation_bps), "targets": found.targets,
        "symbols": ", ".join(found.symbols), "on_unprotected": found.on_unprotected, "margin_mode": found.margin_mode,
    }  # fmt: skip
