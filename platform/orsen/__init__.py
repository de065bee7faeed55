"""The site: settings, routes, pages' frame."""

from orsen.celery import app as celery_app

__all__ = ["celery_app"]
