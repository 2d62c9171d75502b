"""Every form there is, found by walking the views and the pages: what is typed is kept, and nothing is sent twice.

No list says which forms there are. A view that takes one and that no page shows fails, as does one that forgets a rule.
"""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mysignals.models import Device, ExchangeAccount, User
from mysignals.services import tokens
from mysignals.web.pages.filled import SECRETS
from tests.support.served import PASSWORD, House, emptied
from tests.web.pages.forms_shown import Form, filled_in, forms_of, shown_in
from tests.web.pages.test_copies import followed
from tests.web.pages.test_positions import opened
from tests.web.test_access import OWN, World

HTML = {"Accept": "text/html"}
VIEWS = sorted(
    ".".join(found)
    for path in Path("mysignals/web/pages").glob("*.py")
    for found in re.findall(r"^@(\w+)\.post\(.*?^def (\w+)", path.read_text(), re.DOTALL | re.MULTILINE)
)
ALIKE = {
    "theme.choose": "the same colours again",
    "entrance.log_out": "logged out is logged out",
    "entrance.log_in": "the name and the password are asked again",
    "entrance.check_code": "a code is taken once",
    "inbox.read_all": "read is read",
    "inbox.read_one": "read is read",
    "api_keys.rename_webhook": "the same name again",
    "following.preview_new": "nothing changes",
    "following.preview_change": "nothing changes",
    "signals.preview": "nothing changes",
    "provide.preview": "nothing changes",
}
"""What may arrive twice, and why."""


@dataclass(frozen=True)
class Shown:
    """A form as one page has it for one person (nobody: None)."""

    form: Form
    action: str
    page: str
    whose: User | None


