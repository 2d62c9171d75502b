"""Following as pages: begun, tried on past signals, changed, paused, stopped; and whose thing it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from mysignals.models import Following, User
from mysignals.services.portfolio import Figures, kept
from tests.support.served import House
from tests.web.pages.test_entrance import HTML, hidden

CHOICES = {
    "size_by": "quote", "size": "100", "max_leverage": "5", "max_open": "3", "max_deviation_bps": "40",
    "targets": "ladder", "symbols": "bnbusdt, ethusdt;BNBUSDT", "on_unprotected": "notify", "margin_mode": "isolated",
}  # fmt: skip


def send(client: FlaskClient, page: str, path: str, **fields: str) -> Any:
    return client.post(path, data=hidden(client.get(page, headers=HTML).text) | fields, headers=HTML)


def follower(house: House) -> tuple[User, User, FlaskClient, dict[str, str]]:
    """A follower to be, a provider, the follower's browser, and a form filled in."""
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    return ann, paul, house.client(ann), CHOICES | {"provider": "paul", "account_id": str(house.account(ann).id)}


def tried(page: str) -> str:
    return page.split('id="preview"')[1]


def test_a_provider_is_followed_with_everything_that_was_chosen(house: House) -> None:
    ann, paul, client, fields = follower(house)
    answer = send(client, "/app/following/new?provider=paul", "/app/following/new", **fields)
    assert answer.headers["Location"] == "/app/following?done=followed&name=paul"
    (found,) = rows(house)
    assert (found.user_id, found.provider_id, found.sizing_mode, found.sizing_value) == (ann.id, paul.id, "quote", 100)
    assert (found.max_leverage, found.max_open, found.max_deviation_bps, found.targets) == (5, 3, 40, "ladder")
    assert (found.symbols, found.on_unprotected, found.margin_mode) == (["BNBUSDT", "ETHUSDT"], "notify", "isolated")
    assert "You follow paul" in client.get(answer.headers["Location"], headers=HTML).text


def rows(house: House) -> list[Following]:
    with house.app.app_context():
        from mysignals.extensions import db

        found = list(db.session.query(Following).order_by(Following.id))
        db.session.expunge_all()
        return found


def test_the_form_comes_with_the_providers_name(house: House) -> None:
    _, _, client, _ = follower(house)
    page = client.get("/app/following/new?provider=%3Cimg+src=x%3E", headers=HTML).text
    assert "<img" not in page and "&lt;img src=x&gt;" in page


def test_every_fault_is_told_at_once_and_what_was_typed_stays(house: House) -> None:
    _, _, client, fields = follower(house)
    wrong = {"size": "-1", "max_leverage": "500", "max_open": "0", "symbols": "A" * 40, "size_by": "luck"}
    for path in ("/app/following/new", "/app/following/new/preview"):
        answer = send(client, "/app/following/new", path, **fields | wrong)
        assert answer.status_code == 422 and rows(house) == []
        for name in wrong:
            assert f'id="fault-{name}"' in answer.text, name
        assert 'value="500"' in answer.text and 'value="-1"' in answer.text


def test_more_than_all_of_a_balance_is_refused(house: House) -> None:
    _, _, client, fields = follower(house)
    answer = send(client, "/app/following/new", "/app/following/new", **fields | {"size_by": "risk", "size": "101"})
    assert answer.status_code == 422 and 'id="fault-size"' in answer.text


@pytest.mark.parametrize(
    ("changed", "field"), [({"provider": "nobody"}, "provider"), ({"account_id": "999999"}, "account_id")]
)
def test_who_or_what_is_not_there_is_told_beside_its_field(house: House, changed: dict[str, str], field: str) -> None:
    _, _, client, fields = follower(house)
    answer = send(client, "/app/following/new", "/app/following/new", **fields | changed)
    assert answer.status_code == 422 and f'id="fault-{field}"' in answer.text and rows(house) == []


def test_without_a_plan_one_is_told_before_and_refused_after(house: House) -> None:
    ann = house.user("ann", plan="free", plan_until=None)
    house.user("paul", role="Provider")
    client, fields = house.client(ann), CHOICES | {"provider": "paul", "account_id": str(house.account(ann).id)}
    assert "needs an active pro plan" in client.get("/app/following/new", headers=HTML).text
    assert send(client, "/app/following/new", "/app/following/new", **fields).status_code == 403
    assert rows(house) == []


def test_choices_are_tried_on_signals_that_are_over_and_on_no_others(house: House) -> None:
    ann, paul, client, fields = follower(house)
    other = house.account(house.user())
    house.signal(paul, price=Decimal(330), is_active=False)
    house.signal(paul, price=Decimal(331))
    still_open = house.signal(paul, price=Decimal(332), is_active=False)
    house.delivery(house.fresh(ann), still_open, other, user_id=other.user_id, state="filled")
    house.signal(paul, price=Decimal(333), is_active=False, deleted_at=paul.created_at)
    house.signal(house.user("quinn", role="Provider"), price=Decimal(334), is_active=False)
    answer = send(client, "/app/following/new", "/app/following/new/preview", **fields)
    shown = tried(answer.text)
    # 100 USDT at 330 are 0.30 BNB: 99.00 USDT, of which 3.00 and 0.195 of fees are lost at 320.
    assert answer.status_code == 200 and rows(house) == []
    assert shown.count("At the stop") == 1 and "0.3 BNB" in shown and "99.00" in shown and "\u22123.20" in shown


