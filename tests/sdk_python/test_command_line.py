"""`mysignals` as it is typed: what it prints, and what it ends with."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.public_v1.program import Program, program
from tests.sdk_python.cutting import cutting
from tests.trading.conftest import FUTURES, Desk

COMMAND = Path(sys.executable).with_name("mysignals")
Ended = subprocess.CompletedProcess[str]


@pytest.fixture
def env(server: str, bot: Program, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"], "MYSIGNALS_CONFIG": str(tmp_path / "config.json"), "MYSIGNALS_BASE_URL": server,
        "MYSIGNALS_API_KEY": bot.key, "MYSIGNALS_API_SECRET": bot.secret,
    }  # fmt: skip


@pytest.fixture
def typed(env: dict[str, str]) -> Callable[..., Ended]:
    def run(*words: str, said: str = "", **changed: str) -> Ended:
        given = {name: value for name, value in (env | changed).items() if value}
        return subprocess.run(
            [str(COMMAND), *words], env=given, input=said, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_the_account_is_shown(typed: Callable[..., Ended], desk: Desk) -> None:
    desk.account(FUTURES, label="my account")
    shown = typed("account")
    assert (shown.returncode, shown.stderr) == (0, "")
    for word in ("ann", "10000 USDT", "my account", "paper", "binance"):
        assert word in shown.stdout


def test_json_is_the_servers_answer(typed: Callable[..., Ended], desk: Desk) -> None:
    account = desk.account(FUTURES)
    for words in (("--json", "account"), ("account", "--json")):
        answer = json.loads(typed(*words).stdout)
        assert (answer["username"], answer["accounts"][0]["exchange_account_id"]) == ("ann", account.id)


def test_without_positions_it_is_said(typed: Callable[..., Ended]) -> None:
    assert typed("positions").stdout.strip() == "No open positions."
    assert typed("positions", "--json").stdout.strip() == "[]"


def test_a_signal_is_sent_followed_and_closed(typed: Callable[..., Ended], desk: Desk) -> None:
    desk.account(FUTURES)
    sent = typed("signal", "BTCUSDT", "open_long", "--leverage", "10", "--quantity", "0.01", "--wait")
    assert sent.returncode == 0, sent.stderr
    assert "sig_" in sent.stdout and "filled" in sent.stdout and "(set by the server)" in sent.stdout
    assert "0.01" in typed("positions").stdout
    closed = json.loads(typed("signal", "BTCUSDT", "close_all", "--json").stdout)
    watched = typed("watch", closed["signal_id"], "--json", "--timeout", "30")
    assert watched.returncode == 0, watched.stderr
    assert json.loads(watched.stdout.splitlines()[-1])["status"] == "closed"


def test_an_order_is_sent_to_the_account_that_was_named(typed: Callable[..., Ended], desk: Desk) -> None:
    account = desk.account(FUTURES)
    words = ("order", "BTCUSDT", "buy", "--type", "limit", "--price", "40000.1", "--quantity", "0.010")
    sent = json.loads(typed(*words, "--account", str(account.id), "--json").stdout)
    assert (sent["side"], sent["quantity"], sent["price"]) == ("buy", 0.01, 40000.1)
    watched = typed("watch", sent["order_id"], "--until-settled", "--timeout", "30")
    assert watched.returncode == 0, watched.stderr
    assert " open " in watched.stdout and f"{account.id}=accepted" in watched.stdout
    assert typed("watch", sent["order_id"], "--timeout", "1").returncode == 7


def test_on_a_screen_it_is_a_table_that_changes(typed: Callable[..., Ended], env: dict[str, str], desk: Desk) -> None:
    desk.account(FUTURES)
    sent = json.loads(typed("order", "BTCUSDT", "buy", "--quantity", "0.01", "--json").stdout)
    screen, end = pty.openpty()
    words = [str(COMMAND), "watch", sent["order_id"], "--until-settled", "--timeout", "30"]
    ended = subprocess.run(words, env=env | {"TERM": "xterm", "COLUMNS": "180"}, stdout=end, timeout=60, check=False)
    os.close(end)
    shown = b""
    with suppress(OSError):  # How a screen says that nobody writes to it any more.
        while part := os.read(screen, 65536):
            shown += part
    os.close(screen)
    assert ended.returncode == 0
    assert b"filled" in shown and b"binance" in shown and b"\x1b[" in shown


def test_faults_of_fields_are_listed_and_it_ends_with_1(typed: Callable[..., Ended], desk: Desk) -> None:
    desk.account(FUTURES)
    ended = typed("order", "BTCUSDT", "buy", "--type", "limit", "--quantity", "0.01")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "(INVALID_REQUEST)" in ended.stderr and "  price: " in ended.stderr
    as_json = typed("order", "BTCUSDT", "buy", "--type", "limit", "--quantity", "0.01", "--json")
    assert (as_json.returncode, as_json.stderr) == (1, "")
    assert "price" in json.loads(as_json.stdout)["fields"]


def test_a_lost_answer_ends_with_the_key_to_send_again(typed: Callable[..., Ended], desk: Desk, server: str) -> None:
    desk.account(FUTURES)
    words = ("order", "BTCUSDT", "buy", "--quantity", "0.01")
    with cutting(server) as line:
        line.cuts = 4
        ended = typed(*words, MYSIGNALS_BASE_URL=line.url)
    assert ended.returncode == 6 and "may have been carried out" in ended.stderr
    again = typed(*words, *ended.stderr.splitlines()[-1].split())
    assert again.returncode == 0 and "(carried out before)" in again.stdout
    assert desk.rows("SELECT count(*) FROM instructions")[0][0] == 1


def test_who_is_not_let_in_is_told_what_to_do(typed: Callable[..., Ended], desk: Desk, bot: Program) -> None:
    desk.run("UPDATE api_keys SET revoked_at = now() WHERE id = :id", id=bot.key_id)
    ended = typed("account")
    assert ended.returncode == 4 and "mysignals login" in ended.stderr and "(INVALID_API_KEY)" in ended.stderr


def test_who_asks_too_often_ends_with_5(typed: Callable[..., Ended], desk: Desk) -> None:
    slow = program(desk.house, desk.ann, rate_limit=10)
    for _ in range(10):
        slow.get("/v1/positions")
    ended = typed("positions", MYSIGNALS_API_KEY=slow.key, MYSIGNALS_API_SECRET=slow.secret)
    assert ended.returncode == 5 and "try again in" in ended.stderr


def test_where_nobody_answers_it_is_said_where_was_asked(typed: Callable[..., Ended]) -> None:
    ended = typed("account", "--base-url", "http://127.0.0.1:1")
    assert ended.returncode == 6 and "http://127.0.0.1:1" in ended.stderr and "--base-url" in ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("signal", "BTCUSDT", "fly"), ("signal", "BTCUSDT"), ("order", "BTCUSDT", "buy", "--leverage", "126"),
        ("order", "BTCUSDT", "buy", "--quantity", "nan"), ("order", "BTCUSDT", "buy", "--quantity", "-1"),
        ("watch",), ("nothing",), ("account", "--base-url", "ftp://x"), ("watch", "."),
        ("order", "BTCUSDT", "buy", "--idempotency-key", "a b"),
    ],
)  # fmt: skip
def test_wrong_words_end_with_2_and_send_nothing(typed: Callable[..., Ended], words: tuple[str, ...]) -> None:
    ended = typed(*words)
    assert (ended.returncode, ended.stdout) == (2, "") and ended.stderr


def test_without_a_key_it_ends_with_3(typed: Callable[..., Ended]) -> None:
    ended = typed("account", MYSIGNALS_API_KEY="", MYSIGNALS_API_SECRET="")
    assert ended.returncode == 3 and "mysignals login" in ended.stderr


def test_login_stores_what_the_next_command_uses(
    typed: Callable[..., Ended], env: dict[str, str], bot: Program
) -> None:
    nothing = {"MYSIGNALS_API_KEY": "", "MYSIGNALS_API_SECRET": ""}
    ended = typed("login", "--key", bot.key, said=f"{bot.secret}\n", **nothing)
    assert ended.returncode == 0 and "you are ann" in ended.stdout, ended.stderr
    assert bot.secret not in ended.stdout + ended.stderr
    assert stat.S_IMODE(Path(env["MYSIGNALS_CONFIG"]).stat().st_mode) == 0o600
    assert "ann" in typed("account", MYSIGNALS_BASE_URL="", **nothing).stdout


@pytest.mark.parametrize("secret", ["ms_" + "5" * 48, "nonsense"])
def test_login_stores_nothing_that_does_not_work(
    typed: Callable[..., Ended], env: dict[str, str], bot: Program, secret: str
) -> None:
    ended = typed("login", "--key", bot.key, said=f"{secret}\n")
    assert ended.returncode in (2, 4) and secret not in ended.stdout + ended.stderr
    assert not Path(env["MYSIGNALS_CONFIG"]).exists()


def test_a_key_that_may_only_trade_can_log_in(typed: Callable[..., Ended], desk: Desk) -> None:
    key = program(desk.house, desk.ann, permissions=["trade"])
    assert "may not read" in typed("login", "--key", key.key, said=f"{key.secret}\n").stdout


def test_help_names_the_exit_codes(typed: Callable[..., Ended]) -> None:
    shown: Any = typed("--help")
    assert shown.returncode == 0 and "Exit codes" in shown.stdout and "MYSIGNALS_API_KEY" in shown.stdout
