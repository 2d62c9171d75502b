"""The source document's own Python, run as it is written: nothing but the address and the keys is changed in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.public_v1.program import Program
from tests.sdk_python.conftest import bot, server
from tests.trading.conftest import FUTURES, Desk, desk, floor

__all__ = ["bot", "desk", "floor", "server"]
EXAMPLES = Path(__file__).parent / "seed_examples"
KEYS = {'"mk_your_api_key_here"': "key", '"ms_your_api_secret_here"': "secret"}
_ADDRESS = '"https://api.mimic.cash/v1"'


def example(name: str, bot: Program, base_url: str) -> str:
    text = (EXAMPLES / name).read_text()
    for placeholder, part in KEYS.items():
        assert placeholder in text
        text = text.replace(placeholder, repr(getattr(bot, part)))
    return text.replace(_ADDRESS, repr(base_url))


@pytest.fixture(autouse=True)
def price_of_the_document(desk: Desk) -> None:
    """Between its stop and its target."""
    desk.simulator.move_price(FUTURES, "BTCUSDT", "43500")


@pytest.mark.parametrize("ending", ["", "/v1", "/api/public"])
def test_its_class_works_with_every_method(server: str, bot: Program, desk: Desk, ending: str) -> None:
    account = desk.account(FUTURES)
    names: dict[str, Any] = {"__name__": "example"}
    exec(example("full.py.txt", bot, server + ending), names)  # noqa: S102 - a text of our own
    api = names["MimicAPI"](api_key=bot.key, api_secret=bot.secret)
    assert api.get_account()["username"] == "ann"
    assert api.get_positions() == []
    sent = api.send_signal(symbol="BTCUSDT", action="open_long", leverage=10, risk_percent=2.0)
    assert sent["success"] and sent["processed_users"] == 1, sent
    ordered = api.execute_order("BTCUSDT", "long", quantity=0.01, leverage=10)
    assert ordered["success"] and ordered["quantity"] == 0.01, ordered
    assert account.id


def test_its_program_runs_as_it_is_written(server: str, bot: Program, desk: Desk) -> None:
    desk.account(FUTURES)
    text = example("full.py.txt", bot, server)
    ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, timeout=60)
    account, signal = ended.stdout.splitlines()
    assert "'username': 'ann'" in account and "'success': True" in signal, ended.stdout


def test_its_signature_is_accepted(server: str, bot: Program, desk: Desk) -> None:
    desk.account(FUTURES)
    names: dict[str, Any] = {}
    exec(example("signature.py.txt", bot, server), names)  # noqa: S102 - a text of our own
    answer = requests.post(server + names["path"], headers=names["headers"], data=names["body"], timeout=30)
    assert answer.json()["success"], answer.text
