"""Every task that workers know is told in docs/operating.md: what finds its work again when its message is lost."""

from __future__ import annotations

import re
from pathlib import Path

from mysignals.dispatch import celery
from workers import fan_out, mail, payments, portfolio, trade, upkeep

ROOT = Path(__file__).parents[1]
SECTION = "### What finds the work of a task whose message is lost"
OURS = {module.__name__.rpartition(".")[2] for module in (fan_out, mail, payments, portfolio, trade, upkeep)}


def told() -> str:
    return (ROOT / "docs" / "operating.md").read_text().partition(SECTION)[2].partition("\n#")[0]


def test_all_of_them_and_no_others() -> None:
    known = {name for name in celery.tasks if name.partition(".")[0] in OURS}
    assert known == {name for name in re.findall(r"`(\w+\.\w+)`", told()) if name.partition(".")[0] in OURS}


def test_what_is_told_to_prove_it_is_there() -> None:
    rows = "".join(line for line in told().splitlines() if line.startswith("|"))
    proofs = re.findall(r"`(\w+/(?:\w+\.py)?)`", rows)
    assert proofs
    assert not [proof for proof in proofs if not (ROOT / "tests" / proof).exists()]
