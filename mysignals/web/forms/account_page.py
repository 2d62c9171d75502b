"""What the pages of exchange accounts post. As bodies of /accounts, beside what every form of ours carries."""

from __future__ import annotations

from typing import Literal

from .auth import Environment, Exchange, Label
from .values import Credential, Form, Passphrase


class AccountKeys(Form):
    api_key: Credential
    api_secret: Credential
    passphrase: Passphrase = ""
    api_version: Literal["", "v1", "v2"] = ""


class ConnectedAccount(AccountKeys):
    exchange: Exchange
    environment: Environment = "live"
    label: Label = ""
