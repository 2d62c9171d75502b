"""The examples of the SDK's README run, one after the other, and its tables are true."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from mysignals_sdk.cli import exits
from mysignals_sdk.conversation import Retries

from tests.public_v1.program import Program
from tests.sdk_python.conftest import ROOT
from tests.trading.conftest import FUTURES, Desk

README = (ROOT / "sdk/python/README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
PYTHON = os.environ.get("MYSIGNALS_SDK_PYTHON", sys.executable)
"""Another one that has the package installed: so each version that pyproject.toml names is tried."""
SAYS = (("ann 10000 USDT", "stop at", "filled", "closed"), ("10000 0",), ("fields: {'price':",), ("'success': True",))


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_runs(server: str, bot: Program, desk: Desk, number: int) -> None:
    desk.account(FUTURES)
    env = {"MYSIGNALS_API_KEY": bot.key, "MYSIGNALS_API_SECRET": bot.secret, "MYSIGNALS_BASE_URL": server}
    ended = subprocess.run(
        [PYTHON, "-W", "error", "-c", EXAMPLES[number]],
        env=os.environ | env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    for words in SAYS[number]:
        assert words in ended.stdout, ended.stdout


def test_the_commands_are_those_there_are() -> None:
    from mysignals_sdk.cli.commands import mysignals

    assert set(re.findall(r"^mysignals ([a-z]+)", README, re.MULTILINE)) == set(mysignals.commands)


def test_numbers_that_are_told_are_those_that_count() -> None:
    assert f"Retries(attempts={Retries().attempts}, seconds={Retries().seconds:g})" in README
    codes = [int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)]
    assert codes == list(range(exits.FAILED + 1))
