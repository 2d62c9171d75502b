"""What an exchange cannot do: a reason to skip, a smaller leverage, a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle, shortcomings
from mysignals.domain.market import EntryType
from mysignals.domain.plan import Plan, Skip, SkipReason, make_plan
from tests.domain.values import choices, rules, sized, terms

MARKET = terms(entry_type=EntryType.MARKET)
TRADES = Abilities(
    client_ids=False, exits=ExitStyle.WITHIN_TRADE, leverages=(2, 5, 10), tells_balances=False, tells_prices=False,
    limit_entries=False,
)  # fmt: skip


def planned(abilities: Abilities = TRADES, wanted: object = MARKET, **changes: object) -> Plan | Skip:
    made = choices(**({"sizing": sized("quote", 1000)} | changes))
    return make_plan(wanted, made, rules(step=Decimal("0.01")), None, abilities)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("abilities", "wanted", "changes", "word"),
    [
        (TRADES, terms(entry_type=EntryType.LIMIT), {}, "at the market only"),
        (TRADES, MARKET, {"sizing": sized("percent", 5), "available": Decimal(1000)}, "no balance"),
        (TRADES, terms(entry_type=EntryType.MARKET, leverage=1), {}, "leverage 2, 5, 10 only"),
        (TRADES, MARKET, {"max_leverage": 1}, "leverage 2, 5, 10 only"),
    ],
)
def test_what_an_exchange_cannot_do_is_skipped_with_that_reason(
    abilities: Abilities, wanted: object, changes: dict[str, object], word: str
) -> None:
    skip = planned(abilities, wanted, **changes)
    assert isinstance(skip, Skip) and skip.reason is SkipReason.NOT_OFFERED and word in skip.sentence


@pytest.mark.parametrize(("limit", "taken"), [(20, 10), (9, 5), (5, 5), (4, 2)])
def test_the_largest_leverage_on_offer_within_all_limits_is_taken(limit: int, taken: int) -> None:
    plan = planned(max_leverage=limit)
    assert isinstance(plan, Plan) and plan.leverage == taken


def test_a_trade_takes_the_nearest_target_of_a_ladder() -> None:
    plan = planned(targets="ladder")
    assert isinstance(plan, Plan)
    assert [(exit_.price, exit_.quantity) for exit_ in plan.exits] == [(Decimal(51000), plan.quantity)]


def test_every_shortcoming_is_one_sentence_and_an_able_exchange_has_none() -> None:
    assert shortcomings(Abilities(tells_permissions=True)) == ()
    told = shortcomings(TRADES)
    assert len(told) == 7 and all(sentence.endswith(".") for sentence in told)
    assert "2, 5 or 10" in " ".join(told)
