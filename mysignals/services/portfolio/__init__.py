"""What accounts hold, told by their exchanges: asked for by the web, read by a worker, kept for ten seconds."""

from .asking import Account, Portfolio, known, names, of_user
from .kept import Figures, Open
from .reading import read_waiting

__all__ = ["Account", "Figures", "Open", "Portfolio", "known", "names", "of_user", "read_waiting"]
