"""/healthz, /readyz, /metrics."""

from __future__ import annotations

from mysignals.services import alive
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
