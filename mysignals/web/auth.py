"""/auth: joining, logging in, one's own profile, notifications and keys (CONTRACT section 1)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from mysignals.models import Device, Notification, User
from mysignals.services import accounts, devices, joining, logins, notices, people
from mysignals.services.errors import NotAllowed

from . import device_cookie, parsing
from .forms.auth import ChangePassword, Login, NewPassword, OwnMail, Register, UpdateKeys
from .guards import active, member, signed_in
from .identity import begin_session, end_session
from .limits import credentials, told_by_mail
from .rendering import http_date, success

auth = Blueprint("auth", __name__, url_prefix="/auth")


@auth.post("/register")
@credentials
def register() -> tuple[Response, int]:
    form = parsing.body(Register)
    user = joining.register(joining.Registration(**form.model_dump(exclude={"confirm_password"})))
    return success("Success", user_name=user.user_name, email=user.email), 201


@auth.post("/login")
@credentials
def login() -> Response:
    form = parsing.body(Login)
    attempt = logins.Attempt(form.user_name_or_mail, form.password, form.otp, device_cookie.browser())
    found = logins.log_in(attempt)
    user = found.user
    begin_session(user, found.epoch, found.device_token)
    permission = user.roles if len(user.roles) > 1 else user.role
    answer = success("Success", **_holder(user), referral_code=user.referral_code, permission=permission)
    device_cookie.keep(answer, found.device_token)
    return answer


@auth.post("/logout")
@signed_in
def logout() -> Response:
    end_session()
    return success("Success")


@auth.get("/@me")
@signed_in
def me() -> Response:
    user = member()
    profile = people.profile(user)
    return success(
        "Success",
        id=str(user.id),
        has_api_keys=profile.has_api_keys,
        email=user.email,
        referral_code=user.referral_code,
        referrals=profile.referrals,
        referrers_wallet=profile.referrers_wallet,
        wallet=user.wallet,
        unread_notifications=profile.unread_notifications,
        user_name=user.user_name,
        is_active=user.is_activated,
        roles=user.roles,
        second_factor=user.otp_since is not None,
        plan=user.plan,
        plan_until=http_date(user.plan_until),
        created_on=http_date(user.created_at),
    )


@auth.get("/notifications")
@signed_in
def notifications() -> Response:
    name = member().user_name
    found = notices.read_page(member(), parsing.page())
    shown = [_notification(item, name) for item in found.items]
    return success(notifications=shown, total=found.total, pages=found.pages)


@auth.get("/notifications/count")
@signed_in
def count_notifications() -> Response:
    return success(unread_notifications=notices.unread(member()))


@auth.post("/update_keys")
@active
@told_by_mail
def update_keys() -> Response:
    form = parsing.body(UpdateKeys)
    accounts.replace_keys(member(), accounts.Keys(**form.model_dump()))
    return success(**_holder(member()))


@auth.post("/reset_password")
@credentials
def ask_for_reset() -> Response:
    email = parsing.body(OwnMail).email
    people.ask_for_reset(email)
    return success(f"Reset password token will be sent to {email} if they exist")


@auth.post("/reset_password/<token>")
@credentials
def reset_password(token: str) -> Response:
    form = parsing.body(NewPassword)
    if not people.reset_password(token, form.password):
        raise NotAllowed("This link was used already or is too old; ask for a new mail.")
    return success("Password changed")


@auth.post("/change_password")
@signed_in
@credentials
def change_password() -> Response:
    form = parsing.body(ChangePassword)
    begin_session(member(), people.change_password(member(), form.password, form.new_password))
    return success("Password changed")


@auth.get("/devices")
@signed_in
def list_devices() -> Response:
    token = device_cookie.browser().token
    return success(devices=[_device(device, token) for device in devices.listed(member())])


def _holder(user: User) -> dict[str, Any]:
    return {
        "id": str(user.id),
        "has_api_keys": people.has_keys(user),
        "user_name": user.user_name,
        "is_active": user.is_activated,
    }


def _notification(item: Notification, user_name: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "message": item.message,
        "delivery_id": item.delivery_id,
        "user": user_name,
        "date_created": http_date(item.created_at),
    }


def _device(device: Device, token: str) -> dict[str, Any]:
    return {
        "id": device.id,
        "name": device.name,
        "address": device.address,
        "is_this": devices.is_it(device, token),
        "last_login": http_date(device.last_seen_at),
        "date_created": http_date(device.created_at),
    }
