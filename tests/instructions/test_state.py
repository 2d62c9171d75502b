"""What is told of an instruction, to whom, and where it is not told at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain.lifecycle import State
from mysignals.extensions import db
from mysignals.models import Signal, User
from mysignals.services import stopping
from mysignals.services.instructions.public_ids import public_id
from mysignals.services.instructions.state import OF_OPENING, Status, _together
from tests.instructions.conftest import Bot
from tests.public_v1.program import program
from tests.trading.conftest import Desk


def test_a_filled_order_is_told_with_its_exits(bot: Bot) -> None:
    account = bot.desk.account()
    sent = bot.order("buy", quantity="0.01", leverage=10, stop_loss=49000, take_profit=52000)
    delivery_id = bot.opened(sent)
    found = bot.program.get(f"/v1/orders/{sent.json['order_id']}").json
    (one,) = found["accounts"]
    root = bot.desk.rows("SELECT client_id, message FROM deliveries WHERE id = :id", id=delivery_id)[0]
    assert found == {
        "success": True, "order_id": sent.json["order_id"], "side": "buy", "symbol": "BTCUSDT", "market": "futures",
        "reduce_only": False, "status": "filled", "accounts": [one], "timestamp": found["timestamp"],
    }  # fmt: skip
    assert one == {
        "exchange_account_id": account.id, "exchange": "binance", "environment": "paper", "state": "filled",
        "quantity": 0.01, "filled_quantity": 0.01, "average_price": one["average_price"], "stop_loss": 49000,
        "take_profit": 52000, "message": root[1], "client_order_id": f"{root[0]}-e", "updated_at": one["updated_at"],
    }  # fmt: skip
    assert root[1].startswith("Filled on Binance") and "(by your program)" in root[1]


def test_what_was_refused_has_failed_and_says_why(bot: Bot) -> None:
    bot.desk.account()
    sent = bot.order("buy", quantity="900")
    (delivery_id,) = bot.deliveries()
    bot.desk.wait_for(delivery_id, "rejected")
    found = bot.program.get(f"/v1/orders/{sent.json['order_id']}").json
    assert found["status"] == "failed"
    assert "balance" in found["accounts"][0]["message"]


def test_a_share_that_is_too_small_speaks_of_the_share(bot: Bot, desk: Desk) -> None:
    desk.account()
    sent = bot.order("buy", risk_percent="0.1")
    desk.wait_for(bot.deliveries()[0], "skipped")
    told = bot.program.get(f"/v1/orders/{sent.json['order_id']}").json["accounts"][0]["message"]
    assert "Send a larger share of the balance" in told and "following" not in told


@pytest.mark.parametrize("kind", ["signals", "orders"])
@pytest.mark.parametrize("spoilt", ["another's", "kind", "second", "row", "text", "long"])
def test_what_is_not_ones_own_is_not_there(bot: Bot, desk: Desk, kind: str, spoilt: str) -> None:
    desk.account()
    sent = bot.signal() if kind == "signals" else bot.order()
    name = sent.json["signal_id" if kind == "signals" else "order_id"]
    prefix, second, row = name.split("_")
    asker = program(desk.house, desk.paul) if spoilt == "another's" else bot.program
    asked = {
        "another's": name, "kind": f"{'ord' if prefix == 'sig' else 'sig'}_{second}_{row}",
        "second": f"{prefix}_{int(second) + 1}_{row}", "row": f"{prefix}_{second}_{int(row) + 1}",
        "text": "x", "long": f"{prefix}_{second}_{'9' * 30}",
    }[spoilt]  # fmt: skip
    answer = asker.get(f"/v1/{kind}/{asked}")
    assert (answer.status_code, answer.json["code"]) == (404, "NOT_FOUND")
    assert bot.program.get(f"/v1/{kind}/{name}").status_code == 200


def test_what_was_asked_on_a_page_is_no_order_of_a_program(bot: Bot, desk: Desk) -> None:
    with desk.house.app.app_context():
        asked = stopping.stop_everything(db.session.get_one(User, bot.user.id))
        name = public_id(asked)
    assert bot.program.get(f"/v1/orders/{name}").status_code == 404


def test_the_permissions_are_those_of_the_contract(bot: Bot, desk: Desk) -> None:
    desk.account()
    for permission, allowed in (("read", set()), ("signal", {"signal"}), ("trade", {"orders"})):
        bot.program = program(desk.house, desk.ann, permissions=[permission])
        for path, send in (("signal", bot.signal), ("orders", bot.order)):
            assert (send().status_code == 200) is (path in allowed)
        read = bot.program.get("/v1/orders/ord_1_1").status_code
        assert read == (404 if permission == "read" else 403)


def test_without_a_plan_nothing_is_done(bot: Bot, desk: Desk) -> None:
    desk.account()
    desk.run("UPDATE users SET plan = 'free', plan_until = NULL")
    assert bot.order().json["code"] == "SUBSCRIPTION_REQUIRED"
    assert desk.house.count(Signal) == 0


S = Status


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ([], S.CLOSED), ([S.FILLED], S.FILLED), ([S.FILLED, S.QUEUED], S.QUEUED), ([S.FILLED, S.SENDING], S.SENDING),
        ([S.FILLED, S.FAILED], S.MIXED), ([S.CLOSED, S.FILLED], S.MIXED), ([S.SENDING, S.QUEUED], S.QUEUED),
    ],
)  # fmt: skip
def test_accounts_together_are_under_way_as_long_as_one_is(statuses: list[Status], told: Status) -> None:
    assert _together(set(statuses)) is told


def test_every_state_of_a_delivery_has_its_word() -> None:
    assert set(OF_OPENING) == set(State)


def test_what_a_program_asks_for_itself_is_shown_to_nobody_else(pauls: Bot, desk: Desk) -> None:
    """Paul is a provider; his program's orders are no signals of his."""
    desk.account(user=desk.paul)
    desk.house.following(desk.ann, desk.paul, desk.account())
    delivery_id = pauls.opened(pauls.order("buy", quantity="0.01", leverage=10))
    number = desk.rows("SELECT signal_id FROM deliveries WHERE id = :id", id=delivery_id)[0][0]
    ann, paul = desk.house.client(desk.ann), desk.house.client(desk.paul)

    def get(client: Any, path: str) -> Any:
        answer = client.get(path, headers={"Accept": "application/json"})
        return answer.status_code, answer.json

    for path in ("/", "/providers", "/mytrades", "/deliveries", "/following"):
        status, body = get(ann, path)
        assert (status, "BTCUSDT" in str(body)) == (200, False), path
    assert get(ann, "/providers")[1]["providers"][0]["signals"] == 0
    assert get(paul, "/provider/signals")[1]["total"] == 0
    for path in (f"/signal/{number}", f"/signal/{number}?tx_hash=0x{'1' * 64}"):
        assert [get(client, path)[0] for client in (ann, paul)] == [404, 404], path
    assert paul.get(f"/provider/signals/{number}/deliveries").status_code == 404
    for deed in ("deactivate", "delete"):
        assert paul.post(f"/provider/{deed}/{number}").status_code == 404
    assert ann.post(f"/futures/trade/{number}", json={"tp": 60000, "quoteQty": 100}).status_code == 404
    assert ann.post(f"/signal/rate/{number}", json={"rate": 1}).status_code in (403, 404)
    assert pauls.deliveries(desk.ann) == []


