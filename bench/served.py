"""python -m bench.served: requests a second through the real server, and what one costs.

A thousand contributions of fifty people, in trees, on a database made for it; the server with its
two processes; eight clients that keep their connections and ask one thing after the other. The CPU
time is that of the server's own processes; these clients and the database's server use the same
cores.
"""

import http.client
import os
import re
import threading
import time
import uuid
from urllib.parse import urlencode, urlsplit

from bench.document import document
from bench.site import cpu_of_children, database, memory_of

CLIENTS = 8
SECONDS = 6
SIZE = 1_000
ADDRESS = "/discussions/bench/"
USUAL = {"Accept-Encoding": "gzip"}


def main():
    with database() as folder:
        measure(folder)


def measure(folder):
    from django.db import connection

    from forum import archive
    from tests.site import served

    archive.load(archive.read(document("bench", SIZE)))
    members = [signed_in(n) for n in range(CLIENTS)]
    with served(folder) as site:
        page, etag = first(site, ADDRESS)
        print(f"{connection.vendor}, {os.cpu_count()} cores, {SIZE} contributions")
        print(f"the page: {len(page) / 1000:.1f} KB compressed")
        print(f"{'':34}{'a second':>9}{'CPU ms':>8}")
        visitor = [USUAL] * CLIENTS
        row("visitor, kept", run(site, visitor, ADDRESS))
        row("visitor, has it already", run(site, visitor_with(etag), ADDRESS, 304))
        # A page that is not kept, of contributions that are remembered; then of some that are not.
        row("visitor, put together anew", run(site, visitor, f"{ADDRESS}?drawn=anew"))
        row("visitor, after each a change", run(site, visitor, ADDRESS, change=change))
        row("signed in", run(site, members, ADDRESS))
        row("everything on one page", run(site, visitor, f"{ADDRESS}all/"))
        row("posting through the form", post(site, members))
        print(f"memory of the server's processes: {memory_of(site.server.pid):.0f} MB")
    os.environ["FLOOR_BYTES"] = str(len(page))
    with served(folder, "bench.floor") as site:
        row("floor: a constant page", run(site, visitor, "/floor/"))


def visitor_with(etag):
    return [USUAL | {"If-None-Match": etag}] * CLIENTS


def first(site, path):
    """The page as it is sent, and its ETag; it is kept afterwards."""
    connection = connect(site)
    connection.request("GET", path, headers=USUAL)
    answer = connection.getresponse()
    return answer.read(), answer.headers["ETag"]


def signed_in(n):
    """The headers of somebody who is logged in and has accepted the rules."""
    from django.test import Client
    from django.utils import timezone

    from forum.models import Discussion, Membership, Page
    from tests.factory import make_user

    user, client = make_user(f"Reader{n} Example"), Client()
    client.force_login(user)
    Membership.objects.create(
        discussion=Discussion.objects.get(slug="bench"),
        person=user.person,
        role="participant",
        terms=Page.objects.current("rules"),
        terms_accepted_at=timezone.now(),
        licence="CC BY 4.0",
    )
    return USUAL | {"Cookie": f"sessionid={client.session.session_key}"}


def connect(site):
    parts = urlsplit(site.address)
    return http.client.HTTPConnection(parts.hostname, parts.port)


def change():
    """Somebody has written something: everything is to be drawn again."""
    from django.db import connection
    from django.db.models import F

    from forum.models import Discussion

    Discussion.objects.filter(slug="bench").update(version=F("version") + 1)
    # The thread is at its end soon, the database that was made for this too.
    connection.close()


def run(site, headers, path, expected=200, change=None):
    """(requests a second, CPU ms each) while every client asks for this again and again.

    change: is called before each request
    """

    def ask(connection, headers, _turn):
        if change:
            change()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status == expected

    return together(site, headers, ask)


def post(site, members):
    """The same for contributions that are published through the form."""
    forms = [form_of(site, headers) for headers in members]

    def send(connection, headers, turn):
        fields, cookie = forms[members.index(headers)]
        body = urlencode(
            fields | {"submission_key": uuid.uuid4(), "body": f"Words {uuid.uuid4()} " * 20}
        )
        there = headers | {
            "Cookie": f"{headers['Cookie']}; {cookie}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("POST", f"{ADDRESS}contribute/?send={turn}", body, there)
        answer = connection.getresponse()
        answer.read()
        return answer.status == 302

    return together(site, members, send)


def form_of(site, headers):
    """The hidden fields of the form, and the cookie of its token."""
    connection = connect(site)
    connection.request("GET", f"{ADDRESS}contribute/", headers=headers | {"Accept-Encoding": ""})
    answer = connection.getresponse()
    page = answer.read().decode()
    form = page[page.index('id="writing"') :]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    return fields | {"language": "en", "capacity": "personal"}, cookie


def together(site, headers, ask):
    counts, until = [0] * len(headers), time.monotonic() + SECONDS

    def client(n):
        connection = connect(site)
        while time.monotonic() < until:
            if not ask(connection, headers[n], counts[n] + 1):
                raise SystemExit("the server gives another answer than it should")
            counts[n] += 1

    start, used = time.monotonic(), cpu_of_children()
    threads = [threading.Thread(target=client, args=[n]) for n in range(len(headers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, used = time.monotonic() - start, cpu_of_children() - used
    return sum(counts) / took, used / max(1, sum(counts)) * 1000


def row(title, figures):
    rate, used = figures
    print(f"{title:34}{rate:>9.0f}{used:>8.1f}")


if __name__ == "__main__":
    main()
