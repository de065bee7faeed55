"""What runs behind the pages: the cache, the broker, the queues and the clock of what comes back by itself."""

from __future__ import annotations

from orsen.settings import env

# --- Redis: cache shared by the processes (the second factor's replay guard needs one), wake-ups for workers
REDIS_URL = env.text(
    "ORSEN_REDIS_URL",
    f"redis://:{env.text('ORSEN_REDIS_PASSWORD', '')}@127.0.0.1:{env.text('ORSEN_REDIS_PORT', '6380')}/0",
)
CACHES = {
    "default": {
        "BACKEND": "orsen.cache.TolerantRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "orsen",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # the job row in PostgreSQL holds state and result
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "jobs"
CELERY_TASK_ROUTES = {
    "sharing.release.tasks.*": {"queue": "report"},
    "sharing.reports.tasks.*": {"queue": "report"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Wakes again whatever a stopped broker or a killed worker left waiting.
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {
        "task": "tenants.jobs.tasks.sweep",
        "schedule": 15.0,
        "options": {"queue": "jobs", "expires": 15},
    },
    "seal-journal": {"task": "sharing.journal.seal", "schedule": 60.0, "options": {"expires": 60}},
    "mail-notices": {"task": "sharing.notices.mail", "schedule": 60.0, "options": {"expires": 60}},
    "tell-announcements": {
        "task": "sharing.announcements.tell",
        "schedule": 3600.0,
        "options": {"queue": "jobs", "expires": 3600},
    },
    "fire-schedules": {
        "task": "sharing.schedules.fire",
        "schedule": 900.0,
        "options": {"queue": "jobs", "expires": 900},
    },
    "tell-dead-jobs": {
        "task": "sharing.notices.tell_dead_jobs",
        "schedule": 300.0,
        "options": {"queue": "jobs", "expires": 300},
    },
    "remind-of-ends": {
        "task": "sharing.conventions.remind_ends",
        "schedule": 3 * 3600.0,
        "options": {"queue": "jobs", "expires": 3600},
    },
    "tell-late-actions": {"task": "sharing.jointactions.tell_overdue", "schedule": 21_600.0},
    "remind-of-sites": {"task": "tenants.campaigns.remind", "schedule": 10_800.0},
    "purge-texts": {
        "task": "tenants.campaigns.purge_texts",
        "schedule": 6 * 3600.0,
        "options": {"queue": "jobs", "expires": 3600},
    },
    "purge-photographs": {
        "task": "tenants.photographs.purge",
        "schedule": 6 * 3600.0,
        "options": {"queue": "jobs", "expires": 3600},
    },
    "sweep-copies": {
        "task": "sharing.receipts.sweep",
        "schedule": 6 * 3600.0,
        "options": {"queue": "jobs", "expires": 3600},
    },
}
CELERY_BEAT_SCHEDULER = "orsen.heartbeats:BeatingScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 10  # seconds: how late the scheduler's sign of life may be
