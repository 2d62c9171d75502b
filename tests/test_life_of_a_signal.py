"""The page for newcomers names functions and files: they are there, and few enough."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "life-of-a-signal.md").read_text()
STATIONS = re.findall(r"^\| \d+ \| `(\w+)` \| \[(\S+)\]", PAGE, re.MULTILINE)


def test_a_newcomer_reads_at_most_ten_functions() -> None:
    assert 5 <= len(STATIONS) <= 10


@pytest.mark.parametrize(("name", "file"), STATIONS)
def test_every_function_is_in_the_file_that_the_page_names(name: str, file: str) -> None:
    found = ast.walk(ast.parse((ROOT / file).read_text()))
    assert name in {node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(\.\./(\S+?)\)", PAGE)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]
