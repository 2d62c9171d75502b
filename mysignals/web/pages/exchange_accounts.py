"""/app/accounts: which exchanges, are the keys healthy, what may they do; connecting, replacing, deleting one."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.services import accounts as service
from mysignals.services import paper_accounts, venue_offers
from mysignals.web import parsing
from mysignals.web.configured import settings
from mysignals.web.forms.account_page import AccountKeys, ConnectedAccount
from mysignals.web.guards import member
from mysignals.web.limits import told_by_mail

from . import kept
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once
from .venue_guides import guide_to

exchange_accounts = Blueprint("exchange_accounts", __name__, url_prefix="/app/accounts")


def _list_page(form: Filled) -> str:
    page = parsing.page()
    return render_template(
        "pages/accounts.html", found=service.listed(member(), page), page=page, form=form,
        offers=_offers(), with_paper=paper_accounts.are_offered(),
        url=lambda number: url_for("exchange_accounts.listed", page=number),
    )  # fmt: skip


@exchange_accounts.get("")
@page_for_members
def listed() -> str:
    return _list_page(Filled())


@exchange_accounts.post("/paper")
@page_for_members
@form_of(_list_page)
@told_by_mail
@sent_once
def add_paper() -> Response:
    return _to(paper_accounts.open_one(member()).id)


def _new_page(form: Filled) -> str:
    offer = venue_offers.offer_of(form.value("exchange"))
    return render_template(
        "pages/account_new.html", form=form, offers=venue_offers.offers(), offer=offer, address=_address(),
        guide=guide_to(offer.name) if offer else None, with_paper=paper_accounts.are_offered(),
    )  # fmt: skip


@exchange_accounts.get("/new")
@page_for_members
def new() -> str:
    chosen = {"exchange": request.args.get("exchange", "")[:16], "environment": "live"}
    return _new_page(kept.restored(Filled(chosen)))


@exchange_accounts.post("/new")
@page_for_members
@form_of(_new_page)
@told_by_mail
@sent_once
def add() -> Response:
    form = parsing.html_form(ConnectedAccount)
    return _to(service.add(member(), service.Keys(**form.model_dump())).id)


def _account_page(form: Filled, account_id: int) -> str:
    account = service.one(member(), account_id)
    offer = venue_offers.offer_of(account.exchange)
    return render_template(
        "pages/account.html", account=account, offer=offer, form=form, address=_address(),
        guide=guide_to(account.exchange), limits=service.limits(account),
    )  # fmt: skip


@exchange_accounts.get("/<id:account_id>")
@page_for_members
def one(account_id: int) -> str:
    return _account_page(kept.restored(Filled()), account_id)


@exchange_accounts.post("/<id:account_id>/keys")
@page_for_members
@form_of(_account_page)
@told_by_mail
@sent_once
def replace_keys(account_id: int) -> Response:
    account = service.one(member(), account_id)
    where = {"exchange": account.exchange, "environment": account.environment, "label": account.label}
    form = parsing.html_form(AccountKeys)
    return _to(service.replace_keys(member(), service.Keys(**where, **form.model_dump())).id)


@exchange_accounts.post("/<id:account_id>/check")
@page_for_members
@form_of(_account_page)
@sent_once
def check(account_id: int) -> Response:
    return _to(service.check(member(), account_id).id)


@exchange_accounts.post("/<id:account_id>/delete")
@page_for_members
@form_of(_account_page)
@told_by_mail
@sent_once
def remove(account_id: int) -> Response:
    service.remove(member(), account_id)
    return redirect(url_for(".listed"), 303)


def _to(account_id: int) -> Response:
    return redirect(url_for(".one", account_id=account_id), 303)


def _offers() -> dict[str, venue_offers.Offer]:
    return {offer.name: offer for offer in venue_offers.offers()}


def _address() -> str:
    """What a key may be bound to, where the operator has named it; else empty."""
    try:
        return str(ip_address(settings().egress_address))
    except ValueError:
        return ""
