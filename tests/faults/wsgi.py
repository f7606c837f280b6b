"""The site's own application, in a process that dies when a request asks for it:

    python -m gunicorn --config config/gunicorn.py tests.faults.wsgi

The header X-Fault says when: "before" (nothing was done), "after" (everything was done and
committed, and the answer is never sent) or with a number: before that statement goes to the
database. Whatever else the process was answering dies with it.
"""

import os
import signal
from contextlib import nullcontext

from django.db import connection

from config.wsgi import application as site


def die():
    os.kill(os.getpid(), signal.SIGKILL)


class Countdown:
    """Dies before the statement of this number."""

    def __init__(self, number):
        self.left = number

    def __call__(self, execute, *statement):
        self.left -= 1
        if not self.left:
            die()
        return execute(*statement)


def application(environ, start_response):
    fault = environ.get("HTTP_X_FAULT", "")
    if fault == "before":
        die()
    counted = fault.isdecimal()
    with connection.execute_wrapper(Countdown(int(fault))) if counted else nullcontext():
        answer = site(environ, start_response)
    if fault == "after":
        die()
    return answer
