"""Why a node told nothing."""

from __future__ import annotations


class NodeTrouble(Exception):
    """The node did not answer, or not usably. Its text is fit for users and logs: it never holds the node's address."""
