"""The JavaScript SDK reads accounts and positions of the real API, and knows each refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from mysignals.domain.market import Side
from mysignals.services import api_keys
from tests.public_v1.program import Program, program
from tests.public_v1.test_figures import opened
from tests.sdk_js.api_process import ApiProcess
from tests.sdk_js.conftest import pair, run_node
from tests.trading.conftest import FUTURES, SPOT, Desk

NODE = ("--test", "--test-timeout=30000")


def test_figures_arrive_digit_by_digit(built: Path, api: ApiProcess, desk: Desk, bot: Program) -> None:
    opened(desk, desk.account(FUTURES), Side.BUY, "0.02")
    unready = desk.house.user("ben")
    desk.account(SPOT, unready)
    desk.account(SPOT, unready, status="refused", status_reason="The key is wrong.")
    keys = {"bot": pair(bot), "unready": pair(program(desk.house, unready))}
    run_node(built, *NODE, "test/reading.test.js", given={"url": api.url, "keys": keys})


def test_each_refusal_is_an_error_of_its_own(built: Path, api: ApiProcess, desk: Desk, bot: Program) -> None:
    unlucky = desk.house.user("eve")
    desk.account("bitget", unlucky)
    desk.simulator.fault("bitget", "maintenance")
    keys = refused_keys(desk) | {"bot": pair(bot), "unlucky": pair(program(desk.house, unlucky))}
    with ApiProcess(desk.floor.env | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}) as away:
        given = {"url": api.url, "away": away.url, "keys": keys}
        run_node(built, *NODE, "test/refusals.test.js", given=given)


def refused_keys(desk: Desk) -> dict[str, list[str]]:
    """By what is wrong with them."""
    house, ann = desk.house, desk.ann
    free = house.user("fred", plan="free", plan_until=datetime(2020, 1, 1, tzinfo=UTC))
    revoked = program(house, ann)
    with house.app.app_context():
        api_keys.revoke(ann, revoked.key_id)
    return {
        "revoked": pair(revoked),
        "elsewhere": pair(program(house, ann, addresses=["203.0.113.7"])),
        "trading": pair(program(house, ann, permissions=["trade"])),
        "slow": pair(program(house, house.user("fay"), rate_limit=10)),
        "free": pair(program(house, free)),
    }
