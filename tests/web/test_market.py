"""`/` and `/providers`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.support.served import WALLET, House


def test_the_summary_hides_what_is_for_sale(house: House) -> None:
    signal = house.signal(house.user("paul", role="Provider"))
    answer = house.client(house.user()).get("/")
    shown = answer.json["signals"][0]
    assert shown.pop("date_created").endswith("GMT")
    assert shown == {
        "id": signal.id, "signal": {"symbol": "BNBUSDT", "side": "BUY", "quantity": ""}, "is_spot": True,
        "short_text": None, "provider": "paul", "provider_wallet": WALLET, "provider_rating": 0.0,
    }  # fmt: skip
    assert "336.1" not in answer.text and "secret" not in answer.text


def test_the_summary_lists_active_signals_in_pages(house: House) -> None:
    provider = house.user(role="Provider")
    for number in range(22):
        house.signal(provider, is_active=number > 0)
    client = house.client(provider)
    first, second, past = (client.get(f"/?page={page}").json for page in (1, 2, 999_999_999_999_999))
    assert (first["total"], first["pages"]) == (21, 2)
    assert [len(page["signals"]) for page in (first, second, past)] == [20, 1, 0]


def test_a_browser_gets_a_page_that_hides_as_much(house: House) -> None:
    house.signal(house.user(role="Provider"))
    answer = house.anonymous().get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == 200 and answer.mimetype == "text/html"
    assert "BNBUSDT" in answer.text and "336.1" not in answer.text


def test_providers_are_listed_with_their_followers_and_signals(house: House) -> None:
    paul, ann = house.user("paul", role="Provider"), house.user()
    for account in (house.account(ann), house.account(ann)):
        house.following(ann, paul, account)
    house.signal(paul)
    house.signal(paul, is_active=False)
    assert house.client(ann).get("/providers").json["providers"] == [
        {"user_name": "paul", "wallet": WALLET, "rating": 0.0, "followers": 1, "signals": 2, "active_signals": 1}
    ]


def test_followers_are_people_counted_as_they_come_and_go(house: House) -> None:
    paul, ann = house.user("paul", role="Provider"), house.user()
    accounts = [house.account(ann) for _ in range(2)]
    first = house.following(ann, paul, accounts[0])
    house.following(ann, paul, accounts[1])
    assert house.fresh(paul).followers == 1
    client = house.client(ann)
    assert client.delete(f"/following/{first.id}").status_code == 200
    assert house.fresh(paul).followers == 1
    # The following goes with its account.
    assert client.delete(f"/accounts/{accounts[1].id}").status_code == 200
    assert house.fresh(paul).followers == 0


def test_two_who_follow_at_the_same_moment_are_two(house: House) -> None:
    paul, people = house.user("paul", role="Provider"), [house.user() for _ in range(8)]
    wishes = [
        (
            house.client(one),
            {"provider": "paul", "account_id": house.account(one).id, "sizing": {"mode": "quote", "value": 5}},
        )
        for one in people
    ]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda wish: wish[0].post("/following", json=wish[1]).status_code, wishes))
    assert answers == [201] * 8 and house.fresh(paul).followers == 8


def test_the_most_followed_come_first(house: House) -> None:
    few, many = house.user("few", role="Provider"), house.user("many", role="Provider")
    for _ in range(2):
        one = house.user()
        house.following(one, many, house.account(one))
    house.following(one, few, house.account(one))
    listed = house.client(one).get("/providers").json["providers"]
    assert [(found["user_name"], found["followers"]) for found in listed] == [("many", 2), ("few", 1)]
