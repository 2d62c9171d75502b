"""Bodies of /auth."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationInfo

from mysignals.models.exchange_account import ENVIRONMENTS

from .values import Credential, Email, Form, Passphrase, Password, UserName, Wallet, fault, text

Exchange = Annotated[str, *text(2, 16)]
"""Which there are, the service knows: a setting may add some."""
Environment = Literal[ENVIRONMENTS]  # type: ignore[valid-type]
Otp = Annotated[str, *text(0, 64)]
"""A code of the second factor, with or without spaces."""
Label = Annotated[str, *text(0, 64)]


def _same_as(name: str) -> AfterValidator:
    """For a field that repeats another one, as that was sent: also where it is at fault itself."""

    def check(value: str, info: ValidationInfo) -> str:
        if value != (info.context or {}).get(name):
            raise fault(f"Must be the same as {name}.")
        return value

    return AfterValidator(check)


class NewPassword(Form):
    password: Password
    confirm_password: Annotated[str, *text(0, 128), _same_as("password")]


class Register(NewPassword):
    email: Email
    user_name: UserName
    wallet: Wallet
    referrers_code: Annotated[str, *text(0, 64)] = ""


class Login(Form):
    user_name_or_mail: Annotated[str, *text(1, 254)]
    password: Annotated[str, *text(1, 128)]
    otp: Otp = ""


class OwnPassword(Form):
    password: Annotated[str, *text(1, 128)]


class OtpCode(Form):
    otp: Annotated[str, *text(1, 64)]


class PasswordAndOtp(OwnPassword, OtpCode):
    pass


class Leaving(OwnPassword):
    otp: Otp = ""


class ChangePassword(OwnPassword):
    new_password: Password
    confirm_password: Annotated[str, *text(0, 128), _same_as("new_password")]


class OwnMail(Form):
    email: Email


class UpdateKeys(Form):
    api_key: Credential
    api_secret: Credential
    passphrase: Passphrase = ""
    exchange: Exchange = "binance"
    environment: Environment = "live"
    label: Label | None = None
    api_version: Literal["", "v1", "v2"] = ""
