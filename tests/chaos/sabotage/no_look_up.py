"""What is in doubt is taken for never arrived as soon as its request is dead, and nobody looks whether it did."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from celery_app import app
from mysignals.domain.doubt import Told
from mysignals.exchanges import settling
from mysignals.exchanges.finding import Finding
from mysignals.services import reconcile
from mysignals.services.holds import Hold
from mysignals.services.reconcile.load import InDoubt
from mysignals.services.reconcile.looking import Looked, look

if reconcile.look is not look or not settling.LOOKS_MS:
    raise LookupError("what is in doubt is looked for elsewhere now")


def _absent(items: Sequence[InDoubt], hold: Hold) -> Generator[list[Looked], None, None]:
    yield [(item, Finding(Told.ABSENT)) for item in items]


reconcile.look = _absent
settling.LOOKS_MS = ()  # type: ignore[assignment]
__all__ = ["app"]
