"""Some write for a while, and the processes that answer them are killed meanwhile."""

import os
import random
import signal
import threading
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.ledger import Ledger, entries
from tests.site import Site

from .writer import Habits, Writer

# Seconds between two kills.
SHORTEST, LONGEST = 0.5, 3
# On a slow machine it goes on until it has seen enough, at most so many seconds longer.
LONGER = 120
RECOVERS_WITHIN = 30  # seconds


def end(pid):
    # It may have died a moment ago.
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@dataclass
class Run:
    site: Site
    # Of the discussion.
    slug: str
    # Of those who write.
    emails: list
    folder: Path
    seed: int
    seconds: float
    habits: Habits
    # What must have happened for it to prove anything: acknowledged, unknown, killed.
    enough: Counter

    def __post_init__(self):
        self.stop, self.kills = threading.Event(), 0
        self.writers = [self.writer(n, email) for n, email in enumerate(self.emails)]

    def writer(self, n, email):
        ledger, dice = Ledger(self.folder / f"{n}.ledger"), self.dice(n)
        return Writer(self.site, self.slug, email, ledger, dice, self.habits, self.stop)

    def dice(self, whose):
        return random.Random(f"{self.seed} {whose}")  # noqa: S311 (dice)

    def go(self):
        """Everybody writes and the killer kills until the time is up; then what was told."""
        try:
            with ThreadPoolExecutor(len(self.writers) + 1) as people:
                list(people.map(Writer.sign_in, self.writers))
                at_work = [people.submit(writer.write) for writer in self.writers]
                at_work.append(people.submit(self.kill, self.dice("killer")))
                try:
                    self.watch(at_work)
                finally:
                    self.stop.set()
            for one in at_work:
                one.result()
        finally:
            for writer in self.writers:
                writer.close()
        return entries(self.folder)

    def kill(self, dice):
        while not self.stop.wait(dice.uniform(SHORTEST, LONGEST)):
            if workers := self.site.workers():
                end(dice.choice(workers))
                self.kills += 1

    def watch(self, at_work):
        begun = time.monotonic()
        while not any(one.done() for one in at_work):
            time.sleep(0.1)
            passed = time.monotonic() - begun
            assert self.site.is_running, "the server has ended: " + self.site.log.read_text()
            if passed > self.seconds and (self.is_enough or passed > self.seconds + LONGER):
                return

    @property
    def seen(self):
        told = sum((Counter(writer.told) for writer in self.writers), Counter())
        return told + Counter(killed=self.kills)

    @property
    def is_enough(self):
        return self.enough <= self.seen

    def recover(self):
        """Kill whatever answers, all at once; how many seconds the site then takes to answer."""
        for pid in self.site.workers():
            end(pid)
        begun = time.monotonic()
        address = f"{self.site.address}/discussions/{self.slug}/"
        while (passed := time.monotonic() - begun) < RECOVERS_WITHIN:
            try:
                urllib.request.urlopen(address, timeout=RECOVERS_WITHIN).close()  # noqa: S310
            except OSError:
                time.sleep(0.1)
            else:
                return time.monotonic() - begun
        raise AssertionError(f"the site does not answer {passed:.0f} seconds after the last kill")
