"""What is wrong with a field is told, above its form, by the words of its label."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

FORMS = sorted(path for path in Path("templates").rglob("*.html") if "forms.begin(" in path.read_text())
FIELD = re.compile(r'forms\.(?:field|area|choose)\(\w+, "(\w+)", "([^"]+)"')


@pytest.fixture(scope="module")
def forms() -> Any:
    """The macros, and `called`."""
    return Environment(loader=FileSystemLoader("templates"), autoescape=True).get_template("parts/forms.html").module


@pytest.mark.parametrize("path", FORMS, ids=str)
def test_a_field_has_one_name(path: Path, forms: Any) -> None:
    text = path.read_text()
    here = {
        name: words for each in re.findall(r"names=(\{[^}]*\})", text) for name, words in ast.literal_eval(each).items()
    }
    told = {
        name: here.get(name) or forms.called.get(name) or name.replace("_", " ").capitalize()
        for name, _ in FIELD.findall(text)
    }
    assert told == dict(FIELD.findall(text))


def test_what_is_wrong_is_told_by_that_name(forms: Any) -> None:
    told = forms.problem({"faults": {"otp": "Is not six digits.", "price": "Is missing."}}, {"price": "Entry price"})
    assert ">Code of your authenticator</a>: Is not six digits." in told and ">Entry price</a>: Is missing." in told
