"""One mail to one mail server, told apart: taken, not taken, refused for good, and nobody knows.

Step by step instead of `smtplib.SMTP.sendmail`, which does not say whether a lost connection was lost before or after
the server had the whole mail: from the final dot on it may have taken it (RFC 5321, section 6.1).
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from smtplib import SMTP, SMTP_SSL, SMTPException, SMTPResponseException
from urllib.parse import urlsplit

from mysignals.settings import Settings

from .outcomes import Doubtful, NotTaken, Outcome, Refused, Taken

_IMPLICIT_TLS = 465
_STEPS_IN_ALL = 4
_LONGEST_REASON = 150


@dataclass(frozen=True, slots=True)
class Letter:
    """A written mail and its envelope. What it says may hold a token."""

    sender: str
    recipient: str
    text: bytes = field(repr=False)


def hand_over(letter: Letter, settings: Settings) -> Outcome:
    """Speak to `MAIL_SERVER`; a step takes `MAIL_TIMEOUT_SECONDS` at most, the whole four times that."""
    try:
        with _connection(settings) as server:
            return _said(server, letter)
    except (SMTPException, OSError) as error:
        return NotTaken(_reason(error))


def _said(server: SMTP, letter: Letter) -> Outcome:
    """One mail in an open connection; an error that is raised came before the server had all of it."""
    _expect(250, server.mail(letter.sender))
    code, text = server.rcpt(letter.recipient)
    if code not in (250, 251):
        return _refusal(code, text)
    code, text = server.docmd("DATA")
    if code != 354:
        return _refusal(code, text)
    server.send(_quoted(letter.text))
    try:
        server.send(b".\r\n")
        code, text = server.getreply()
    except (SMTPException, OSError) as error:
        return Doubtful(_reason(error))
    if code == 250:
        return Taken()
    return _refusal(code, text) if 400 <= code < 600 else Doubtful(_reason(SMTPResponseException(code, text)))


def _refusal(code: int, text: bytes) -> Outcome:
    """What was answered about this mail: 5xx is for good, the rest may pass."""
    why = _reason(SMTPResponseException(code, text))
    return Refused(why) if 500 <= code < 600 else NotTaken(why, server_is_away=code == 421)


def _expect(wanted: int, answer: tuple[int, bytes]) -> None:
    """What a server says against us is nothing against the mail: an operator can cure it."""
    if answer[0] != wanted:
        raise SMTPResponseException(*answer)


@contextmanager
def _connection(settings: Settings) -> Iterator[SMTP]:
    """Connected, in TLS where it is wanted, logged in; cut off when it takes too long in all."""
    server = _speaker(settings)
    # A server that says one byte now and then satisfies every single timeout.
    cutter = threading.Timer(settings.mail_timeout_seconds * _STEPS_IN_ALL, _cut, (server,))
    cutter.daemon = True
    cutter.start()
    try:
        _expect(220, server.connect(settings.mail_server or "", settings.mail_port))
        server.ehlo_or_helo_if_needed()
        if settings.mail_use_tls and not isinstance(server, SMTP_SSL):
            server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
        if settings.mail_username and settings.mail_password:
            server.login(settings.mail_username, settings.mail_password)
        yield server
        _part(server)
    finally:
        cutter.cancel()
        server.close()


def _speaker(settings: Settings) -> SMTP:
    """Not connected yet: what the constructor of smtplib connects nobody could cut off."""
    # Named by our own address: asking the resolver for this machine's name may take long.
    name, seconds = _our_name(settings.base_url), settings.mail_timeout_seconds
    if settings.mail_use_tls and settings.mail_port == _IMPLICIT_TLS:
        speaker: SMTP = SMTP_SSL(local_hostname=name, timeout=seconds, context=ssl.create_default_context())
    else:
        speaker = SMTP(local_hostname=name, timeout=seconds)
    speaker._host = settings.mail_server or ""  # type: ignore[attr-defined]  # noqa: SLF001 - whose certificate it is
    return speaker


def _our_name(base_url: str) -> str:
    host = urlsplit(base_url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if re.fullmatch(r"[\d.]+", host) else host


def _cut(server: SMTP) -> None:
    """Wake whoever waits for the server; closing alone would let them wait."""
    try:
        if server.sock is not None:
            socket.socket.shutdown(server.sock, socket.SHUT_RDWR)
    except OSError:
        pass  # It ended by itself meanwhile.


def _part(server: SMTP) -> None:
    try:
        server.quit()
    except (SMTPException, OSError):
        pass  # It has the mail, or has said why not; a farewell proves nothing.


def _quoted(text: bytes) -> bytes:
    """Lines that end in CRLF, leading dots doubled (RFC 5321, section 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", text)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _reason(error: Exception) -> str:
    """Before the first colon what anybody may read; a server's own words may name the recipient."""
    if isinstance(error, SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        text = f"the server answered {error.smtp_code}: {words}"
    else:
        text = f"{type(error).__name__}: {error}"
    return "".join(character if character.isprintable() else " " for character in text)[:_LONGEST_REASON]
