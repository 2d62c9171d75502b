"""/app/notifications: what somebody was told, by what it is about, and where to look at it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.models import Notification
from mysignals.services import notices
from mysignals.web import parsing
from mysignals.web.forms.inbox_page import Seen
from mysignals.web.guards import member

from . import navigation
from .doors import page_for_members
from .filled import Filled, form_of

inbox = Blueprint("inbox", __name__, url_prefix="/app/notifications")
_TOPICS = (
    (notices.COPIES, "Copies"),
    ("accounts", "Accounts"),
    ("payments", "Payments"),
    ("keys", "Keys"),
    ("platform", "Platform"),
)
_UNREAD = "unread"
_PLACES = {
    "accounts": ("exchange_accounts.listed", "To the accounts"),
    "payments": ("signals.listed", "To the signals"),
    "keys": ("api_keys.listed", "To the keys"),
}


def _list_page(form: Filled) -> str:
    page, about, found = parsing.page(), _about(), _found()
    return render_template(
        "pages/notifications.html", found=found, page=page, about=about, form=form, topics=_TOPICS,
        unread=notices.unread(member()), newest=found.items[0].id if found.items else 0,
        name_of=dict(_TOPICS), topic_of=notices.topic_of, place_of=_place_of,
        url=lambda number: url_for("inbox.listed", page=number, about=about),
    )  # fmt: skip


@inbox.get("")
@page_for_members
def listed() -> str:
    return _list_page(Filled())


@inbox.post("/read")
@page_for_members
@form_of(_list_page)
def read_all() -> Response:
    notices.read_all(member(), parsing.html_form(Seen).newest)
    return _back()


def _one_page(form: Filled, notification_id: int) -> str:
    return _list_page(form)


@inbox.post("/<id:notification_id>/read")
@page_for_members
@form_of(_one_page)
def read_one(notification_id: int) -> Response:
    notices.read_one(member(), notification_id)
    return _back()


def _found() -> notices.paging.Page[Notification]:
    about = _about()
    topic = None if about == _UNREAD else about
    return notices.listed(member(), parsing.page(), topic, unread_only=about == _UNREAD)


def _about() -> str | None:
    return parsing.query_choice("about", [_UNREAD, *(topic for topic, _ in _TOPICS)])


def _back() -> Response:
    page = request.args.get("page")
    return redirect(url_for("inbox.listed", about=_about(), page=page and parsing.page()), 303)


def _place_of(notice: Notification) -> tuple[str, str] | None:
    """The page of what it is about, and the words of the link to it."""
    if notice.delivery_id is not None and navigation.is_there("copies.one"):
        return url_for("copies.one", delivery_id=notice.delivery_id), "To the copy"
    endpoint, words = _PLACES.get(notices.topic_of(notice.kind), ("", ""))
    return (url_for(endpoint), words) if navigation.is_there(endpoint) else None
