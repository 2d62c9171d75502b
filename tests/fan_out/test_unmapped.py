"""Codes that stand in no table: the order counts as unknown, somebody is told, nobody is refused."""

from __future__ import annotations

import logging

import pytest

from mysignals.domain.outcomes import Unknown
from mysignals.services import fan_out, unmapped
from tests.fan_out.conftest import Scene

NEW = {"kind": "reject", "body": '{"code":-9876,"msg":"Something new."}', "status": 400}


def test_an_order_with_such_a_code_is_unknown_logged_and_counted(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    before = unmapped.counts().get(("binance", "-9876"), 0)
    _, ids = scene.signal()
    scene.fault(**NEW, on="order")
    with caplog.at_level(logging.WARNING):
        fan_out.deliver(ids)
    assert scene.states(ids) == {"unknown"}
    assert unmapped.counts()["binance", "-9876"] == before + len(ids)
    assert "binance answered a write with the code -9876, which no table has" in caplog.text
    answer = scene.app.test_client().get("/metrics").get_data(as_text=True)
    assert 'mysignals_unmapped_codes_total{code="-9876",exchange="binance"}' in answer


def test_a_question_with_such_a_code_refuses_nobody(scene: Scene) -> None:
    scene.run("DELETE FROM account_symbol_settings")
    _, ids = scene.signal()
    scene.fault(**NEW, on="query")
    fan_out.deliver(ids)
    assert scene.states(ids) == {"queued"}


def test_what_is_known_is_not_counted(scene: Scene) -> None:
    before = unmapped.counts()
    _, ids = scene.signal()
    scene.fault(kind="reject", on="order", body='{"code":-2019,"msg":"Margin is insufficient."}', status=400)
    fan_out.deliver(ids)
    assert scene.states(ids) == {"rejected"} and unmapped.counts() == before


def test_counts_are_told_when_the_conversations_have_ended(scene: Scene) -> None:
    """Redis is never waited for while exchanges answer."""
    with unmapped.counting() as count:
        count("nowhere", Unknown("a code we do not know", "77", unmapped=True))
        assert ("nowhere", "77") not in unmapped.counts()
    assert unmapped.counts()["nowhere", "77"] == 1
