"""Bodies of /accounts."""

from __future__ import annotations

from typing import Literal

from .auth import Environment, Exchange, Label
from .values import Credential, ExactForm, Passphrase


class NewAccount(ExactForm):
    exchange: Exchange
    environment: Environment = "live"
    label: Label = ""
    api_version: Literal["", "v1", "v2"] = ""
    api_key: Credential
    api_secret: Credential
    passphrase: Passphrase = ""
