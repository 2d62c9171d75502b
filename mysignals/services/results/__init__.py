"""What providers' signals came to: counted by a worker from the fills of all copies, read by pages."""

from .counting import count_again, count_due
from .reading import Profile, Standing, profile, standing, standings

__all__ = ["Profile", "Standing", "count_again", "count_due", "profile", "standing", "standings"]
