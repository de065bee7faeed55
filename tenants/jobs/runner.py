"""Run one job from its claim to its final write."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, connections
from django.utils.translation import gettext as _

from accounts.principal import PrincipalError
from tenants.jobs import claims, registry
from tenants.jobs.claims import QUEUE_SCOPE, Claim, JobLostError
from tenants.jobs.registry import JobRefusedError, UnknownJobError
from tenants.jobs.running import HEARTBEAT_SECONDS, LeaseKeeper, RunningJob
from tenants.wall.context import open_scope

logger = logging.getLogger(__name__)


def run_one(queue: str, *, heartbeat: float = HEARTBEAT_SECONDS) -> bool:
    """Claim a job of the queue and run it. Returns False when there was none."""
    held = claims.claim(queue)
    if held is None:
        return False
    keeper = LeaseKeeper(held, heartbeat)
    keeper.start()
    try:
        _run(held, keeper)
    except JobLostError:
        logger.info("The job %s was cancelled or taken over; this attempt stops.", held.key)
    finally:
        keeper.stop()
    return True


def _run(held: Claim, keeper: LeaseKeeper) -> None:
    def write_progress(done: int, total: int, message: str) -> None:
        keeper.ask(lambda: claims.keep(held, done_steps=done, total_steps=total, message=message))

    def give_up(reason: str, *, final: bool) -> None:
        keeper.ask(lambda: claims.fail(held, reason, final=final))

    try:
        with open_scope(QUEUE_SCOPE):
            principal = claims.principal_of(held)
        running = RunningJob(held.key, principal, held.payload, write_progress)
        result = registry.kind(held.kind).work(running)
        keeper.ask(lambda: claims.finish(held, result))
    except JobLostError:
        raise
    except PrincipalError as error:
        logger.warning("The job %s is refused: %s", held.key, error)
        give_up(
            _(
                "La personne qui a demandé ce travail n’a plus le droit de le faire. Rien n’a été remis."
            ),
            final=True,
        )
    except JobRefusedError as error:
        give_up(str(error), final=True)
    except UnknownJobError:
        logger.exception("The job %s is of a kind that this worker does not know.", held.key)
        give_up(
            _(
                "Cette version de la plateforme ne sait plus faire ce travail. Demandez-le de nouveau."
            ),
            final=True,
        )
    except (OperationalError, InterfaceError) as error:
        logger.warning("The database went away under the job %s: %s", held.key, error)
        connections.close_all()
        keeper.ask(lambda: claims.put_back(held))
    except Exception:
        logger.exception("The job %s failed at attempt %s.", held.key, held.attempt)
        give_up(
            _(
                "Une erreur inattendue a interrompu le travail. Rien n’est perdu ; si cela se reproduit, "
                "prévenez l’exploitant de la plateforme en donnant la référence %(key)s."
            )
            % {"key": held.key},
            final=False,
        )