def test_what_would_not_be_copied_says_why(house: House) -> None:
    _, paul, client, fields = follower(house)
    house.signal(paul, is_active=False)
    for changed, why in (
        ({"size": "1"}, "smallest order"), ({"symbols": "ETHUSDT"}, "not among the symbols"),
    ):  # fmt: skip
        answer = send(client, "/app/following/new", "/app/following/new/preview", **fields | changed)
        assert why in tried(answer.text)


def test_a_size_of_the_balance_waits_for_it_and_uses_it(house: House) -> None:
    _, paul, client, fields = follower(house)
    house.signal(paul, is_active=False)
    sized = fields | {"size_by": "percent", "size": "10"}
    waiting = send(client, "/app/following/new", "/app/following/new/preview", **sized).text
    assert "data-again" in waiting and "is being asked" in waiting
    told = Figures(int(fields["account_id"]), 10**13, Decimal(2000), Decimal(1000), Decimal(0), (), (), ("spot",))
    with house.app.app_context():
        kept.keep(told, is_whole=True)
    shown = tried(send(client, "/app/following/new", "/app/following/new/preview", **sized).text)
    assert "1,000.00" in shown and "0.29 BNB" in shown and "data-again" not in shown


def test_another_persons_account_is_not_tried(house: House) -> None:
    _, _, client, fields = follower(house)
    theirs = house.account(house.user())
    answer = send(client, "/app/following/new", "/app/following/new/preview", **fields | {"account_id": str(theirs.id)})
    assert answer.status_code == 422 and "You have no such exchange account" in answer.text


def test_limits_are_changed_and_shown_as_they_are(house: House) -> None:
    ann, paul, client, _ = follower(house)
    one = house.following(ann, paul, house.account(ann))
    page = f"/app/following/{one.id}"
    answer = send(client, page, page, **CHOICES)
    assert answer.headers["Location"] == "/app/following?done=changed&name=paul"
    assert house.fresh(one).max_open == 3 and house.fresh(one).provider_id == paul.id
    shown = client.get(page, headers=HTML).text
    assert 'value="100"' in shown and "BNBUSDT, ETHUSDT" in shown
    assert send(client, page, f"{page}/preview", **CHOICES).status_code == 200


def test_one_is_paused_resumed_and_stopped(house: House) -> None:
    ann, paul, client, _ = follower(house)
    one = house.following(ann, paul, house.account(ann))
    for deed, paused in (("pause", True), ("resume", False)):
        assert send(client, "/app/following", f"/app/following/{one.id}/{deed}").status_code == 303
        assert house.fresh(one).paused is paused
    answer = send(client, "/app/following", f"/app/following/{one.id}/stop")
    assert answer.headers["Location"] == "/app/following?done=stopped&name=paul" and rows(house) == []


def test_all_are_paused_at_once_and_only_ones_own(house: House) -> None:
    ann, paul, client, _ = follower(house)
    bob = house.user("bob")
    mine = [house.following(ann, paul, house.account(ann)) for _ in range(2)]
    theirs = house.following(bob, paul, house.account(bob))
    answer = send(client, "/app/following", "/app/following/pause")
    assert answer.headers["Location"] == "/app/following?done=all"
    assert [house.fresh(one).paused for one in (*mine, theirs)] == [True, True, False]
    assert "Pause all" not in client.get("/app/following", headers=HTML).text.replace("All are paused", "")


def test_what_is_another_persons_is_not_there(house: House) -> None:
    ann, paul, client, _ = follower(house)
    house.following(ann, paul, house.account(ann))
    bob = house.user("bob")
    theirs = house.following(bob, paul, house.account(bob))
    assert client.get(f"/app/following/{theirs.id}", headers=HTML).status_code == 404
    for deed in ("", "/preview", "/pause", "/resume", "/stop"):
        answer = send(client, "/app/following", f"/app/following/{theirs.id}{deed}", **CHOICES)
        assert answer.status_code == 404, deed
    assert house.fresh(theirs).paused is False


def test_the_list_tells_state_size_and_what_is_open_in_as_many_statements_however_long(house: House) -> None:
    ann, paul, client, _ = follower(house)
    counts = []
    for _ in range(2):
        account = house.account(ann, label=f"<b>{len(counts)}</b>")
        one = house.following(ann, paul, account, paused=bool(counts))
        house.delivery(ann, house.signal(paul), account, following_id=one.id, state="filled")
        house.delivery(ann, house.signal(paul), account, following_id=one.id, state="closed")
        with house.statements() as seen:
            page = client.get("/app/following", headers=HTML).text
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
    assert "&lt;b&gt;0" in page and "<b>0" not in page and "50 in quote a signal" in page
    assert "1 open copy stays" in page
    assert "paused" in page and "1 of 2 followings are" in page
