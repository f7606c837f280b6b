"""A process that is at work says so, and ends when whoever has started it is gone."""

import logging
import os
import signal
import threading
import time

from django.db import DatabaseError, close_old_connections, connection

logger = logging.getLogger(__name__)

# Seconds; several fit into every lease.
BEAT = 4


class Heart(threading.Thread):
    def __init__(self, renew):
        """renew: tells the database that this process is alive"""
        super().__init__(daemon=True)
        self.renew, self.parent = renew, os.getppid()

    def run(self):
        while True:
            time.sleep(BEAT)
            if os.getppid() != self.parent:
                logger.warning("The supervisor is gone: process %s ends.", os.getpid())
                os.kill(os.getpid(), signal.SIGTERM)
                self.parent = os.getppid()
            try:
                close_old_connections()
                self.renew()
            except DatabaseError:
                logger.exception("A lease could not be renewed.")
                connection.close()


class Stop:
    """Was this process asked to end? A signal may come at any moment, so it takes no lock."""

    def __init__(self):
        self.asked = False
        signal.signal(signal.SIGTERM, self.ask)
        # Ctrl+C goes to all processes at once; the supervisor tells the others.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def ask(self, *signal_and_frame):
        self.asked = True

    def wait(self, seconds):
        """Sleep so long, unless it is asked to end."""
        until = time.monotonic() + seconds
        while not self.asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(0.2, left))
