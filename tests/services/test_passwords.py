"""Passwords: the right one, a wrong one, and nobody's. Measured in work done, not in time passed."""

from time import process_time

from mysignals.services import passwords


def test_only_the_password_matches() -> None:
    stored = passwords.hashed("correct horse")
    assert passwords.matches("correct horse", stored)
    assert not passwords.matches("correct horsf", stored)
    assert "correct" not in stored


def test_nobody_takes_as_long_as_somebody() -> None:
    stored = passwords.hashed("correct horse")
    somebody, nobody = (min(_took(known) for _ in range(5)) for known in (stored, None))
    assert 0.5 < nobody / somebody < 2


def _took(known: str | None) -> float:
    began = process_time()
    assert not passwords.matches("wrong", known)
    return process_time() - began
