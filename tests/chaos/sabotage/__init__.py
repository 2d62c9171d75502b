"""Workers that lack one guarantee: `celery -A tests.chaos.sabotage.no_fence worker`. A storm has to find each of them.

What is taken away is taken here, so that the product has no switch for it.
"""
