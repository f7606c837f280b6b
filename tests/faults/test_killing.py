"""The processes of a real server are killed under people who write: nothing that was acknowledged
is lost, nothing doubled, nothing mangled.

FAULT_SECONDS says for how long; SEED repeats what a run did.
"""

import os
import random
from collections import Counter
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from forum.models import Contribution
from tests.factory import make_discussion, make_member, make_user
from tests.site import served

from .judge import deeds_of, faults
from .run import Run
from .writer import Habits

WRITERS = 8
SECONDS = float(os.environ.get("FAULT_SECONDS", "60"))
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
# What a run has seen at least, or it proves nothing.
ENOUGH = Counter(
    acknowledged=round(0.5 * SECONDS), unknown=round(0.3 * SECONDS), killed=round(0.2 * SECONDS)
)
# Without the key: a few, who say the same thing again and again, and often send it more than once.
FEW = 4
INSISTENT = Habits(
    repeats=0.9,
    keeps_draft=0,
    edits=0,
    clicks_twice=0.5,
    lost_before=0,
    lost_amid=0,
    lost_after=0.15,
)
UNGUARDED_SECONDS = 8
ENOUGH_UNGUARDED = Counter(acknowledged=20, unknown=5, killed=1)


@pytest.fixture
def writers(committed):
    """The addresses of their accounts."""
    call_command("createcachetable", verbosity=0)
    # It counts who logs in from this machine.
    cache.clear()
    return [make_user(f"Writer{n} Example").email for n in range(WRITERS)]


def run(emails, folder, seconds, habits, enough):
    """(what was wrong, what was seen) after a while under fire."""
    print(f"SEED={SEED}")
    discussion = make_discussion("under-fire")
    # Links of people who are new would wait for a moderator.
    for email in emails:
        make_member(discussion, "facilitator", User.objects.get(email=email))
    with served(folder, "tests.faults.wsgi") as site:
        fire = Run(site, discussion.slug, emails, folder, SEED, seconds, habits, enough)
        ledger = fire.go()
        recovery = fire.recover()
        deaths = site.log.read_text().count("was sent SIGKILL")
    # What another process sees.
    connection.close()
    wrong = faults(discussion, ledger)
    if not fire.is_enough:
        wrong.append(f"too little has happened: {fire.seen}")
    seen = f"{summary(wrong, ledger)}; {fire.kills} killed, {deaths} died, back in {recovery:.1f} s"
    return wrong, seen


def summary(wrong, ledger):
    kinds = Counter(deed.kind for deed in deeds_of(ledger) if deed.acknowledged)
    acts = Counter(entry["act"] for entry in ledger)
    found = Counter(sentence.partition(":")[0] for sentence in wrong)
    slowest = max(entry.get("seconds", 0) for entry in ledger)
    return (
        f"SEED={SEED} {connection.vendor}: acknowledged {kinds['publish']} contributions, "
        f"{kinds['edit']} edits, {kinds['keep']} drafts, the slowest in {slowest:.1f} s; "
        f"{acts['unknown']} unknown, {acts['failed']} failed; "
        f"{found['lost']} lost, {found['doubled']} doubled, {found['mangled']} mangled"
    )


def test_what_was_acknowledged_survives_whatever_is_killed(writers, tmp_path, summarise):
    wrong, seen = run(writers, tmp_path, SECONDS, Habits(), ENOUGH)
    summarise(seen)
    assert wrong == []


@pytest.fixture
def unguarded(django_db_setup, django_db_blocker):
    """A database that takes the same form twice. It is asked for before `writers`, and so put right
    when what the test has written is gone: it may be against the constraint."""
    with django_db_blocker.unblock(), submitted_as_often_as_sent():
        yield


@contextmanager
def submitted_as_often_as_sent():
    options = Contribution._meta
    all_of_them = options.constraints
    once = next(one for one in all_of_them if one.name == "contribution_submitted_once")
    try:
        options.constraints = [one for one in all_of_them if one is not once]
        with connection.schema_editor() as editor:
            editor.remove_constraint(Contribution, once)
        yield
    finally:
        options.constraints = all_of_them
        with connection.schema_editor() as editor:
            editor.add_constraint(Contribution, once)


def test_without_the_key_it_turns_red(unguarded, writers, tmp_path, summarise):
    few = writers[:FEW]
    wrong, seen = run(few, tmp_path, UNGUARDED_SECONDS, INSISTENT, ENOUGH_UNGUARDED)
    summarise(f"without the key, {seen}")
    assert any(sentence.startswith("doubled: publish") for sentence in wrong), seen
