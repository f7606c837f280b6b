"""python -m bench: what a page costs, at three sizes of a discussion.

Requests go through the whole application inside one process, on a database made for it and removed
afterwards (SQLite, or the one of DATABASE_URL). CPU time is this process's own: the database
server's, if there is one, comes on top. Sizes are of the HTML, as it is and as gzip makes it.
"""

import gzip
import os
import statistics
import time

import django

from bench.site import without_static_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
SIZES = (20, 200, 2_000)
ROUNDS = 15


def main():
    django.setup()
    without_static_files()
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        measure()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measure():
    from django.db import connection
    from django.test import Client

    from accounts.models import User

    from .document import document

    reader = User.objects.create_user("reader@example.org", "bench")
    signed_in = Client()
    signed_in.force_login(reader)
    print(f"{connection.vendor}, {os.cpu_count()} cores, Django {django.get_version()}")
    print(f"{'page':34}{'contributions':>14}{'queries':>9}{'CPU ms':>8}{'KB':>8}{'KB gzip':>9}")
    for size in SIZES:
        slug = f"bench-{size}"
        load(document(slug, size), size)
        address = f"/discussions/{slug}/"
        middle = size // 2
        for title, client, path in (
            ("home", Client(), "/"),
            ("discussion, visitor", Client(), f"{address}?drawn=anew"),
            ("discussion, visitor, kept", Client(), address),
            ("discussion, signed in", signed_in, address),
            ("discussion, a later page", signed_in, f"{address}?after={middle}"),
            ("answers to a question", signed_in, f"{address}?question=Q1"),
            ("words", signed_in, f"{address}?q=village"),
            ("everything on one page", Client(), f"{address}all/"),
            ("contribution", signed_in, f"{address}{middle}/"),
            ("form", signed_in, f"{address}contribute/"),
            ("contributions.csv", Client(), f"{address}contributions.csv"),
        ):
            row(title, size, *cost(client, path))


def load(document, size):
    from forum import archive

    start = time.process_time()
    archive.load(archive.read(document))
    used = time.process_time() - start
    print(f"{'import':34}{size:>14}{'':>9}{used * 1000:>8.0f}")


def cost(client, path):
    """Queries, CPU milliseconds (median), bytes, compressed bytes of one request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def get():
        response = client.get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path}: {response.status_code}")
        return b"".join(response.streaming_content) if response.streaming else response.content

    get()
    with CaptureQueriesContext(connection) as captured:
        content = get()
    queries = len(captured)
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        get()
        times.append(time.process_time() - start)
    used = statistics.median(times) * 1000
    return queries, used, len(content), len(gzip.compress(content, 6))


def row(title, size, queries, used, raw, packed):
    print(f"{title:34}{size:>14}{queries:>9}{used:>8.1f}{raw / 1000:>8.1f}{packed / 1000:>9.1f}")


if __name__ == "__main__":
    main()
