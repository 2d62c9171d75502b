"""A delivery is made, or taken by a worker, while its owner stops or changes the account: one of them comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Signal, User
from mysignals.services import blocking, leaving, opens_and_closes, publish, retries, roles, stopping
from mysignals.services.errors import Conflict, NotAllowed, NotFound
from mysignals.services.fan_out.claim import claim
from mysignals.services.holds import Hold
from tests.services.test_stopping import DRAFT
from tests.support.beside import beside
from tests.support.served import PASSWORD, House


@dataclass
class Copied:
    """Ann follows Paul, and a copy of a signal of his was refused."""

    house: House
    ann: User
    paul: User
    registrar: User
    account: ExchangeAccount
    signal: Signal
    refused: Delivery

    def ask_again(self) -> int:
        return retries.ask_again(db.session.get_one(User, self.ann.id), self.refused.id)

    def publish(self) -> int:
        """Of how many people it is copied."""
        _, people = publish.announce(db.session.get_one(User, self.paul.id), DRAFT)
        db.session.commit()
        return people

    def stop(self) -> None:
        stopping.stop_everything(db.session.get_one(User, self.ann.id))

    def end_provider(self, how: str) -> None:
        registrar = db.session.get_one(User, self.registrar.id)
        if how == "blocked":
            blocking.block(registrar, self.paul.id, "for a test")
        elif how == "a user again":
            roles.give_to(registrar, self.paul.id, "User")
        else:
            leaving.leave(db.session.get_one(User, self.paul.id), PASSWORD, "")

    def states(self) -> list[str]:
        return list(db.session.scalars(text("SELECT state FROM deliveries ORDER BY id")))


@pytest.fixture
def copied(house: House) -> Copied:
    ann, paul = house.user(), house.user(role="Provider")
    account, signal = house.account(ann), house.signal(paul)
    following = house.following(ann, paul, account)
    refused = house.delivery(ann, signal, account, following_id=following.id, state="rejected")
    return Copied(house, ann, paul, house.user(role="Registrar"), account, signal, refused)


def test_a_stop_waits_for_a_copy_that_is_just_asked_for_once_more_and_cancels_it(copied: Copied) -> None:
    app = copied.house.app
    with app.app_context(), db.engine.connect() as holder, ThreadPoolExecutor(2) as pool:
        # It has been judged when its row is stored, which waits for the signal's.
        holder.execute(text("SELECT id FROM signals FOR UPDATE"))
        again = beside(app, pool, copied.ask_again)
        stopped = beside(app, pool, copied.stop)
        holder.rollback()
        again.result(20), stopped.result(20)
        assert copied.states() == ["rejected", "cancelled"]


def test_a_copy_that_is_asked_for_once_more_while_all_is_stopped_is_refused(copied: Copied) -> None:
    app = copied.house.app
    with app.app_context(), db.engine.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(text("SELECT id FROM followings FOR UPDATE"))
        holder.execute(text("UPDATE followings SET paused = true"))
        again = beside(app, pool, copied.ask_again)
        holder.commit()
        with pytest.raises(Conflict, match="is paused"):
            again.result(20)


@pytest.mark.parametrize("what", ["asked for once more", "published"])
def test_nothing_is_copied_to_an_account_that_is_just_being_removed(copied: Copied, what: str) -> None:
    app = copied.house.app
    with app.app_context(), db.engine.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(text("DELETE FROM exchange_accounts"))
        made = beside(app, pool, copied.publish if what == "published" else copied.ask_again)
        assert not made.done(), "it waits for the account"
        holder.commit()
        if what == "published":
            assert made.result(20) == 0
        else:
            with pytest.raises(NotFound):
                made.result(20)
        assert copied.states() == []


def test_a_claim_waits_for_a_key_that_is_just_being_replaced_and_takes_the_new_one(copied: Copied) -> None:
    """It has not been checked yet, so that nothing is sent with it; and nothing is with the old one."""
    app, ids = copied.house.app, {"user_id": copied.ann.id, "account_id": copied.account.id}
    again = Delivery(signal_id=copied.signal.id, retry_of=copied.refused.id, exchange="binance", **ids)
    waiting = copied.house.add(again)
    with app.app_context(), db.engine.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(text("SELECT id FROM exchange_accounts FOR UPDATE"))
        holder.execute(text("UPDATE exchange_accounts SET sealed_credentials = 'another', status = 'checking'"))
        claimed = beside(app, pool, lambda: claim([waiting.id], Hold()))
        assert not claimed.done(), "it waits for the account"
        holder.commit()
        (row,) = claimed.result(20)
        assert (bytes(row.sealed_credentials), row.status) == (b"another", "checking")


@pytest.mark.parametrize("how", ["blocked", "a user again", "gone"])
def test_what_is_just_being_published_ends_with_the_providers_other_signals(copied: Copied, how: str) -> None:
    app = copied.house.app
    with app.app_context(), ThreadPoolExecutor(1) as pool:
        publish.announce(db.session.get_one(User, copied.paul.id), DRAFT)
        ended = beside(app, pool, lambda: copied.end_provider(how))
        db.session.commit()
        ended.result(20)
        assert db.session.scalars(text("SELECT is_active FROM signals")).all() == [False, False]


def test_a_provider_who_is_just_being_blocked_publishes_nothing(copied: Copied) -> None:
    app = copied.house.app
    with app.app_context(), ThreadPoolExecutor(1) as pool:
        opens_and_closes.closes(copied.paul.id)
        db.session.execute(text("UPDATE users SET blocked_at = now() WHERE id = :id"), {"id": copied.paul.id})
        published = beside(app, pool, copied.publish)
        db.session.commit()
        with pytest.raises(NotAllowed, match="no provider any more"):
            published.result(20)
        assert copied.states() == ["rejected"]