class Walk:
    """Every page of every role, with something of each kind on it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.forms: dict[str, Shown] = {}
        self._routes = house.app.url_map.bind("localhost")
        self._go(None, {})
        for role in ("User", "Provider", "Registrar"):
            world = World(house, role)
            me = world.things[OWN]
            user = house.fresh(User(id=house.fresh(_account(me)).user_id))
            _more(house, user, me)
            self._go(user, me)
        self._behind_forms()

    def _go(self, user: User | None, things: dict[str, int]) -> None:
        client = self.house.client(user) if user else self.house.anonymous()
        for rule in sorted(self.house.app.url_map.iter_rules(), key=str):
            view = self.house.app.view_functions[rule.endpoint]
            is_page = view.__module__.startswith("mysignals.web.pages") and rule.endpoint != "live.events"
            if is_page and "GET" in (rule.methods or ()):
                for path in _paths(rule.rule, things):
                    self.look(client, path, user)

    def look(self, client: FlaskClient, path: str, user: User | None) -> None:
        answer = client.get(path, headers=HTML)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            self.note(answer.text, path, user)
            if "?" not in path:  # Forms that a choice on the page brings.
                for choice in re.findall(rf'href="({re.escape(path)}\?[^"]+)"', answer.text)[:1]:
                    self.look(client, html.unescape(choice), user)

    def note(self, page: str, path: str, user: User | None) -> None:
        for form in forms_of(page):
            for action in (form.action, *form.other_actions) if form.method == "post" else ():
                endpoint, _ = self._routes.match(action.split("?")[0], method="POST")
                known = self.forms.get(endpoint)
                if known is None or len(form.fields) > len(known.form.fields):
                    self.forms[endpoint] = Shown(form, action, path, user)

    def _behind_forms(self) -> None:
        """What is shown after another form only."""
        ann = self.house.user("ann")
        client = self.house.client(ann)
        where = "/app/settings/second-factor"
        client.post(where, data=_carried(client, where, where) | {"password": PASSWORD}, headers=HTML)
        self.look(client, f"{where}/scan", ann)
        self.look(client, "/app/settings/leave", ann)
        guarded = self.house.user("gus", otp_sealed=b"-", otp_since=datetime.now(UTC), otp_spares=["-"])
        self.look(self.house.client(guarded), where, guarded)
        half = self.house.anonymous()
        with half.session_transaction() as session:
            session["half way"] = {"user_id": ann.id, "epoch": 0, "at": 10**15}
        self.look(half, "/login/code", None)
        with self.house.app.app_context():
            token = tokens.issue(ann.id, "reset")
        self.look(self.house.anonymous(), f"/auth/reset_password/{token}", None)
        # A hash that was typed is shown again even where no payment node is there to show the rest.
        signal = self.house.signal(self.house.user(role="Provider"))
        where = f"/app/signals/{signal.id}"
        answer = client.post(f"{where}/purchase", data={"csrf_token": "x", "tx_hash": "0x12"}, headers=HTML)
        self.note(answer.text, where, ann)

    def browser(self, shown: Shown) -> FlaskClient:
        """A session of whom it was shown to, whose forms carry `right` as their token."""
        client = self.house.client(shown.whose) if shown.whose else self.house.anonymous()
        with client.session_transaction() as session:
            session["csrf"] = "right"
        return client


@pytest.fixture(scope="module")
def walk(served: Flask) -> Walk:
    """Of all tests here: what they send is refused, and changes nothing."""
    return Walk(emptied(served))


def test_the_list_of_views_is_that_of_the_app(served: Flask) -> None:
    found = {
        rule.endpoint
        for rule in served.url_map.iter_rules()
        if served.view_functions[rule.endpoint].__module__.startswith("mysignals.web.pages")
        and "POST" in (rule.methods or ())
    }
    assert found == set(VIEWS)


@pytest.mark.parametrize("view", VIEWS)
def test_a_form_is_shown_by_a_page_and_guarded_against_a_second_press(walk: Walk, view: str) -> None:
    form = walk.forms[view].form
    if view != "theme.choose":
        assert form.is_guarded or view == "entrance.log_out"
        assert "csrf_token" in form.carried
    assert ("once" in form.carried) or view in ALIKE


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"theme.choose", "entrance.log_out"}))
def test_a_refused_form_shows_what_was_typed_but_for_secrets(walk: Walk, view: str) -> None:
    shown = walk.forms[view]
    typed = filled_in(shown.form, SECRETS)
    answer = walk.browser(shown).post(shown.action, data=typed | {"csrf_token": "wrong"}, headers=HTML)
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "data-problem" in answer.text and "a secret that stays one" not in answer.text
    _shows(answer.text, shown, typed)


@pytest.mark.parametrize("view", sorted(set(VIEWS) - set(ALIKE)))
def test_a_form_sent_again_is_answered_as_the_first_time(walk: Walk, view: str) -> None:
    shown = walk.forms[view]
    key = f"mysignals:once:{shown.whose.id if shown.whose else '-'}:{shown.form.carried['once']}"
    walk.house.app.extensions["redis"].set(key, "/where-the-first-was-led", ex=60)
    typed = filled_in(shown.form, SECRETS) | {"csrf_token": "right"}
    answer = walk.browser(shown).post(shown.action, data=typed, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/where-the-first-was-led")


@pytest.mark.parametrize("view", sorted(set(VIEWS) - set(ALIKE) - {"guarding.switch_on"}))  # Has a page for 5 minutes.
def test_of_a_form_whose_first_never_ended_one_reads_so_and_where_to_see_what_it_did(walk: Walk, view: str) -> None:
    shown = walk.forms[view]
    key = f"mysignals:once:{shown.whose.id if shown.whose else '-'}:{shown.form.carried['once']}"
    walk.house.app.extensions["redis"].set(key, "working since 0", ex=60)
    typed, browser = filled_in(shown.form, SECRETS) | {"csrf_token": "right"}, walk.browser(shown)
    answer = browser.post(shown.action, data=typed, headers=HTML)
    assert answer.status_code == 409 and "broken off in the middle" in answer.text
    _shows(answer.text, shown, typed)
    look = re.search(r'href="([^"]+)" target="_blank">See whether it was done', answer.text)
    assert look is not None and browser.get(look[1], headers=HTML).status_code == 200


@pytest.mark.parametrize("view", sorted(view for view in VIEWS if "preview" not in view))
def test_a_form_that_was_taken_leads_to_another_page_so_that_back_and_reload_send_nothing(
    served: Flask, view: str
) -> None:
    assert inspect.signature(served.view_functions[view]).return_annotation == "Response"


@pytest.mark.parametrize("view", VIEWS)
def test_what_was_typed_outlives_the_session(walk: Walk, view: str) -> None:
    shown = walk.forms[view]
    if shown.whose is None or not any(shown.form.open_fields(SECRETS)):
        return
    typed, client = filled_in(shown.form, SECRETS), walk.house.anonymous()
    # The page of a form that was refused has the address of its action.
    referer = {"Referer": f"http://localhost{shown.action}"}
    asked = client.post(shown.action, data=typed, headers=HTML | referer)
    assert asked.status_code == 303 and asked.headers["Location"].startswith("/login?next=")
    client.get(asked.headers["Location"], headers=HTML)
    with client.session_transaction() as session:
        token = session["csrf"]
    login = {"user_name_or_mail": shown.whose.user_name, "password": PASSWORD, "csrf_token": token}
    back = client.post(asked.headers["Location"], data=login, headers=HTML)
    answer = client.get(back.headers["Location"], headers=HTML)
    assert answer.status_code == 200 and "a secret that stays one" not in answer.text
    _shows(answer.text, shown, typed)


def _shows(page: str, shown: Shown, typed: dict[str, str]) -> None:
    wanted = {each.name: typed[each.name] for each in shown.form.open_fields(SECRETS) if typed.get(each.name)}
    if not wanted:
        return
    alike = [each for each in forms_of(page) if shown.action.split("?")[0] in _actions(each)]
    again = next(each for each in alike if each.about == shown.form.about)
    found = shown_in(again, SECRETS)
    assert {name: found.get(name) for name in wanted} == wanted


def _actions(form: Form) -> list[str]:
    return [action.split("?")[0] for action in (form.action, *form.other_actions)]


def _account(things: dict[str, int]) -> ExchangeAccount:
    return ExchangeAccount(id=things["account"])


def _paths(rule: str, things: dict[str, int]) -> Iterator[str]:
    """The rule with the numbers of what somebody has; nothing where they have none of it."""
    wanted = re.findall(r"<id:(\w+)_id>", rule)
    if not wanted:
        yield rule.replace("<token>", "token").replace("<name>", "nobody")
    kinds = {
        "signal": ("signal", "bought", "traded"),
        "delivery": ("delivery", "open", "refused"),
        "person": ("person", "blocked"),
    }
    for kind in kinds.get(wanted[0], (wanted[0],)) if wanted else ():
        if kind in things:
            yield re.sub(r"<id:\w+>", str(things[kind]), rule)


def _more(house: House, user: User, me: dict[str, int]) -> None:
    """What the table of doors needs none of: something unread, another browser, something open."""
    house.notification(user)
    now = datetime.now(UTC)
    house.following(user, house.user(role="Provider"), house.account(user), paused=True)
    me["refused"] = followed(house, user).id
    house.add(Device(user_id=user.id, token_hash=f"{user.id}", name="Firefox", address="::1", last_seen_at=now))
    me["open"] = opened(house, user).id
    me["person"], me["blocked"] = house.user().id, house.user(blocked_at=now, blocked_why="for a test").id


def _carried(client: FlaskClient, page: str, action: str) -> dict[str, str]:
    return next(each for each in forms_of(client.get(page, headers=HTML).text) if each.action == action).carried
