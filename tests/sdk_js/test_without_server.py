"""What the JavaScript SDK does by itself: reading, signing, sending again. Its tests are Node's own, in sdk/js/test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sdk_js.conftest import run_node


@pytest.mark.parametrize("name", ["asking", "exact", "retrying", "watching"])
def test_its_own_tests_pass(built: Path, name: str) -> None:
    run_node(built, "--test", "--test-timeout=30000", f"test/{name}.test.js")


def test_it_may_be_required_as_well_as_imported(built: Path) -> None:
    run_node(built, "-e", "new (require('mysignals-sdk').MySignals)({ apiKey: 'mk_a', apiSecret: 'ms_b' })")


def test_a_browser_has_all_that_it_needs(built: Path) -> None:
    """It imports nothing but itself, so no module of Node's."""
    lines = [line for path in (built / "dist").glob("*.js") for line in path.read_text().splitlines()]
    sources = [
        line.partition(" from ")[2] for line in lines if " from " in line and line.startswith(("import", "export", "}"))
    ]
    assert sources and all(source.startswith('"./') for source in sources), sources
    assert not any("process." in line or "Buffer" in line or "require(" in line for line in lines)
