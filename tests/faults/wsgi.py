"""The site's own application, in a process that dies when a request asks for it:

    python -m gunicorn --config config/gunicorn.py tests.faults.wsgi

The header X-Fault says when: "before" (nothing was done), "after" (everything was done and
committed, and the answer is never sent) or after so many milliseconds, whatever is being done by
then. Whatever else the process was answering dies with it.
"""

import os
import signal
import threading

from config.wsgi import application as site


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def application(environ, start_response):
    fault = environ.get("HTTP_X_FAULT", "")
    if fault == "before":
        die()
    if fault.isdecimal():
        threading.Timer(int(fault) / 1000, die).start()
    answer = site(environ, start_response)
    if fault == "after":
        die()
    return answer