def test_its_owner_finds_it_among_their_deliveries(bot: Bot, desk: Desk) -> None:
    desk.account()
    delivery_id = bot.opened(bot.order("buy", quantity=str(Decimal("0.01"))))
    listed = desk.house.client(desk.ann).get("/deliveries").json["deliveries"]
    assert [one["id"] for one in listed] == [delivery_id]


def test_an_order_tells_whether_it_was_to_close(bot: Bot, desk: Desk) -> None:
    desk.account()
    opening = bot.order("buy", quantity="0.01")
    bot.opened(opening)
    closing = bot.order("sell", reduce_only=True)
    told = [bot.program.get(f"/v1/orders/{one.json['order_id']}").json["reduce_only"] for one in (opening, closing)]
    assert told == [False, True]


def test_a_close_is_told_as_closed_and_a_second_one_finds_nothing(bot: Bot, desk: Desk) -> None:
    account = desk.account()
    delivery_id = bot.opened(bot.order("buy", quantity="0.01"))
    sent = bot.signal("close_all")
    assert (sent.json["processed_users"], sent.json["stop_loss"]) == (1, None), sent.json
    desk.wait_for(delivery_id, "closed")
    told = bot.program.get(f"/v1/signals/{sent.json['signal_id']}").json
    assert (told["status"], told["action"], len(told["accounts"])) == ("closed", "close_all", 1)
    assert desk.position(account) == 0
    again = bot.signal("close_all", comment="again")
    assert (again.status_code, again.json["processed_users"]) == (200, 0)
    assert "nothing to close" in again.json["message"]
