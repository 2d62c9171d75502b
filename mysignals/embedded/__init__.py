"""One machine, no installation: what `python run.py` starts, watches and stops."""
