"""Other exchanges are off unless a setting names them, and a start that cannot offer them says why."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import ccxt
import pytest

from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason
from mysignals.domain.reasons import DISPLAY_NAMES, cause
from mysignals.exchanges import others, registry
from mysignals.exchanges.ccxt_adapter import __main__ as storing
from mysignals.other_exchanges import offer_other_exchanges
from mysignals.settings import Settings, SettingsError
from tests.support.environment import environment_for_tests
from tests.support.house import ROOT

from .asking import MARKETS

GIVEN = environment_for_tests("postgresql://user@host/database", "redis://host/0")


@pytest.fixture
def clean() -> Iterator[None]:
    """Everything as it was."""
    exchanges, names = dict(registry.EXCHANGES), dict(DISPLAY_NAMES)
    yield
    for table, before in ((registry.EXCHANGES, exchanges), (DISPLAY_NAMES, names)):
        for name in set(table) - set(before):
            del table[name]  # type: ignore[attr-defined]


def test_nothing_is_switched_on_unless_somebody_says_so() -> None:
    assert Settings.from_environment(GIVEN).ccxt_exchanges == ()
    assert not {"okx", "bybit"} & set(registry.NAMES)


@pytest.mark.parametrize("given", ["okx,bybit", " OKX , bybit,", "okx,bybit,okx"])
def test_a_setting_names_them(given: str) -> None:
    assert Settings.from_environment(GIVEN | {"CCXT_EXCHANGES": given}).ccxt_exchanges == ("okx", "bybit")


@pytest.mark.parametrize("given", ["okx bybit", "okx;bybit", "../okx"])
def test_what_is_no_name_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match=r"^CCXT_EXCHANGES is "):
        Settings.from_environment(GIVEN | {"CCXT_EXCHANGES": given})


def test_they_stand_in_the_registry_like_our_own(clean: None) -> None:
    for _ in range(2):
        others.add(("okx", "bybit"), MARKETS)
    assert {"okx", "bybit"} <= set(registry.NAMES)
    assert registry.markets_of("okx") == (Market.SPOT, Market.FUTURES)
    assert registry.dialect_for("okx", Market.FUTURES).name == "okx"
    assert registry.needs_passphrase("okx")
    assert [rule.symbol for rule in registry.known_rules("bybit", Market.FUTURES)] == ["BTCUSDT"]
    assert registry.base_url("bybit", Market.SPOT, "live", "") == "https://api.bybit.com"
    assert cause(Reason.AUTH, "okx").startswith("OKX ")


def test_an_exchange_of_our_own_is_not_spoken_to_twice(clean: None) -> None:
    with pytest.raises(others.NotOffered, match="binance is spoken to without ccxt"):
        others.add(("binance",), MARKETS)


def test_without_stored_symbols_the_start_says_how_to_get_them(clean: None, tmp_path: Path) -> None:
    with pytest.raises(others.NotOffered, match=r"python -m mysignals\.exchanges\.ccxt_adapter okx"):
        others.add(("okx",), tmp_path)


def test_without_ccxt_the_start_says_what_to_install(clean: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ccxt", None)
    with pytest.raises(others.NotOffered, match=r"pip install --no-deps -r requirements-ccxt\.txt"):
        others.add(("okx",), MARKETS)


def test_a_start_that_cannot_offer_them_says_so_as_of_any_setting(clean: None, tmp_path: Path) -> None:
    given = GIVEN | {"CCXT_EXCHANGES": "okx", "MYSIGNALS_INSTANCE": str(tmp_path)}
    with pytest.raises(SettingsError, match=r"^CCXT_EXCHANGES is 'okx', but the symbols of okx cannot be read"):
        offer_other_exchanges(Settings.from_environment(given))


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_a_worker_ends_with_the_sentence_and_beat_needs_none_of_it(role: str, tmp_path: Path) -> None:
    given = GIVEN | {"CCXT_EXCHANGES": "okx", "MYSIGNALS_INSTANCE": str(tmp_path), "PATH": os.environ["PATH"]}
    start = f"import sys; sys.argv.append({role!r}); import celery_app"
    ended = subprocess.run(
        [sys.executable, "-c", start], cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False
    )
    said = [line for line in ended.stderr.splitlines() if line.startswith("mysignals: CCXT_EXCHANGES is 'okx', but")]
    assert (ended.returncode, len(said)) == ((1, 1) if role == "worker" else (0, 0)), ended.stderr


def test_the_command_that_stores_symbols_wants_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert storing.main([]) == 2
    assert storing.main(["mtgox2"]) == 1
    assert "mtgox2" in capsys.readouterr().err


INSTRUMENTS = {
    "SPOT": {
        "instId": "BTC-USDT", "instType": "SPOT", "baseCcy": "BTC", "quoteCcy": "USDT", "lotSz": "0.00000001",
        "minSz": "0.00001", "tickSz": "0.1", "maxLmtSz": "9999999999", "lever": "10", "state": "live", "uly": "",
    },
    "SWAP": {
        "instId": "BTC-USDT-SWAP", "instType": "SWAP", "baseCcy": "", "quoteCcy": "", "settleCcy": "USDT",
        "ctType": "linear", "ctVal": "0.01", "ctValCcy": "BTC", "ctMult": "1", "lotSz": "0.01", "minSz": "0.01",
        "tickSz": "0.1", "maxLmtSz": "100000000", "lever": "100", "state": "live", "uly": "BTC-USDT",
    },
}  # fmt: skip


class ListingOkx(ccxt.okx):
    """OKX on another wire: tells what it lists, one kind an answer."""

    def fetch(self, url: str, *_: object, **__: object) -> dict[str, object]:
        kind = parse_qs(urlsplit(url).query)["instType"][0]
        return {"code": "0", "msg": "", "data": [INSTRUMENTS[kind]] if kind in INSTRUMENTS else []}


class ShutOkx(ccxt.okx):
    def fetch(self, *_: object, **__: object) -> None:
        raise ccxt.ExchangeNotAvailable("closed")


def test_what_an_exchange_lists_is_stored_where_the_next_start_looks(
    clean: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYSIGNALS_INSTANCE", str(tmp_path))
    assert storing.main(["okx"], lambda _: ListingOkx) == 0
    given = GIVEN | {"CCXT_EXCHANGES": "okx", "MYSIGNALS_INSTANCE": str(tmp_path)}
    offer_other_exchanges(Settings.from_environment(given))
    assert [rule.symbol for rule in registry.known_rules("okx", Market.FUTURES)] == ["BTCUSDT"]


def test_an_exchange_that_does_not_answer_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MYSIGNALS_INSTANCE", str(tmp_path))
    assert storing.main(["okx"], lambda _: ShutOkx) == 1
    assert "did not tell what it lists" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_installed_for_it_is_what_is_tested() -> None:
    optional = (ROOT / "requirements-ccxt.txt").read_text().splitlines()
    tested = "\n".join((ROOT / name).read_text() for name in ("requirements-oracle.txt", "requirements-dev.txt"))
    pins = [line for line in optional if "==" in line]
    assert pins
    assert [pin for pin in pins if pin not in tested.splitlines()] == []
