"""The worker is killed in the middle of exports: each ends once, with a whole file."""

import csv
import json
import random
import time
from datetime import timedelta
from functools import partial
from itertools import cycle

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from facilitation.actions import order_document
from facilitation.models import LEASE, Document
from forum.models import Contribution, LogEntry
from tests.factory import make_contribution, make_discussion, make_member, make_user

from .run import end
from .test_worker import SEED, Worker, is_alive

KILLS, SAID = 10, 3_000
# Seconds until everything must have ended, and until a process must have begun something.
PATIENCE = 120


@pytest.fixture
def full(committed):
    """A discussion whose export takes a while."""
    call_command("createcachetable", verbosity=0)
    discussion = make_discussion("taken-away")
    one = make_contribution(discussion, make_user("Ana Souza"), "Words and more words. " * 20)
    copies = []
    for number in range(2, SAID + 1):
        values = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}
        values |= {"id": None, "number": number, "path": f"{number:06d}", "submission_key": None}
        copies.append(Contribution(**values))
    Contribution.objects.bulk_create(copies, batch_size=200)
    type(discussion).objects.filter(pk=discussion.pk).update(last_number=SAID)
    return discussion


def in_the_middle(worker):
    """The process that has begun something and not ended it, or None."""
    pid = worker.started("slow")[-1:]
    rows = Document.objects.filter(state="running", alive_at__gt=timezone.now() - LEASE)
    return pid[0] if pid and is_alive(pid[0]) and rows.exists() else None


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, list(
            Document.objects.values_list("kind", "state", "runs")
        )
        time.sleep(0.02)
    return found


def keep_busy(discussion, facilitator, wanted):
    """So that something is being made whenever the worker is killed."""
    while Document.objects.unfinished().count() < 3:
        kind, options = next(wanted)
        order_document(discussion, kind, options, user=facilitator)


def kill_in_the_middle(worker, dice, keep_busy):
    """Wait until it is at it, kill it, and let the time pass after which it counts as dead."""
    keep_busy()
    wait_until(lambda: in_the_middle(worker))
    # Who dies within a second is started again after a growing pause.
    time.sleep(1)
    keep_busy()
    pid = wait_until(lambda: in_the_middle(worker))
    time.sleep(dice.uniform(0, 0.3))
    end(pid)
    wait_until(lambda: not is_alive(pid))
    long_ago = timezone.now() - LEASE - timedelta(seconds=1)
    return Document.objects.filter(state="running").update(alive_at=long_ago)


def test_each_export_ends_once_with_a_whole_file(full, tmp_path, summarise):
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    dice, begun = random.Random(SEED), time.monotonic()  # noqa: S311
    facilitator = make_member(full, "facilitator")
    wanted = cycle([("xlsx", {"rows": "answers"}), ("csv", {}), ("xlsx", {}), ("json", {})])
    worker, caught = Worker(tmp_path, f"file://{tmp_path}/mail"), 0
    try:
        for _time in range(KILLS):
            caught += kill_in_the_middle(
                worker, dice, partial(keep_busy, full, facilitator, wanted)
            )
        wait_until(lambda: not Document.objects.unfinished().exists())
    finally:
        code = worker.stop()
    connection.close()
    documents = list(Document.objects.order_by("pk"))
    summarise(
        f"documents SEED={SEED} {connection.vendor}: {len(documents)} made, {caught} times in the "
        f"middle of {KILLS} kills, begun {[document.runs for document in documents]}; "
        f"{time.monotonic() - begun:.0f} s"
    )
    assert code == 0, worker.log.read_text()[-3000:]
    assert {document.state for document in documents} == {"done"}
    assert caught >= KILLS / 2
    assert LogEntry.objects.filter(act="discussion.export").count() == len(documents)
    files = {path.name for path in settings.DOCUMENTS_DIR.iterdir()}
    assert {document.file for document in documents} <= files
    for document in documents:
        assert rows_in(document) == SAID


def rows_in(document):
    """Read by somebody else's reader to its end."""
    assert document.path.stat().st_size == document.size
    if document.kind == "json":
        return len(json.loads(document.path.read_text("utf-8"))["rows"])
    if document.kind == "csv":
        with document.path.open(newline="", encoding="utf-8-sig") as file:
            return sum(1 for _row in csv.DictReader(file, strict=True))
    book = openpyxl.load_workbook(document.path, read_only=True)
    return sum(1 for _row in book.active.iter_rows(min_row=2))
