"""/openapi.json and /docs: they tell of all that is served, and ask nobody else."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.web import register_public
from mysignals.web.public_v1 import answers
from mysignals.web.public_v1.openapi.document import described, document
from mysignals.web.public_v1.openapi.operations import OPERATIONS
from mysignals.web.public_v1.openapi.refusals import EXAMPLES
from tests.support.served import House

ROOT = Path(__file__).parents[2]


@pytest.fixture
def alone(house: House) -> Iterator[Flask]:
    app = create_app(house.app.extensions["settings"], register_public)
    yield app
    with app.app_context():
        db.engine.dispose()
    app.extensions["redis"].close()


def test_it_tells_of_every_view_and_of_no_other(house: House) -> None:
    assert described(house.app) == set(OPERATIONS)


def test_who_adds_a_view_has_to_describe_it(house: House) -> None:
    app = Flask("another")
    app.add_url_rule("/v1/new", "v1_new.view", lambda: "")
    with pytest.raises(KeyError, match="v1_new"):
        document(app)


def test_the_committed_document_is_what_the_views_say_and_what_is_served(house: House, alone: Flask) -> None:
    committed = (ROOT / "docs" / "openapi.json").read_bytes()
    for app in (house.app, alone):
        answer = app.test_client().get("/openapi.json")
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        assert answer.data == committed, "run make pages"


def test_a_document_that_is_not_true_is_found_by_make_check(tmp_path: Path) -> None:
    check = [sys.executable, "-m", "mysignals.web.public_v1.openapi", "--check"]
    assert subprocess.run(check, cwd=ROOT, check=False).returncode == 0
    other = tmp_path / "openapi.json"
    other.write_text("{}")
    ended = subprocess.run([*check, str(other)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and "make pages" in ended.stderr


def test_every_field_has_an_example(house: House) -> None:
    found = house.app.test_client().get("/openapi.json").json
    schemas = found["components"]["schemas"]
    bare = [path for name, schema in schemas.items() for path in _without_example(name, schema)]
    operations = [told for path in found["paths"].values() for told in path.values()]
    bare += [one["name"] for told in operations for one in told["parameters"] if not one.get("example")]
    bare += [name for name, told in found["components"]["headers"].items() if not told.get("example")]
    bare += [told["operationId"] for told in operations if "requestBody" in told and not _examples(told["requestBody"])]
    assert bare == []


def _without_example(name: str, schema: dict[str, Any]) -> Iterator[str]:
    """What is made of other schemas has the examples of theirs."""
    for field, told in schema.get("properties", {}).items():
        parts = [told, *told.get("anyOf", []), told.get("items", {})]
        is_of_others = any("$ref" in part for part in parts) and not _is_choice(told)
        if not told.get("examples") and not is_of_others:
            yield f"{name}.{field}"


def _is_choice(told: dict[str, Any]) -> bool:
    """One of a list of words, which stands elsewhere: an example says which may be meant."""
    return told.get("$ref", "").endswith(("/State", "/Status"))


def _examples(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["content"]["application/json"].get("examples", {})
    return found


def test_every_code_that_is_described_has_an_example_of_its_own(house: House) -> None:
    """In docs/developer-api.md, in the document, and in the code that answers they are the same."""
    paths = house.app.test_client().get("/openapi.json").json["paths"]
    answered = [told["responses"] for path in paths.values() for told in path.values()]
    shown: dict[str, set[str]] = {}
    for status, response in (one for told in answered for one in told.items() if one[0] != "200"):
        examples = _examples(response)
        wanted = response["content"]["application/json"]["schema"]["allOf"][1]["properties"]["code"]["enum"]
        assert list(examples) == [one["value"]["code"] for one in examples.values()] == wanted
        for code in wanted:
            shown.setdefault(code, set()).add(status)
    page = (ROOT / "docs" / "developer-api.md").read_text()
    written = {code: {status} for status, code in re.findall(r"^\| (\d{3}) \| `([A-Z_]+)` \|", page, re.MULTILINE)}
    assert shown == written == {code.value: {str(status)} for code, status in answers.STATUSES.items()}


def test_every_code_has_an_example_and_a_status() -> None:
    assert set(EXAMPLES) == set(answers.Code) == set(answers.STATUSES)


def test_the_page_asks_no_other_host_and_runs_nothing_that_is_written_in_it(alone: Flask) -> None:
    client = alone.test_client()
    answer = client.get("/docs")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy and "http" not in policy
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert links and all(link.startswith(("/docs/", "/openapi.json", "data:,")) for link in links)
    assert not re.search(r"<script(?![^>]* src=)|<style| on[a-z]+=| style=", answer.text)
    for link in links:
        if link.startswith("/"):
            told = client.get(link)
            assert told.status_code == 200 and told.headers["X-Content-Type-Options"] == "nosniff", link


@pytest.mark.parametrize("name", ["nothing.js", "..%2f..%2f..%2f.env", "swagger-ui-dist", "%2e%2e"])
def test_nothing_else_is_handed_out(alone: Flask, name: str) -> None:
    assert alone.test_client().get(f"/docs/{name}").status_code == 404


def test_files_are_sent_again_only_when_they_changed(alone: Flask) -> None:
    client = alone.test_client()
    first = client.get("/docs/docs.js")
    assert client.get("/docs/docs.js", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
