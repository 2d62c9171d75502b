"""`from mysignals_sdk import MimicAPI`: the usage of the source document with another import, address and keys."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import mysignals_sdk
import pytest
from mysignals_sdk import MimicAPI

from tests.public_v1.program import Program
from tests.trading.conftest import FUTURES, Desk

_FULL = Path(__file__).parents[1] / "public_v1" / "seed_examples" / "full.py.txt"


@pytest.fixture(autouse=True)
def price_of_the_document(desk: Desk) -> None:
    """Between its stop and its target."""
    desk.simulator.move_price(FUTURES, "BTCUSDT", "43500")


def test_its_usage_example_works_as_it_is_written(
    server: str, bot: Program, desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.account(FUTURES)
    monkeypatch.setattr(mysignals_sdk.MimicAPI, "BASE_URL", server)
    usage = _FULL.read_text().partition("# Usage example\n")[2]
    usage = usage.replace('"mk_your_api_key_here"', repr(bot.key)).replace(
        '"ms_your_api_secret_here"', repr(bot.secret)
    )
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(f"from mysignals_sdk import MimicAPI\n{usage}", names)  # noqa: S102 - a text of our own
    names["api"].close()
    account, signal = capsys.readouterr().out.splitlines()
    assert "'username': 'ann'" in account and "'success': True" in signal
    assert names["result"]["signal_id"].startswith("sig_")


def test_its_answers_are_plain_json(server: str, bot: Program, desk: Desk) -> None:
    desk.account(FUTURES)
    with closing(MimicAPI(bot.key, bot.secret, base_url=f"{server}/v1")) as api:
        assert api.get_account()["balance"] == 10000
        assert api.get_positions() == []
        ordered = api.execute_order("BTCUSDT", "long", quantity=0.01, leverage=10)
        assert (ordered["success"], ordered["quantity"], type(ordered["quantity"])) == (True, 0.01, float)


def test_its_refusals_are_answers(server: str, bot: Program) -> None:
    with closing(MimicAPI(bot.key, bot.secret, base_url=server)) as api:
        told = api.send_signal("BTCUSDT", "fly")
        assert (told["success"], told["code"]) == (False, "INVALID_REQUEST")
        assert "action" in told["fields"]
