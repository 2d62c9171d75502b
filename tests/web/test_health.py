"""/healthz, /readyz, /metrics."""

from __future__ import annotations

from datetime import timedelta

from mysignals.exchanges.binance.limits import FUTURES_WEIGHT
from mysignals.exchanges.transports.pacing import Want
from mysignals.exchanges.transports.purse import NONE
from mysignals.models import OutgoingMail
from mysignals.services import alive, budgets
from tests.support.served import House


def test_a_process_that_answers_is_up(house: House) -> None:
    assert house.anonymous().get("/healthz").status_code == 200


def test_readiness_names_what_is_missing_and_holds_once_a_worker_lives(house: House) -> None:
    answer = house.anonymous().get("/readyz")
    assert answer.status_code == 503 and "worker" in answer.json["message"] and "database" not in answer.json["message"]
    with house.app.app_context():
        alive.beat()
    assert house.anonymous().get("/readyz").status_code == 200


def test_figures_count_deliveries_by_state_and_requests_by_rule(house: House) -> None:
    ann = house.user()
    house.delivery(ann, house.signal(house.user(role="Provider")), house.account(ann), state="filled")
    house.client(ann).get("/deliveries/12345")
    text = house.anonymous().get("/metrics").text
    assert 'mysignals_deliveries{state="filled"} 1.0' in text
    assert 'mysignals_deliveries{state="queued"} 0.0' in text
    assert 'mysignals_requests_total{method="GET",rule="/deliveries/<id:delivery_id>",status="404"}' in text


def test_figures_count_the_mails_that_wait_and_those_that_were_given_up(house: House) -> None:
    ann = house.user()
    for state in ("queued", "failed", "failed", "sent"):
        house.add(OutgoingMail(user_id=ann.id, kind="reset", state=state))
    text = house.anonymous().get("/metrics").text
    told = [
        f'mysignals_mails{{state="{state}"}} {many}.0' for state, many in (("queued", 1), ("sending", 0), ("failed", 2))
    ]
    assert all(line in text for line in told) and 'mysignals_mails{state="sent"}' not in text


def test_figures_tell_what_is_open_without_a_stop_and_for_how_long_it_has_been(house: House) -> None:
    ann = house.user()
    signal = house.signal(house.user(role="Provider"))
    since = signal.created_at - timedelta(seconds=90)
    house.delivery(ann, signal, house.account(ann), state="filled", unprotected_since=since, unprotected_ms=2500)
    told = dict(line.rsplit(" ", 1) for line in house.anonymous().get("/metrics").text.splitlines() if line[0] != "#")
    assert float(told["mysignals_unprotected_deliveries"]) >= 1
    assert float(told["mysignals_unprotected_oldest_seconds"]) >= 90
    assert float(told["mysignals_unprotected_seconds_total"]) >= 2.5


def test_figures_tell_how_much_of_a_venue_is_used_who_waited_and_who_was_refused(house: House) -> None:
    redis = house.app.extensions["redis"]
    counts = budgets.Budgets(redis)
    redis.set(budgets.SINCE, 0)
    counts.take([Want("http://venue|here|weight", FUTURES_WEIGHT, (240, *NONE[1:]))])
    counts.tell("binance futures", 1.5, 2)
    text = house.anonymous().get("/metrics").text
    assert 'mysignals_budget_used_ratio{budget="weight",venue="http://venue"} 0.1' in text
    assert 'mysignals_paced_seconds_total{venue="binance futures"} 1.5' in text
    assert 'mysignals_rate_refusals_total{venue="binance futures"} 2.0' in text
