"""Tasks of django-tasks: what the library lacks is that the task of a killed process goes on, and
that one which has failed is tried again.

A task may run more than once, so it must be able to: ids in, fetch, call the action. Whoever waits
for it looks at the row that it fills (with its progress), never at the task.
"""

import logging
from datetime import timedelta

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

# A process that does not say for so long that it is at work is dead.
LEASE = timedelta(minutes=1)
# Times that a task is begun; the last failure stays in its row.
MOST_RUNS = 5
# What failed longer ago stays as it is.
STILL_TRIED = timedelta(days=1)
# So long it can be looked up what became of a task.
KEPT = timedelta(days=14)


class Queue(Worker):
    """Does the tasks of one queue, one after the other."""

    def __init__(self, name, worker_id):
        super().__init__(
            queue_names=[name],
            interval=1,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id,
            excluded_queue_names=[],
        )
        self.current = None

    def run_task(self, db_task_result):
        self.current = db_task_result.pk
        try:
            super().run_task(db_task_result)
        finally:
            self.current = None

    def renew(self):
        """When the task was begun is all the library keeps: here it is when it was last at work."""
        if self.current:
            DBTaskResult.objects.running().filter(pk=self.current).update(started_at=timezone.now())


def recover():
    """Have the tasks of dead processes, and those that have failed, done again."""
    now = timezone.now()
    for row in DBTaskResult.objects.running().filter(started_at__lt=now - LEASE):
        again(row, now)
    for row in DBTaskResult.objects.failed().filter(finished_at__gt=now - STILL_TRIED):
        again(row, now + timedelta(seconds=10 * 2 ** len(row.worker_ids)))


def forget():
    """Erase the tasks that were done long ago."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT).delete()


def again(row, run_after):
    """Put a task back, or give it up. It is asked once more that nothing has happened to it."""
    as_seen = DBTaskResult.objects.filter(
        pk=row.pk, status=row.status, started_at=row.started_at, finished_at=row.finished_at
    )
    if len(row.worker_ids) < MOST_RUNS:
        if as_seen.update(
            status=TaskResultStatus.READY, run_after=run_after, started_at=None, finished_at=None
        ):
            logger.warning("Task %s (%s) is put back.", row.task_path, row.pk)
    elif row.status == TaskResultStatus.RUNNING and as_seen.update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now()
    ):
        logger.error("Task %s (%s) is given up: its process died.", row.task_path, row.pk)
