"""The chain that signals are paid on: what a node says about a payment. Opens sockets to the node, knows no tables."""

from .node import Node
from .terms import Terms

__all__ = ["Node", "Terms"]
