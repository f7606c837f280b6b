"""python -m bench.drafts: how many drafts a second the real server keeps, and what one costs.

So many people write at once, each in a window that keeps its draft again and again, over HTTP, on a
database made for it. The CPU time is that of the server's own processes; these clients and the
database's server use the same cores.
"""

import http.client
import os
import threading
import time
from urllib.parse import urlencode, urlsplit

from bench.site import cpu_of_children, database

WRITERS = 8
SECONDS = 10
# A long text: 1,000 words.
BODY = "Our village has kept its network running for three years now. " * 90


def main():
    with database() as folder:
        measure(folder)


def measure(folder):
    from django.db import connection

    from tests.factory import make_discussion, make_user
    from tests.site import served

    discussion = make_discussion("busy")
    windows = [Window(discussion, make_user(f"Writer{n} Example")) for n in range(WRITERS)]
    with served(folder) as site:
        used, counts = cpu_of_children(), [0] * WRITERS
        start = time.monotonic()
        threads = [
            threading.Thread(target=keep, args=[site.address, window, counts, n, start + SECONDS])
            for n, window in enumerate(windows)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took, used = time.monotonic() - start, cpu_of_children() - used
    kept = sum(counts)
    print(
        f"{connection.vendor}, {os.cpu_count()} cores: {kept / took:.0f} drafts of {len(BODY)} "
        f"characters a second, {used / kept * 1000:.1f} CPU ms each"
    )


class Window:
    """What a browser sends to keep a draft, but for the number, for one person and session."""

    def __init__(self, discussion, user):
        from django.test import Client

        from forum.forms import Pen

        client = Client()
        client.force_login(user)
        session = client.session.session_key
        pen = Pen(user.person_id, discussion.pk, None, Pen.digest(session))
        self.headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={session}",
        }
        self.fields = {
            "pen": str(pen),
            "window": "00000000-0000-0000-0000-000000000001",
            "submission_key": "00000000-0000-0000-0000-00000000000" + str(user.pk % 10),
            "body": BODY,
            "answer-Q1": BODY[:500],
            "language": "en",
            "capacity": "personal",
        }

    def data(self, sequence):
        return urlencode(self.fields | {"sequence": sequence, "following": sequence + 1})


def keep(address, window, counts, n, until):
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    while time.monotonic() < until:
        connection.request("POST", "/me/drafts/save/", window.data(counts[n]), window.headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the server answers {answer.status}")
        counts[n] += 1


if __name__ == "__main__":
    main()
