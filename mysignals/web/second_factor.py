"""/auth/otp: one's own second factor, offered, confirmed and switched off (CONTRACT section 1)."""

from __future__ import annotations

from flask import Blueprint, Response

from mysignals.services import second_factor as service

from . import parsing
from .forms.auth import OtpCode, OwnPassword, PasswordAndOtp
from .guards import active, member
from .identity import begin_session
from .limits import credentials
from .rendering import success

second_factor = Blueprint("second_factor", __name__, url_prefix="/auth/otp")


@second_factor.post("")
@active
@credentials
def offer() -> Response:
    offered = service.offer(member(), parsing.body(OwnPassword).password)
    return success(secret=offered.secret, uri=offered.uri)


@second_factor.post("/confirm")
@active
@credentials
def confirm() -> Response:
    spares, epoch = service.switch_on(member(), parsing.body(OtpCode).otp)
    begin_session(member(), epoch)
    return success(second_factor=True, spare_codes=spares)


@second_factor.delete("")
@active
@credentials
def switch_off() -> Response:
    form = parsing.body(PasswordAndOtp)
    begin_session(member(), service.switch_off(member(), form.password, form.otp))
    return success(second_factor=False)
