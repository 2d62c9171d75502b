"""The demo data of a first start: who is there, and that one can be them."""

from __future__ import annotations

import json
import stat
import urllib.request

from tests.support.house import RunningHouse


def test_demo_json_is_for_its_owner_only(house: RunningHouse):
    assert stat.S_IMODE((house.instance / "demo.json").stat().st_mode) == 0o600


def test_demo_json_names_a_registrar_two_providers_and_twenty_followers_with_paper_accounts(house: RunningHouse):
    told = _told(house)
    assert told["base_url"] == house.url
    assert told["registrar"]["user_name"] == "registrar"
    assert len(told["providers"]) == 2
    accounts = [account for follower in told["followers"] for account in follower["accounts"]]
    assert len(accounts) == 20
    assert {(account["exchange"], account["environment"]) for account in accounts} == {("binance", "paper")}


def test_the_control_token_in_demo_json_opens_the_simulator(house: RunningHouse):
    told = _told(house)
    wanted = urllib.request.Request(
        f"{told['simulator_url']}/_control/requests?venue=binance", headers={"X-Control-Token": told["control_token"]}
    )
    with urllib.request.urlopen(wanted, timeout=5) as answer:
        assert answer.status == 200


def _told(house: RunningHouse) -> dict:
    return json.loads((house.instance / "demo.json").read_text())
