"""Where the command line finds its key, and who else may read it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from mysignals_sdk.cli.configuration import Configuration, NotConfigured, config_file, load, save

FILE = Configuration("http://filed:1", "mk_file", "ms_file")
ENV = {"MYSIGNALS_API_KEY": "mk_env", "MYSIGNALS_API_SECRET": "ms_env"}


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    return {"MYSIGNALS_CONFIG": str(tmp_path / "new" / "config.json")}


def test_it_is_where_the_desktop_keeps_such_files() -> None:
    assert config_file({"XDG_CONFIG_HOME": "/x"}) == Path("/x/mysignals/config.json")
    assert config_file({}) == Path.home() / ".config/mysignals/config.json"


def test_what_was_stored_is_found_and_is_its_owners_alone(place: dict[str, str]) -> None:
    path = config_file(place)
    before = os.umask(0)
    try:
        save(path, FILE)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["config.json"]
    assert load(place, None) == FILE


def test_a_file_that_others_may_read_is_not_used(place: dict[str, str]) -> None:
    save(config_file(place), FILE)
    config_file(place).chmod(0o640)
    with pytest.raises(NotConfigured, match="chmod 600"):
        load(place, None)


def test_the_environment_counts_more_than_the_file_and_an_option_most(place: dict[str, str]) -> None:
    save(config_file(place), FILE)
    assert load(place | ENV, None) == Configuration("http://filed:1", "mk_env", "ms_env")
    both = place | ENV | {"MYSIGNALS_BASE_URL": "http://env:1"}
    assert load(both, None).base_url == "http://env:1"
    assert load(both, "http://option:1").base_url == "http://option:1"


@pytest.mark.parametrize("missing", sorted(ENV))
def test_a_key_is_never_used_with_another_places_secret(place: dict[str, str], missing: str) -> None:
    save(config_file(place), FILE)
    with pytest.raises(NotConfigured, match=f"{missing} is not"):
        load(place | {name: value for name, value in ENV.items() if name != missing}, None)


def test_without_anything_it_is_said_what_to_type(place: dict[str, str]) -> None:
    with pytest.raises(NotConfigured, match="mysignals login"):
        load(place, None)


@pytest.mark.parametrize("content", ["", "[]", '{"api_key": 1}', '{"api_secret": "ms_hidden"'])
def test_a_broken_file_is_named_and_not_shown(place: dict[str, str], content: str) -> None:
    path = config_file(place)
    save(path, FILE)
    path.write_text(content)
    with pytest.raises(NotConfigured, match="Remove it") as told:
        load(place, None)
    assert "ms_" not in str(told.value) and told.value.__cause__ is None
