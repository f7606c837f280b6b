"""The worker is killed while mails wait, and the mail server has its moods: everybody gets each
mail, nobody more than one double, and posting goes on as ever."""

import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
import uuid
from collections import Counter
from contextlib import suppress
from itertools import cycle

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from accounts.models import Person
from forum import actions
from forum.actions.notifications import tell_opening
from forum.models import Mail, Notification, Page, Reading
from tests.factory import make_contribution, make_discussion, make_user
from tests.mail.server import MailServer
from tests.site import environment
from worker.processes import PROCESSES

from .run import end

MAILS = 500
KILLS = 20
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
# Seconds between two kills, and until everything must have gone out afterwards.
SHORTEST, LONGEST, PATIENCE = 0.7, 1.5, 240
# In turn: good ones for so many seconds, bad ones until somebody has met them.
MOODS = ("takes", "refuses", "takes", "stalls", "takes", "drops")
GOOD, BAD = 1.2, 0.3
STARTED = re.compile(r"Process (\d+) is (\w+)\.")


class Worker:
    """The real command, on the tests' database, as a service that is started again."""

    def __init__(self, folder, mail_url):
        self.log = folder / "worker.log"
        self.environment = environment(folder) | {"EMAIL_URL": mail_url}
        self.start()

    def start(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "worker"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def started(self, name):
        """The processes of this name, in the order in which they began."""
        found = STARTED.findall(self.log.read_text())
        return [int(pid) for pid, what in found if what == name]

    def kill(self, dice):
        """Mostly the process that sends; now and then the supervisor, whose processes end by
        themselves while new ones are at work already."""
        if dice.random() < 0.8 and (senders := self.started("post")):
            end(senders[-1])
        else:
            self.process.kill()
            self.process.wait()
            self.start()

    def stop(self):
        """The code with which it ends when it is asked to."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


def is_alive(pid):
    with suppress(OSError):
        os.kill(pid, 0)
        return True
    return False


@pytest.fixture
def server():
    with MailServer() as server:
        yield server
        server.shutdown()


@pytest.fixture
def waiting(committed):
    """A discussion whose opening so many people are to hear of."""
    call_command("createcachetable", verbosity=0)
    discussion = make_discussion("under-fire")
    people = Person.objects.bulk_create(
        Person(name=f"Reader {n}", email=f"reader{n}@example.org") for n in range(MAILS)
    )
    Reading.objects.bulk_create(
        Reading(person=person, discussion=discussion, follows=True) for person in people
    )
    tell_opening(discussion)
    assert Notification.objects.count() == MAILS
    return discussion


class Poster:
    """Somebody who replies now and then, and looks how long it takes."""

    def __init__(self, discussion):
        self.discussion, self.user = discussion, make_user("Jonas Berg")
        self.first = make_contribution(discussion, make_user("Ana Souza"), "First")
        self.rules, self.seconds = Page.objects.current("rules"), []

    def post(self):
        text = actions.Text(body=f"Reply {len(self.seconds)}", language="en")
        begun = time.perf_counter()
        actions.contribute(
            discussion=self.discussion,
            user=self.user,
            text=text,
            submission_key=uuid.uuid4(),
            parent=self.first,
            accepted=self.rules,
            again=True,
        )
        self.seconds.append(time.perf_counter() - begun)


def under_fire(worker, server, poster, dice):
    """Moods change, people post, and the worker is killed; until that has happened often enough."""
    moods, kills, met = cycle(MOODS), 0, 0
    next_mood, next_kill = 0, time.monotonic() + 3
    while kills < KILLS or not all(server.moods[mood] for mood in set(MOODS) - {"takes"}):
        now = time.monotonic()
        is_over = server.mood == "takes" or server.moods[server.mood] > met
        if now >= next_mood and is_over:
            server.mood = next(moods)
            met = server.moods[server.mood]
            next_mood = now + (GOOD if server.mood == "takes" else BAD)
        if now >= next_kill and kills < KILLS:
            worker.kill(dice)
            kills, next_kill = kills + 1, now + dice.uniform(SHORTEST, LONGEST)
        poster.post()
        time.sleep(0.1)
    server.mood = "takes"


def wait_until_sent():
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        unasked = Notification.objects.filter(unasked=True).exists()
        if not unasked and not Mail.objects.waiting().exists():
            return
        time.sleep(0.2)


def test_everybody_gets_each_mail_whatever_is_killed(waiting, server, tmp_path, summarise):
    dice = random.Random(SEED)  # noqa: S311
    poster = Poster(waiting)
    for _time in range(20):
        poster.post()
    before, poster.seconds = statistics.median(poster.seconds), []
    begun = time.monotonic()
    worker = Worker(tmp_path, server.url)
    try:
        under_fire(worker, server, poster, dice)
        left = Mail.objects.waiting().count()
        wait_until_sent()
    finally:
        code = worker.stop()
    connection.close()

    mails = {mail.message_id: mail for mail in Mail.objects.select_related("person__user")}
    arrived = Counter({key: count for (_to, key), count in server.arrived.items()})
    doubled = [key for key, count in arrived.items() if count > 1]
    during = statistics.median(poster.seconds)
    summarise(
        f"worker SEED={SEED} {connection.vendor}: {len(mails)} mails, {len(arrived)} arrived, "
        f"{len(doubled)} twice, {KILLS} killed, {left} waited at the last kill, "
        f"{dict(server.moods)}; {time.monotonic() - begun:.0f} s; a reply took "
        f"{1000 * before:.0f} ms before, {1000 * during:.0f} ms meanwhile"
    )
    assert code == 0, worker.log.read_text()[-3000:]
    processes = [pid for name in PROCESSES for pid in worker.started(name)]
    assert not any(map(is_alive, processes))
    # Every notification stands in a mail, every mail has arrived, at its own address.
    assert Notification.objects.filter(mail=None).count() == 0
    assert Counter(Notification.objects.values_list("mail", flat=True)).most_common(1)[0][1] == 1
    assert len(mails) >= MAILS + 20
    assert set(arrived) == set(mails)
    assert {key: to for to, key in server.arrived} == {
        key: mail.person.address for key, mail in mails.items()
    }
    # A double is where nobody knew, and there is but one.
    assert max(arrived.values()) <= 2
    assert all(mails[key].doubts == 2 for key in doubled)
    assert left, "everything had gone out before the last kill: nothing was proven"
    assert during < 10 * before + 0.2
