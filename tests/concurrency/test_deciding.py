"""Two act on the same contribution at the same moment, each in a process of their own: one of them
wins, and the other is told."""

import json
import subprocess
import sys
from collections import Counter

from django.conf import settings
from django.db import connection

from forum.models import Contribution, Discussion, LogEntry
from tests.factory import make_contribution, make_discussion, make_member, make_user
from tests.site import environment

from .judge import faults_of_counters, faults_of_numbers, faults_of_places

TIMES = 200 if connection.vendor == "postgresql" else 40


class Decider:
    def __init__(self, user, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.concurrency.decider", user.email],
            cwd=settings.BASE_DIR,
            env=environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.answer() == "ready"

    def ask(self, act, contribution):
        asked = {"act": act, "pk": contribution.pk, "version": contribution.version}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()

    def answer(self):
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        assert self.process.wait(timeout=30) == 0


def test_one_of_two_wins_and_log_and_counters_agree(committed, tmp_path):
    """Held: one publishes, one publishes or returns. Published: one hides, the author edits."""
    discussion = make_discussion("decided")
    author = make_user("Author Example")
    moderator, other = (make_member(discussion, "moderator") for _n in range(2))
    make_contribution(discussion, author, "The first of a person who is known")
    Discussion.objects.filter(pk=discussion.pk).update(moderation="all_held")
    discussion.refresh_from_db()
    rows = [make_contribution(discussion, author, f"Text {n}") for n in range(TIMES)]
    # What is published is edited at once from now on.
    Discussion.objects.filter(pk=discussion.pk).update(moderation="after")
    deciders = {user: Decider(user, tmp_path) for user in (moderator, other, author)}

    def race(pk, **acts_of):
        """Each does what they want; the act that won."""
        contribution = Contribution.objects.get(pk=pk)
        asked = [(deciders[who[name]], act) for name, act in acts_of.items()]
        for decider, act in asked:
            decider.ask(act, contribution)
        answers = {act: decider.answer() for decider, act in asked}
        assert sorted(answers.values()) == ["lost", "won"], answers
        return next(act for act, answer in answers.items() if answer == "won")

    who = {"moderator": moderator, "other": other, "author": author}
    won = Counter()
    for n, row in enumerate(rows):
        against = ("return", "withdraw")[n % 2]
        rival = "author" if against == "withdraw" else "other"
        first = race(row.pk, moderator="publish", **{rival: against})
        won[first] += 1
        if first == "publish":
            won[race(row.pk, other="hide", author="edit")] += 1
    for decider in deciders.values():
        decider.end()
    keys = [row.pk for row in rows]

    discussion.refresh_from_db()
    assert won["publish"] + won["return"] + won["withdraw"] == TIMES
    assert won["hide"] + won["edit"] == won["publish"]
    logged = Counter(
        LogEntry.objects.filter(contribution__in=keys)
        .exclude(act="contribution.hold")
        .values_list("act", flat=True)
    )
    assert logged == {f"contribution.{act}": times for act, times in won.items()}
    states = Counter(Contribution.objects.filter(pk__in=keys).values_list("state", flat=True))
    assert states["returned"] == won["return"]
    assert states["withdrawn"] == won["withdraw"]
    assert states["hidden"] == won["hide"]
    assert states["published"] == won["edit"]
    numbered = discussion.contributions.numbered()
    assert [
        *faults_of_numbers(discussion, numbered),
        *faults_of_places(numbered),
        *faults_of_counters(discussion),
    ] == []
