"""The chain that signals are paid on: what a node says about a payment. Opens sockets to the node, knows no tables."""

from .node import Node
from .terms import Terms
from .watching import Gone, Moved, Standing, Stands, Watched, watch

__all__ = ["Gone", "Moved", "Node", "Standing", "Stands", "Terms", "Watched", "watch"]
