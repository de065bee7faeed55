"""`/healthz`: whether each part of the installation works, for supervisors and load balancers."""

from __future__ import annotations

import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.gate import public
from orsen import heartbeats

logger = logging.getLogger(__name__)
READABLE = {"ensure_ascii": False}  # people read it with curl
DOWN_MESSAGES = {
    "database": gettext_lazy(
        "La base de données ne répond pas : vérifiez PostgreSQL et les variables ORSEN_DB_*."
    ),
    "migrations": gettext_lazy(
        "La base n’a pas le schéma de cette version : lancez « python manage.py migrate --database=owner »."
    ),
    "redis": gettext_lazy(
        "Redis ne répond pas : vérifiez le service et ORSEN_REDIS_URL. Aucune tâche n’est perdue."
    ),
    "worker_jobs": gettext_lazy(
        "Aucun travailleur ne sert la file « jobs » : relancez-le, les tâches attendent."
    ),
    "worker_report": gettext_lazy(
        "Aucun travailleur ne sert la file « report » : relancez-le, les tâches attendent."
    ),
    "scheduler": gettext_lazy("Le planificateur ne tourne pas : relancez « celery beat »."),
}


def database_works() -> bool:
    """Whether the application's login gets an answer from PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def migrations_applied() -> bool:
    """Whether the database has every migration of this version of the code."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def redis_works() -> bool:
    """Whether Redis answers within two seconds."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)
    try:
        return bool(client.ping())
    finally:
        client.close()


def alive(name: str) -> Callable[[], bool]:
    """A probe: whether that worker or scheduler left a recent sign of life."""

    def probe() -> bool:
        age = heartbeats.age_seconds(name)
        return age is not None and age < heartbeats.LATE_AFTER_SECONDS

    return probe


PARTS: dict[str, Callable[[], bool]] = {
    "database": database_works,
    "migrations": migrations_applied,
    "redis": redis_works,
    "worker_jobs": alive(heartbeats.worker("jobs")),
    "worker_report": alive(heartbeats.worker("report")),
    "scheduler": alive(heartbeats.SCHEDULER),
}


def works(part: str) -> bool:
    """Whether a part works; one that cannot be asked does not, and the log says why."""
    try:
        return PARTS[part]()
    except (DatabaseError, redis.RedisError, OSError) as error:
        logger.warning("Health of %s: %s", part, error)
        return False


@public
@never_cache
@require_safe
@transaction.non_atomic_requests  # a stopped database must be reported, not raised before the view runs
def healthz(request: HttpRequest) -> JsonResponse:
    """State of each part, or of those named by `?parts=database,redis`.

    200 when all of them work, 503 when one does not, 400 when a name is unknown. It gives no figure and no version:
    the page is open to whoever reaches the server.
    """
    asked = [part for part in request.GET.get("parts", "").split(",") if part] or list(PARTS)
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        message = _("Partie inconnue. Parties connues : %(parts)s.") % {"parts": ", ".join(PARTS)}
        return JsonResponse(
            {"status": "error", "detail": message}, status=400, json_dumps_params=READABLE
        )
    parts = {
        part: {"status": "ok"}
        if works(part)
        else {"status": "down", "detail": str(DOWN_MESSAGES[part])}
        for part in asked
    }
    healthy = all(state["status"] == "ok" for state in parts.values())
    return JsonResponse(
        {"status": "ok" if healthy else "down", "parts": parts},
        status=200 if healthy else 503,
        json_dumps_params=READABLE,
    )
