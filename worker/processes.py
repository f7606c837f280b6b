"""What the processes of the worker do, each until it is asked to end."""

import logging
import signal
import uuid
from datetime import timedelta

from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from facilitation.actions import look_after_documents
from forum import actions, tasks
from mail.actions import give_up, hold_on, read_digests, read_news
from mail.line import Line
from mail.sending import send_next

from . import queue
from .heart import Heart, Stop

logger = logging.getLogger(__name__)

# Seconds between two looks at an outbox that was empty.
IDLE = 1
# Seconds that a mail server which takes nothing is left alone: 1, 2, 4 … and at most so many.
LONGEST_PAUSE = 300
# Seconds between two looks at the clock.
TICK = 10
DAY = timedelta(days=1)


def post():
    """The quick queue: notifications become mails, and mails go out."""
    stop, holder, line = Stop(), uuid.uuid4(), Line()
    Heart(lambda: hold_on(holder)).start()
    failures = 0
    while not stop.asked:
        close_old_connections()
        found = read_news()
        went_well = True
        while not stop.asked and went_well:
            went_well = send_next(holder, line)
            failures = 0 if went_well else failures
        if went_well is False:
            failures += 1
            stop.wait(min(2 ** min(failures - 1, 20), LONGEST_PAUSE))
        elif not found:
            line.close()
            stop.wait(IDLE)
    line.close()


def slow():
    """The slow queue: documents, and whatever else takes longer than a moment."""
    worker = queue.Queue("slow", f"slow-{uuid.uuid4().hex}")
    signal.signal(signal.SIGTERM, worker.shutdown)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Heart(worker.renew).start()
    worker.run()


def tick():
    """The clock: whatever comes by time alone."""
    stop = Stop()
    Heart(lambda: None).start()
    while not stop.asked:
        close_old_connections()
        for due in (
            actions.tell_what_the_clock_brings,
            read_digests,
            give_up,
            queue.recover,
            look_after_documents,
            plan_the_day,
        ):
            try:
                due()
            except Exception:
                # One that fails must not keep the others from their time.
                logger.exception("The clock could not do %s.", due.__name__)
        stop.wait(TICK)


def plan_the_day():
    """Have what has expired erased, once a day. Two clocks at the same moment do it twice, which
    does no harm."""
    path = tasks.erase_expired.module_path
    recent = DBTaskResult.objects.filter(task_path=path, enqueued_at__gt=timezone.now() - DAY)
    if not recent.exists():
        queue.forget()
        tasks.erase_expired.enqueue()


PROCESSES = {"post": post, "slow": slow, "tick": tick}
