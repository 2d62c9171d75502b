"""The mails of an instance without a mail server: files in a folder, each read once."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

from tests.support.waiting import wait_until


class Outbox:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._links: dict[Path, tuple[str, str]] = {}

    def activation_path(self, email: str) -> str:
        """The path of the link in the mail that `email` gets; waits for a worker to send it."""
        return wait_until(lambda: self._path_for(email), 20, f"the activation mail of {email}")

    def _path_for(self, email: str) -> str | None:
        for path in set(self._folder.glob("[0-9]*-activate.eml")) - set(self._links):
            self._links[path] = _read(path)
        return next((link for receiver, link in self._links.copy().values() if receiver == email), None)


def _read(path: Path) -> tuple[str, str]:
    """Receiver and path of the link."""
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"/auth/activate/\S+", body.get_content())
    assert found is not None
    return str(mail["To"]), found[0]
