"""One person at the public HTTP API, with a session of their own."""

from __future__ import annotations

from typing import Any

import requests

from tests.journeys.instance import Instance

PASSWORD = "correct horse battery"
WALLET = "0x" + "2" * 40


class Refused(Exception):
    """The API answered no."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status} {body}")
        self.status = status


class Person:
    """Registered, activated and logged in by `join`; `get` and `post` speak JSON."""

    def __init__(self, instance: Instance, name: str) -> None:
        self._instance = instance
        self.name, self.email = name, f"{name}@example.com"
        self._session = requests.Session()
        self._session.trust_env = False

    @classmethod
    def join(cls, instance: Instance, name: str) -> Person:
        """The way of everybody: register, follow the link in the mail, log in."""
        person = cls(instance, name)
        person.post(
            "/auth/register",
            email=person.email,
            user_name=name,
            password=PASSWORD,
            confirm_password=PASSWORD,
            referrers_code="",
            wallet=WALLET,
        )
        person.ask("GET", instance.outbox.activation_path(person.email))
        person.log_in()
        return person

    def log_in(self) -> None:
        self.post("/auth/login", user_name_or_mail=self.name, password=PASSWORD)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self._json(self.ask("GET", path, params=query))

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        return self._json(self.ask("POST", path, json=body))

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """Raises Refused when the answer is no success."""
        answer = self._session.request(method, self._instance.url + path, timeout=30, **more)
        if not answer.ok:
            raise Refused(answer.status_code, f"{method} {path}: {answer.text}")
        return answer

    def leave(self) -> None:
        self._session.close()

    @staticmethod
    def _json(answer: requests.Response) -> dict[str, Any]:
        found: dict[str, Any] = answer.json()
        return found
