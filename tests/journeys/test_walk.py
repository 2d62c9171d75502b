"""A new user walks the session API from its first page to its last, in the order of its own description.

Over HTTP with a cookie, on a whole running instance, with mails, payments on a real EVM and orders at the simulated
exchange. Each answer has the fields of the description and no others are needed to go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from tests.journeys.instance import Instance, temporary_instance
from tests.support.live_chain import CHAIN_ID, LiveChain, live_chain
from tests.support.waiting import wait_until

PASSWORD, ANOTHER = "correct horse battery", "another horse battery"
SPOT = {
    "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "price": "49500", "tp1": "51000", "tp2": "", "tp3": "",
    "sl": "49000", "short_text": "sample short message from provider",
}  # fmt: skip
FUTURES = SPOT | {"side": "SELL", "price": "50500", "sl": "51500", "tp1": "50000", "leverage": "3"}
SIGNAL = {"id", "signal", "short_text", "status", "is_spot", "provider", "provider_wallet", "date_created"}
SUMMARY = (SIGNAL - {"status"}) | {"provider_rating"}
PERSON = {"id", "email", "user_name", "roles", "is_active", "wallet", "has_api_keys", "date_created"}
ORDER = {"symbol", "side", "quantity", "price", "timeInForce", "type", "tp", "sl", "newClientOrderId"}


@dataclass
class World:
    instance: Instance
    chain: LiveChain


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with live_chain() as chain:
        paid_through = {
            "CHAIN_RPC_URL": chain.url, "CHAIN_ID": str(CHAIN_ID), "PAYMENT_CONTRACT": chain.contract.address,
        }  # fmt: skip
        with temporary_instance(**paid_through) as instance:
            yield World(instance, chain)


class Browser:
    """Speaks JSON and keeps its cookie; `answer` fails on another status than it is told to expect."""

    def __init__(self, instance: Instance) -> None:
        self._url, self._http = instance.url, requests.Session()
        self._http.trust_env = False

    def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        answer = self._http.request(method, self._url + path, json=body, timeout=40)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json()
        assert found["status"] is (status < 400)
        return found

    def get(self, path: str, status: int = 200) -> dict[str, Any]:
        return self.ask("GET", path, status=status)

    def post(self, path: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        return self.ask("POST", path, body or {}, status)

    def page(self, path: str) -> requests.Response:
        return self._http.get(self._url + path, headers={"Accept": "text/html"}, timeout=40)

    def log_in(self, name: str, password: str = PASSWORD, status: int = 200) -> dict[str, Any]:
        return self.post("/auth/login", {"user_name_or_mail": name, "password": password}, status)


def test_the_session_api_from_top_to_bottom(world: World) -> None:
    walk = Walk(world)
    walk.joins()
    walk.looks_at_themselves()
    walk.becomes_a_provider()
    walk.posts_signals()
    walk.another_buys()
    walk.trades_and_cancels()
    walk.rates_and_lists()
    walk.registrar_has_the_last_word()


class Walk:
    """One after the other, each building on the ones before."""

    def __init__(self, world: World) -> None:
        self.world, self.instance, self.chain = world, world.instance, world.chain
        self.nora, self.boss, self.bert = (Browser(world.instance) for _ in range(3))
        self.spot_id = self.futures_id = self.bert_id = 0

    def joins(self) -> None:
        self._registered(self.boss, "boss", self.chain.stranger)
        self.instance.make_registrar("boss@example.com")
        self.boss.log_in("boss")
        wish = self._wish("nora", self.chain.provider)
        answer = self.nora.post("/auth/register", wish, 201)
        assert answer == {"message": "Success", "user_name": "nora", "email": "nora@example.com", "status": True}
        self.nora.post("/auth/register", wish, 409)
        assert self.nora.log_in("nora")["is_active"] is False
        page = self.nora.page(self._link("activate", "nora"))
        assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
        assert self.nora.page(self._link("activate", "nora")).status_code == 403
        answer = self.nora.log_in("nora@example.com")
        assert {"message", "id", "has_api_keys", "user_name", "referral_code", "is_active", "permission"} <= set(answer)
        assert (answer["is_active"], answer["permission"], answer["has_api_keys"]) == (True, "User", False)
        sentence = "Reset password token will be sent to nora@example.com if they exist"
        assert self.nora.post("/auth/reset_password", {"email": "nora@example.com"})["message"] == sentence
        link = self._link("reset", "nora")
        changed = {"password": ANOTHER, "confirm_password": ANOTHER}
        assert self.nora.post(link, changed)["message"] == "Password changed"
        self.nora.post(link, changed, 403)
        self.nora.get("/auth/@me", 401)
        self.nora.log_in("nora", status=401)
        self.nora.log_in("nora", ANOTHER)
        assert self.nora.post("/auth/logout")["message"] == "Success"
        self.nora.get("/auth/@me", 401)
        self.nora.log_in("nora", ANOTHER)

    def looks_at_themselves(self) -> None:
        me = self.nora.get("/auth/@me")
        assert {
            "message", "id", "has_api_keys", "email", "referral_code", "referrals", "referrers_wallet", "wallet",
            "unread_notifications", "user_name", "is_active", "roles", "created_on",
        } <= set(me)  # fmt: skip
        assert (me["wallet"], me["roles"], me["referrals"]) == (self.chain.provider, ["User"], 0)
        assert parsedate_to_datetime(me["created_on"])
        listed = self.nora.get("/auth/notifications?page=1")
        assert {"message", "notifications", "pages", "total"} <= set(listed)
        assert self.nora.get("/auth/notifications/count")["unread_notifications"] == 0
        assert self._keys(self.nora)["user_name"] == "nora"
        told = wait_until(lambda: self._unread(self.nora), 20, "what the check of the key found")
        news = told[0]
        assert {"date_created", "id", "message", "user"} <= set(news) and news["user"] == "nora"
        assert self.nora.get("/auth/notifications/count")["unread_notifications"] == 0

    def becomes_a_provider(self) -> None:
        self.nora.get("/provider/signals", 403)
        wish = {
            "wallet": self.chain.provider, "experience": "Ten years of futures.",
            "socials_and_additional": "https://example.com/nora",
        }  # fmt: skip
        assert self.nora.post("/apply/provider", wish) == {"message": "success", "status": True}
        self.nora.post("/apply/provider", wish, 409)
        (open_one,) = self.boss.get("/registrar/applications?state=open")["applications"]
        self.boss.post(f"/registrar/applications/{open_one['id']}/approve")
        assert self.nora.log_in("nora", ANOTHER)["permission"] == ["User", "Provider"]

    def posts_signals(self) -> None:
        for market in ("spot", "futures"):
            pairs = self.nora.get(f"/provider/{market}/pairs")
            assert "BTCUSDT" in pairs["pairs"] and pairs["message"] == "success"
        spot = self.nora.post("/provider/spot/new", SPOT)["signal"]
        assert set(spot) >= SIGNAL and spot["signal"]["stops"] == {"sl": 49000, "tp": 51000}
        assert (spot["is_spot"], spot["status"], spot["provider"]) == (True, True, "nora")
        futures = self.nora.post("/provider/futures/new", FUTURES)["signal"]
        assert futures["signal"]["leverage"] == 3 and futures["is_spot"] is False
        refused = self.nora.post("/provider/spot/new", SPOT | {"sl": "52000", "price": "nothing"}, 422)
        assert set(refused["fields"]) >= {"price"}
        for call in ("delete", "deactivate"):
            passing = self.nora.post("/provider/spot/new", SPOT)["signal"]["id"]
            answer = self.nora.post(f"/provider/{call}/{passing}")
            assert answer == {"message": "success", "signal_id": passing, "status": True}
        listed = self.nora.get("/provider/signals")
        assert {"message", "provider_rating", "signals", "total", "pages"} <= set(listed)
        assert [(item["id"], item["status"]) for item in listed["signals"]][1:] == [
            (futures["id"], True), (spot["id"], True),
        ]  # fmt: skip
        assert listed["signals"][0]["status"] is False
        answer = self.nora.post("/provider/update_wallet", {"wallet": self.chain.provider.lower()})
        assert answer["message"] == "wallet changed"
        self.spot_id, self.futures_id = spot["id"], futures["id"]

    def another_buys(self) -> None:
        code = self.nora.get("/auth/@me")["referral_code"]
        self._registered(self.bert, "bert", self.chain.buyer, referrers_code=code)
        self.bert_id = int(self.bert.log_in("bert")["id"])
        assert self.bert.get("/auth/@me")["referrers_wallet"] == self.chain.provider
        assert self.nora.get("/auth/@me")["referrals"] == 1
        listed = self.bert.get("/")
        assert (listed["total"], listed["pages"]) == (2, 1)
        for item in listed["signals"]:
            assert set(item) == SUMMARY and set(item["signal"]) == {"symbol", "side", "quantity"}
            assert item["short_text"] is None and item["signal"]["quantity"] == ""
        self.bert.post(f"/spot/trade/{self.spot_id}", {"tp": "51000", "quoteQty": "100"}, 404)
        self.bert.post(f"/signal/rate/{self.spot_id}", {"rate": 5}, 404)
        asked = self.bert.get(f"/signal/{self.spot_id}", 403)
        assert self.chain.contract.address in asked["message"]
        for number in (self.spot_id, self.futures_id):
            self._bought(number)
        news = [item["message"] for item in self._notifications(self.nora)]
        assert len([message for message in news if "bought" in message]) >= 2

    def trades_and_cancels(self) -> None:
        self._keys(self.bert)
        wait_until(lambda: self._unread(self.bert), 20, "what the check of the key found")
        self.bert.post(f"/futures/trade/{self.spot_id}", {"tp": "51000", "quoteQty": "100"}, 403)
        refused = self.bert.post(f"/spot/trade/{self.spot_id}", {"tp": "51001", "quoteQty": "100"}, 422)
        assert list(refused["fields"]) == ["tp"]
        spot = self.bert.post(f"/spot/trade/{self.spot_id}", {"tp": "51000", "quoteQty": "100"})
        assert spot["message"] == "success" and set(spot["signal"]) >= ORDER
        assert (spot["signal"]["quantity"], spot["signal"]["timeInForce"]) == (0.00202, "GTC")
        futures = self.bert.post(f"/futures/trade/{self.futures_id}", {"tp": "50000", "quoteQty": "100"})
        assert set(futures["signal"]) >= ORDER | {"leverage"} and futures["signal"]["leverage"] == 3
        for trade in (spot, futures):
            assert self._at_the_exchange(trade["signal"]["newClientOrderId"])
        self.bert.post(f"/spot/trade/{self.spot_id}", {"tp": "51000", "quoteQty": "100"}, 409)
        mine = self.bert.get("/mytrades")
        assert (mine["total"], mine["pages"]) == (2, 1)
        for item in mine["mytrades"]:
            assert set(item) >= SIGNAL | {"user_rating"} and item["user_rating"] == 0
        for number in (self.spot_id, self.futures_id):
            answer = self.bert.post(f"/mytrades/cancel/{number}")
            assert (answer["message"], answer["signal_id"]) == ("Successfully Cancelled Signal!", number)
            self.bert.post(f"/mytrades/cancel/{number}", status=409)

    def rates_and_lists(self) -> None:
        assert self.bert.post(f"/signal/rate/{self.spot_id}", {"rate": 3}) == {
            "message": "success", "rating": 3, "status": True,
        }  # fmt: skip
        self.bert.post(f"/signal/rate/{self.spot_id}", {"rate": 4})
        self.bert.post(f"/signal/rate/{self.futures_id}", {"rate": 5})
        self.bert.post(f"/signal/rate/{self.futures_id}", {"rate": 6}, 422)
        assert self.nora.get("/provider/signals")["provider_rating"] == 4.5
        assert {item["provider_rating"] for item in self.bert.get("/")["signals"]} == {4.5}
        assert [item["user_rating"] for item in self.bert.get("/mytrades")["mytrades"]] in ([5, 4], [4, 5])
        self.nora.post(f"/provider/delete/{self.spot_id}", status=409)

    def registrar_has_the_last_word(self) -> None:
        for role in ("provider", "registrar"):
            answer = self.boss.post(f"/registrar/{role}/new", {"email": "bert@example.com"})
            assert answer == {"message": "success", role: "bert@example.com", "status": True}
        answer = self.boss.post("/registrar/drop_role", {"email": "bert@example.com"})
        assert answer == {"message": "success", "registrar": "bert@example.com", "status": True}
        self.boss.post("/registrar/drop_role", {"email": "boss@example.com"}, 403)
        for path, name, people in (
            ("role/providers", "providers", ["nora"]), ("role/registrars", "registrars", ["boss"]),
            ("role/users", "users", ["bert"]), ("get/users", "users", ["boss", "nora", "bert"]),
        ):  # fmt: skip
            listed = self.boss.get(f"/registrar/{path}?page=1")
            assert [person["user_name"] for person in listed[name]] == people
            assert all(set(person) == PERSON for person in listed[name])
            assert (listed["total"], listed["pages"]) == (len(people), 1)
        self.nora.get("/registrar/get/users", 403)

    def _registered(self, browser: Browser, name: str, wallet: str, **changed: str) -> None:
        browser.post("/auth/register", self._wish(name, wallet) | changed, 201)
        assert browser.page(self._link("activate", name)).status_code == 200

    def _wish(self, name: str, wallet: str) -> dict[str, str]:
        return {
            "email": f"{name}@example.com", "user_name": name, "password": PASSWORD, "confirm_password": PASSWORD,
            "referrers_code": "", "wallet": wallet,
        }  # fmt: skip

    def _link(self, kind: str, name: str) -> str:
        """The path in the newest mail of that kind to somebody."""

        def found() -> str | None:
            for path in sorted((self.instance.folder / "outbox").glob(f"[0-9]*-{kind}.eml"), reverse=True):
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                body = mail.get_body(("plain",))
                if mail["To"] == f"{name}@example.com" and body is not None:
                    link = re.search(r"/auth/\w+/[\w.-]+", body.get_content())
                    return link and link[0]
            return None

        path = wait_until(found, 20, f"the mail {kind} to {name}")
        assert isinstance(path, str)
        return path

    def _keys(self, browser: Browser) -> dict[str, Any]:
        balances = {"USDT": "10000", "BTC": "1"}
        (key,) = self.instance.exchange.open_accounts([{"venue": "binance", "balances": balances}])
        sent = {"api_key": key["api_key"], "api_secret": key["secret"], "environment": "paper"}
        answer = browser.post("/auth/update_keys", sent)
        assert {"message", "id", "has_api_keys", "user_name", "is_active"} <= set(answer)
        assert answer["has_api_keys"] is True
        return answer

    def _bought(self, number: int) -> None:
        tx_hash = self.chain.pay(number, str(self.bert_id), provider=self.chain.provider, referrer=self.chain.provider)
        waiting = self.bert.ask("POST", f"/signal/{number}?tx_hash={tx_hash}", status=202)
        assert waiting["state"] == "confirming"
        self.chain.mine(2)
        whole = self.bert.get(f"/signal/{number}?tx_hash={tx_hash}")["signal"]
        assert set(whole) == SIGNAL and whole["signal"]["price"] in (49500, 50500)

    def _notifications(self, browser: Browser) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = browser.get("/auth/notifications")["notifications"]
        return items

    def _unread(self, browser: Browser) -> list[dict[str, Any]]:
        if not browser.get("/auth/notifications/count")["unread_notifications"]:
            return []
        ready = browser.get("/accounts")["accounts"][0]["status"] == "ready"
        return self._notifications(browser) if ready else []

    def _at_the_exchange(self, client_id: str) -> bool:
        return any(row["client_id"] == client_id for row in self.instance.exchange.ledger())
