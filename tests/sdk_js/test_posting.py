"""The JavaScript SDK sends signals and orders to the real API, and nothing is carried out twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.public_v1.program import Program, program
from tests.sdk_js.api_process import ApiProcess
from tests.sdk_js.conftest import SDK, pair, run_node
from tests.sdk_js.test_reading import NODE
from tests.trading.conftest import FUTURES, Desk

EXAMPLES = re.findall(r"```js\n(.*?)```", (SDK / "README.md").read_text(), re.DOTALL)
_ASKED = "SELECT count(*) FROM instructions WHERE user_id = :user"


def test_signals_and_orders(built: Path, api: ApiProcess, desk: Desk, bot: Program) -> None:
    cut = desk.house.user("cut")
    for owner in (desk.ann, cut):
        desk.account(FUTURES, owner)
    keys = {
        "bot": pair(bot),
        "cut": pair(program(desk.house, cut)),
        "homeless": pair(program(desk.house, desk.house.user())),
    }
    run_node(built, *NODE, "test/posting.test.js", given={"url": api.url, "keys": keys})
    # Three answers were cut off, of two orders; five orders and two signals of ann's were meant, and one was refused.
    assert desk.rows(_ASKED, user=cut.id)[0][0] == 2
    assert desk.rows(_ASKED, user=desk.ann.id)[0][0] == 7


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_each_example_of_its_page_runs(
    built: Path, api: ApiProcess, desk: Desk, bot: Program, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    desk.account(FUTURES)
    for name, value in (("URL", api.url), ("KEY", bot.key), ("SECRET", bot.secret)):
        monkeypatch.setenv(f"MYSIGNALS_{name}", value)
    run_node(built, "--input-type=module", "-e", EXAMPLES[number])
