"""Meetups: the project and the product.

The Celery application is loaded here so that web processes publish to the same broker as the worker.
"""

from meetups.celery import app as celery_app

__all__ = ["celery_app"]
