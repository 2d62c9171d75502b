"""The app on real engines."""

from tests.support.served import house, limited, served

__all__ = ["house", "limited", "served"]
