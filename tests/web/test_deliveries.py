"""/deliveries: what became of what was copied."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from mysignals.models import Order
from tests.support.served import House


def delivered(house: House, user: Any, **columns: Any) -> Any:
    signal = house.signal(house.user(role="Provider"))
    moment = signal.created_at
    times = {"created_at": moment, "acknowledged_at": moment + timedelta(milliseconds=420)}
    return house.delivery(user, signal, house.account(user), **times | columns)


def test_one_delivery_tells_state_times_latency_and_orders(house: House) -> None:
    ann = house.user()
    delivery = delivered(house, ann, state="accepted", client_id="msabc", message="Placed.")
    order = Order(
        delivery_id=delivery.id, leg="entry", client_order_id="msabc-e", exchange_order_id="77", side="BUY",
        type="LIMIT", quantity=Decimal("0.05"), price=Decimal("336.1"), state="new",
    )  # fmt: skip
    house.add(order)
    found = house.client(ann).get(f"/deliveries/{delivery.id}").json["delivery"]
    assert (found["state"], found["message"], found["latency_ms"]) == ("accepted", "Placed.", 420)
    assert found["times"]["sent"] is None and found["times"]["acknowledged"].endswith("Z")
    shown = found["orders"][0]
    assert (shown["leg"], shown["quantity"], shown["price"], shown["trigger_price"]) == ("entry", 0.05, 336.1, None)
    assert (shown["exchange_order_id"], shown["filled_quantity"]) == ("77", 0)


def test_deliveries_are_mine_newest_first_and_can_be_filtered(house: House) -> None:
    ann = house.user()
    first, second = delivered(house, ann, state="filled"), delivered(house, ann, state="skipped", reason="minimum")
    delivered(house, house.user())
    client = house.client(ann)

    def ids(query: str) -> list[int]:
        return [item["id"] for item in client.get(f"/deliveries{query}").json["deliveries"]]

    assert ids("") == [second.id, first.id]
    assert ids("?state=skipped") == [second.id]
    assert ids(f"?signal_id={first.signal_id}") == [first.id]
    assert ids(f"?signal_id={first.signal_id}&state=skipped") == []


def test_a_delivery_of_somebody_else_is_not_there(house: House) -> None:
    delivery = delivered(house, house.user())
    assert house.client(house.user()).get(f"/deliveries/{delivery.id}").status_code == 404


def test_the_time_without_a_stop_is_told_in_seconds_and_grows_while_it_lasts(house: House) -> None:
    ann = house.user()
    over = delivered(house, ann, state="filled", unprotected_ms=1250)
    lasting = delivered(house, ann, state="filled", unprotected_ms=1000)
    lasting.unprotected_since = lasting.created_at - timedelta(seconds=60)
    house.add(lasting)
    client = house.client(ann)
    assert client.get(f"/deliveries/{over.id}").json["delivery"]["unprotected_seconds"] == 1.25
    assert 61 <= client.get(f"/deliveries/{lasting.id}").json["delivery"]["unprotected_seconds"] < 121
