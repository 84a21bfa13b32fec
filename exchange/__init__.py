"""The option-exchange portal: an issuer tender offer for employee options, from files to new grants.

The Celery application is made here, so that every process that starts Django sends its tasks to the one broker.
"""

from exchange.celery import app as celery_app

__all__ = ["celery_app"]
