"""Tokens: used once, for one purpose, in time, and unreadable in the database."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import Token
from mysignals.services import tokens
from tests.support.served import House


def test_a_token_is_redeemed_once_and_only_for_what_it_was_made(house: House) -> None:
    user = house.user()
    with house.app.app_context():
        token = tokens.issue(user.id, "activate")
        found = [tokens.redeem(token, kind) for kind in ("reset", "activate", "activate")]
    assert found == [None, user.id, None]


def test_a_token_that_is_too_old_is_none(house: House) -> None:
    user = house.user()
    with house.app.app_context():
        token = tokens.issue(user.id, "reset")
        db.session.execute(update(Token).values(expires_at=clock.now() - timedelta(seconds=1)))
        assert tokens.redeem(token, "reset") is None


def test_the_database_does_not_hold_the_token(house: House) -> None:
    user = house.user()
    with house.app.app_context():
        token = tokens.issue(user.id, "activate")
        assert token not in db.session.scalars(select(Token.token_hash)).one()


def test_a_token_outlives_the_transaction_in_which_its_mail_was_written(house: House) -> None:
    user = house.user()
    with house.app.app_context():
        token = tokens.issue(user.id, "activate")
        db.session.rollback()
        assert tokens.redeem(token, "activate") == user.id


def test_revoking_ends_what_was_not_used(house: House) -> None:
    user = house.user()
    with house.app.app_context():
        token = tokens.issue(user.id, "reset")
        tokens.revoke(user.id, "reset")
        assert tokens.redeem(token, "reset") is None
