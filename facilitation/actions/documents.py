"""Documents: asked for, made by the worker, taken away again.

The row is what is to be done; a task only says that there is something. Whoever makes a document
writes a file of their own and finishes the row by one conditional UPDATE: whatever is killed, and
however many make it, it ends once, with a whole file.
"""

import logging
import os
import threading
import uuid
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Max
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from forum.actions.base import Refused, refuse_unless
from forum.models import LogEntry

from ..kinds import KINDS, may_take
from ..making import CannotMakeError
from ..models import KEPT_FOR, LEASE, Document, State, digest_of

logger = logging.getLogger(__name__)

# Times that it is begun where it fails, and where its process dies.
MOST_FAILURES, MOST_RUNS = 3, 20
# Seconds between two signs of life of whoever makes one.
BEAT = 1
# Of one person in one discussion.
MOST_AT_ONCE = 30
# What is in the folder and belongs to no document was left by a process that was killed.
LEFT_BEHIND = timedelta(days=1)
# Acts after which a document says what it must not say any more.
TAKEN_BACK = (
    "contribution.withdraw",
    "contribution.hide",
    "contribution.cover",
    "contribution.redact",
    "contribution.redact_quote",
    "bulletin.withdraw",
)


class CancelledError(Exception):
    """Nobody waits for it any more."""


@transaction.atomic
def order_document(discussion, kind, options, *, user):
    """Note that somebody wants it, log that, and tell the worker. Who has asked for the same
    before, and still waits, gets the same row."""
    refuse_unless(KINDS[kind].may(user, discussion, options))
    theirs = discussion.documents.filter(requested_by=user.person_id)
    if theirs.count() >= MOST_AT_ONCE:
        raise Refused(_("Delete some of your documents first: there are too many."))
    document, made = theirs.get_or_create(
        discussion=discussion,
        requested_by=user.person,
        kind=kind,
        language=get_language(),
        digest=digest_of(options),
        state=State.WAITING,
        defaults={"options": options},
    )
    if made:
        LogEntry.objects.record("discussion.export", actor=user, discussion=discussion, kind=kind)
        call_worker()
    return document


def call_worker():
    from ..tasks import make_next_document

    make_next_document.enqueue()


def delete_document(document):
    """Take it away with its file, whatever its state: whoever makes it now finds it gone."""
    if document.file:
        document.path.unlink(missing_ok=True)
    document.delete()


def delete_outdated(discussion):
    """Take away what was made before something in the discussion was withdrawn, hidden or redacted:
    nobody must get it from an old file. Returns the keys of what is gone."""
    taken_back = LogEntry.objects.filter(discussion=discussion, act__in=TAKEN_BACK)
    last = taken_back.aggregate(at=Max("at"))["at"]
    done = discussion.documents.filter(state=State.DONE)
    outdated = list(done.filter(requested_at__lte=last)) if last else []
    gone = {document.pk for document in outdated}
    for document in outdated:
        delete_document(document)
    return gone


def look_after_documents():
    """Have the worker go on with those that nobody makes: a process may have died."""
    from ..tasks import make_next_document

    waiting = Document.objects.to_be_made().count()
    if waiting:
        tasks = DBTaskResult.objects.ready().filter(task_path=make_next_document.module_path)
        for _time in range(waiting - tasks.count()):
            make_next_document.enqueue()


def erase_expired_documents():
    """Rows and files whose time is over, and what killed processes have left behind."""
    for document in Document.objects.expired():
        delete_document(document)
    known = set(Document.objects.exclude(file="").values_list("file", flat=True))
    long_ago = (timezone.now() - LEFT_BEHIND).timestamp()
    for path in Path(settings.DOCUMENTS_DIR).iterdir():
        with suppress(FileNotFoundError):
            if path.name not in known and path.stat().st_mtime < long_ago:
                path.unlink()


# --- making ---


def make_next_document():
    """Claim the next one, if there is one, and make it."""
    document = claimed()
    if document is None:
        return
    try:
        make(document)
    except CancelledError:
        logger.info("Document %s was cancelled.", document.pk)
    except (CannotMakeError, PermissionDenied) as why:
        fail(document, str(why))
    except Exception:
        logger.exception("Document %s (%s) could not be made.", document.pk, document.kind)
        if document.runs >= MOST_FAILURES:
            fail(document, _("It could not be made. Those who run the site find out why."))
        else:
            # As if its process had died: it is made again.
            running = Document.objects.filter(pk=document.pk, state=State.RUNNING)
            running.update(alive_at=timezone.now() - 2 * LEASE)


def claimed():
    """The next document, which nobody else makes now."""
    for document in Document.objects.to_be_made():
        as_seen = Document.objects.filter(pk=document.pk, state=document.state, runs=document.runs)
        if document.runs >= MOST_RUNS:
            fail(document, _("Whatever was making it has died, many times."))
        elif as_seen.update(state=State.RUNNING, runs=F("runs") + 1, alive_at=timezone.now()):
            return Document.objects.select_related("discussion", "requested_by__user").get(
                pk=document.pk
            )
    return None


def make(document):
    """Make the file and finish the row."""
    refuse_unless(may_take(document.requested_by.user, document))
    kind = KINDS[document.kind]
    name = f"{uuid.uuid4()}.{kind.extension}"
    part, whole = (Path(settings.DOCUMENTS_DIR) / named for named in (f"{name}.part", name))
    try:
        with (
            part.open("xb") as file,
            translation.override(document.language),
            at_work(document) as progress,
            one_moment(),
        ):
            kind.produce(document.discussion, document.options, file, progress)
            file.flush()
            os.fsync(file.fileno())
        part.rename(whole)
        if not finish(document, state=State.DONE, file=name, size=whole.stat().st_size):
            whole.unlink()
    finally:
        part.unlink(missing_ok=True)


def fail(document, sentence):
    finish(document, state=State.FAILED, error=sentence)


def finish(document, **values):
    """End it, unless it has ended or was cancelled."""
    now = timezone.now()
    return (
        Document.objects.unfinished()
        .filter(pk=document.pk)
        .update(finished_at=now, expires_at=now + KEPT_FOR, **values)
    )


@contextmanager
def one_moment():
    """All queries see the discussion as it is at one moment. SQLite's do as long as the first one
    is being read."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextmanager
def at_work(document):
    """Say that it is being made, and how far; gives the function that is told how far."""
    reporter = Reporter(document)
    # Inside of a transaction nobody else would see it.
    if not connection.in_atomic_block:
        reporter.start()
    try:
        yield reporter.progress
    finally:
        reporter.stop()


class Reporter(threading.Thread):
    """On a connection of its own: the maker's is busy reading, and SQLite would let it write
    nothing that others have come before."""

    def __init__(self, document):
        super().__init__(daemon=True)
        self.document, self.ended = document, threading.Event()
        self.done = self.total = 0
        self.is_wanted = True

    def progress(self, done, total):
        if not self.is_wanted:
            raise CancelledError
        self.done, self.total = done, total

    def run(self):
        try:
            while True:
                self.report()
                if self.ended.wait(BEAT):
                    return
        finally:
            connection.close()

    def report(self):
        rows = Document.objects.filter(pk=self.document.pk, state=State.RUNNING)
        try:
            self.is_wanted = bool(
                rows.update(alive_at=timezone.now(), done=self.done, total=self.total)
            )
        except DatabaseError:
            logger.exception("Document %s: its progress could not be told.", self.document.pk)
            connection.close()

    def stop(self):
        self.ended.set()
        if self.is_alive():
            self.join()
