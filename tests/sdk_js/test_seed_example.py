"""The source document's own JavaScript, run as it is written: nothing but the keys is changed in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.public_v1.program import Program
from tests.sdk_js.api_process import ApiProcess
from tests.sdk_js.conftest import ROOT, run_node
from tests.trading.conftest import FUTURES, Desk

EXAMPLE = ROOT / "tests" / "public_v1" / "seed_examples" / "signing.js"
SENDING = """
fetch('%s' + path, { method, headers, body }).then(async (answer) => console.log(answer.status, await answer.text()));
"""
"""It makes headers and sends nothing."""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_what_it_signs_is_accepted(api: ApiProcess, desk: Desk, bot: Program, tmp_path: Path) -> None:
    desk.account(FUTURES)
    text = EXAMPLE.read_text()
    for placeholder, given in (("mk_your_api_key_here", bot.key), ("ms_your_api_secret_here", bot.secret)):
        assert text.count(placeholder) == 1
        text = text.replace(placeholder, given)
    told = run_node(tmp_path, "-e", text + SENDING % api.url)
    assert told.startswith("200 ") and '"success":true' in told, told
