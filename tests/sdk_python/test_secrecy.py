"""The secret is in no repr, log, error, traceback or attribute."""

from __future__ import annotations

import gc
import logging
import traceback
from typing import Any

import pytest
from mysignals_sdk import AsyncClient, Client, InvalidSignature, MimicAPI
from mysignals_sdk.cli.configuration import Configuration

from tests.public_v1.program import Program

SECRET = "ms_" + "5" * 48


def locals_of(error: BaseException) -> str:
    """Every value in every frame of ours and below, as reports of crashes show them."""
    frames = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__), capture_locals=True)
    inside = [frame for frame in frames if "/tests/" not in frame.filename]
    assert inside
    return "".join(f"{name}={value}" for frame in inside for name, value in (frame.locals or {}).items())


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_shows_its_key_only(kind: Any) -> None:
    client = kind("mk_1", SECRET, base_url="http://h:1")
    assert repr(client) == f"{kind.__name__}('mk_1')"
    assert SECRET not in repr(vars(client)) and SECRET not in repr(vars(client._signer))
    assert SECRET not in repr(Configuration("http://h", "mk_1", SECRET))


@pytest.mark.parametrize("kind", [Client, AsyncClient, MimicAPI])
@pytest.mark.parametrize("wrong", [{"api_key": "x"}, {"base_url": "ftp://x"}])
def test_a_failure_to_make_one_tells_nothing(kind: Any, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError) as told:
        kind(**{"api_key": "mk_1", "api_secret": SECRET} | wrong)
    assert SECRET not in locals_of(told.value) + str(told.value)


def test_what_is_no_secret_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="api_secret: must be") as told:
        Client("mk_1", "hunter2")
    assert "hunter2" not in locals_of(told.value) + str(told.value)


def test_neither_logs_nor_tracebacks_of_a_refusal_hold_it(
    server: str, bot: Program, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Client(bot.key, SECRET, base_url=server) as client, pytest.raises(InvalidSignature) as told:
        client.account()
    shown = locals_of(told.value) + repr(told.value) + str(vars(told.value))
    assert caplog.text and SECRET not in caplog.text and SECRET not in shown


def test_no_text_of_it_is_kept() -> None:
    client = Client("mk_1", "".join(["ms_", "7" * 48]))
    assert "7" * 48 not in repr([found for found in gc.get_referents(client._signer, vars(client)) if found])
    client.close()
