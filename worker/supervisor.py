"""Starts the processes of the worker, others in the place of those that die, and ends them all.

They are forks of one process that has loaded everything, so they share its memory; it opens no
connection to the database itself.
"""

import logging
import multiprocessing
import signal
import subprocess
import time
from multiprocessing.connection import wait

logger = logging.getLogger(__name__)

# Seconds. Whoever dies at once is started again after a pause that doubles.
SHORT_LIFE, SHORTEST_PAUSE, LONGEST_PAUSE = 1, 0.5, 60
# Seconds that a process has to end what it does: longer than a mail server may keep silent.
GRACE = 30


class Charge:
    """One process, again and again."""

    def __init__(self, name, work):
        self.name, self.work = name, work
        self.pause = SHORTEST_PAUSE
        self.start()

    def start(self):
        fork = multiprocessing.get_context("fork")
        self.process = fork.Process(target=self.work, name=self.name)
        self.process.start()
        self.started, self.ended = time.monotonic(), None
        logger.info("Process %s is %s.", self.process.pid, self.name)

    def look_after(self):
        """Notice that it has died, and start it again when it is time."""
        now = time.monotonic()
        if self.ended is None and not self.process.is_alive():
            code = self.process.exitcode
            logger.error("Process %s (%s) has ended: %s", self.process.pid, self.name, code)
            lived = now - self.started
            longer = min(2 * self.pause, LONGEST_PAUSE)
            self.pause = longer if lived < SHORT_LIFE else SHORTEST_PAUSE
            self.ended = now
        if self.ended is not None and now - self.ended >= self.pause:
            self.start()

    def end(self, deadline):
        self.process.join(max(0, deadline - time.monotonic()))
        if self.process.is_alive():
            logger.error("Process %s (%s) does not end: killed.", self.process.pid, self.name)
            self.process.kill()
            self.process.join()


class Supervisor:
    def __init__(self, processes):
        """processes: name -> what it does"""
        self.processes, self.stopping = processes, False

    def run(self, beside=None):
        """Until a signal asks to end, or the command beside it has ended: then return its code.

        beside: a command, such as that of the web server
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        other = subprocess.Popen(beside) if beside else None  # noqa: S603 (a command of ours)
        charges = [Charge(name, work) for name, work in self.processes.items()]
        while not self.stopping and (other is None or other.poll() is None):
            wait([charge.process.sentinel for charge in charges if charge.ended is None], 0.2)
            for charge in charges:
                charge.look_after()
        self.end(charges, other)
        return 0 if self.stopping else other.returncode

    def stop(self, *signal_and_frame):
        self.stopping = True

    def end(self, charges, other):
        deadline = time.monotonic() + GRACE
        for charge in charges:
            charge.process.terminate()
        if other and other.poll() is None:
            other.terminate()
        for charge in charges:
            charge.end(deadline)
        if other:
            other.wait()
