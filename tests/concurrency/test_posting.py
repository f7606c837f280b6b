"""Many write to one discussion at once, each in a process of their own, on the real database."""

import subprocess
import sys
import uuid

import pytest
from django.conf import settings
from django.db import connection

from forum import actions
from forum.models import Contribution, Discussion
from tests.factory import make_contribution, make_discussion, make_member, make_user
from tests.ledger import entries
from tests.site import environment

from .judge import faults

# SQLite has one writer at a time, however many wait for their turn.
WRITERS, EACH = (8, 200) if connection.vendor == "postgresql" else (4, 100)


class Writers:
    """Processes of writer.py, started together, and their ledger."""

    def __init__(self, discussion, count, each, folder):
        self.folder, self.processes = folder, []
        for n in range(count):
            user = make_user(f"Writer{n} Example")
            self.processes.append(self.start(discussion, user, each, folder / f"{n}.ledger"))
        for process in self.processes:
            assert process.stdout.readline() == "ready\n"
        (folder / "go").touch()

    def start(self, discussion, user, each, ledger):
        command = [sys.executable, "-m", "tests.concurrency.writer"]
        return subprocess.Popen(
            [*command, discussion.slug, user.email, str(each), str(ledger)],
            cwd=settings.BASE_DIR,
            env=environment(self.folder),
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait(self):
        """Until the last has finished; then the whole ledger."""
        for process in self.processes:
            process.stdout.close()
            assert process.wait(timeout=300) == 0
        return entries(self.folder)


def test_whatever_was_acknowledged_is_there_once(committed, tmp_path):
    discussion = make_discussion("busy")
    ledger = Writers(discussion, WRITERS, EACH, tmp_path).wait()
    published = [entry for entry in ledger if entry["act"] == "published"]
    assert len(published) == WRITERS * EACH
    assert {entry["act"] for entry in ledger} >= {"published", "edited", "withdrawn"}
    assert faults(discussion, ledger) == []


def test_nothing_is_acknowledged_after_the_closing(committed, tmp_path):
    discussion = make_discussion("closing")
    moderator = make_member(discussion, "moderator")
    writers = Writers(discussion, 4, 0, tmp_path)
    while Discussion.objects.get(pk=discussion.pk).last_number < 20:
        pass
    closed = actions.close_now(discussion, user=moderator)
    ledger = writers.wait()
    refused = [entry for entry in ledger if entry["act"] == "refused"]
    assert len(refused) == 4
    assert all(entry["given_back"] for entry in refused)
    assert not discussion.contributions.filter(published_at__gt=closed.closed_early_at).exists()
    assert faults(discussion, ledger) == []


# --- the judge itself ---


def told(number):
    """What a writer notes about a contribution of `judged`."""
    contribution = Contribution.objects.get(number=number)
    answers = contribution.answers.values_list("question__key", "body")
    entry = {
        "act": "published",
        "number": number,
        "parent": contribution.parent.number if contribution.parent else None,
        "body": contribution.body,
        "submission_key": str(contribution.submission_key),
    }
    return entry | {f"answer-{key}": body for key, body in answers}


@pytest.fixture
def judged(discussion, cast):
    first = make_contribution(discussion, cast.participant, "One", answers={"Q1": "Yes"})
    make_contribution(discussion, cast.stranger, "Two", parent=first)
    assert faults(discussion, [told(1), told(2)]) == []
    return discussion


@pytest.mark.parametrize(
    ("number", "values", "fault"),
    [
        (2, {"number": 3, "path": "000001000003"}, "the numbers are not"),
        (2, {"path": "000001000009"}, "path 000001000009"),
        (2, {"root": 2}, "root"),
        (2, {"body": "Another"}, "does not say what was acknowledged"),
        (2, {"submission_key": uuid.UUID(int=1)}, "came with another form"),
        (2, {"state": "withdrawn"}, "contribution_count"),
        (2, {"state": "withdrawn"}, "author_count"),
        (1, {"state": "withdrawn"}, "answer_count"),
        (1, {"state": "withdrawn"}, "contribution.withdraw is logged 0 times"),
    ],
)
def test_the_judge_sees_a_doctored_row(judged, number, values, fault):
    ledger = [told(1), told(2)]
    contribution = Contribution.objects.get(number=number)
    if "root" in values:
        values = {"root": contribution}
    Contribution.objects.filter(pk=contribution.pk).update(**values)
    assert any(fault in sentence for sentence in faults(judged, ledger))


@pytest.mark.parametrize(
    ("ledger", "fault"),
    [
        (lambda: [told(1)], "#2 is there and was never acknowledged"),
        (
            lambda: [told(1), told(2), told(2) | {"number": 3}],
            "#3 was acknowledged and is not",
        ),
        (lambda: [told(1), told(2), told(2)], "#2 was given to several"),
        (lambda: [told(1), told(2), {"act": "withdrawn", "number": 2}], "#2 is published"),
        (lambda: [told(1), told(2), {"act": "refused", "body": "Two"}], "was refused and is there"),
    ],
)
def test_the_judge_sees_a_doctored_ledger(judged, ledger, fault):
    assert any(fault in sentence for sentence in faults(judged, ledger()))
