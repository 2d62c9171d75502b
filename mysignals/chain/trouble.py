"""Why a node told nothing."""

from __future__ import annotations


class NodeTrouble(Exception):
    """The node did not answer, or not usably. Its text is fit for users and logs: it never holds the node's address.

    `answered`: it did answer, so another question may fare better.
    """

    def __init__(self, cause: str, *, answered: bool = False) -> None:
        super().__init__(cause)
        self.answered = answered
