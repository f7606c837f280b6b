"""python -m bench.million: what pages cost on a site with 1,000,000 contributions.

It fills the empty database of DATABASE_URL with 2,000 discussions of 500 contributions, each with
people, answers, versions and a log of its own, and keeps it; where it has filled it before it only
measures. The same pages are measured on a small site that has one such discussion and a hundred
empty ones, in turn, in the same process: what grows with the site shows in the last columns.
Milliseconds are medians; wall time includes the database's server.
"""

import argparse
import copy
import gc
import os
import re
import statistics
import time
import uuid

from bench.site import database, without_static_files

CONTRIBUTIONS, DISCUSSIONS = 500, 2_000
# Frames in which nothing is said yet, here and on the small site: every list of discussions has a
# whole page of them.
FRAMES = 100
ROUNDS = 15
SLUG = "bench"
SUPERUSER = "superuser@example.org"


def main():
    options = argparse.ArgumentParser(prog="python -m bench.million", description=__doc__)
    options.add_argument("--discussions", type=int, default=DISCUSSIONS)
    options.add_argument("--contributions", type=int, default=CONTRIBUTIONS)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options = options.parse_args()

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connections

    without_static_files()
    small, large = connections["default"], connections.create_connection("default")
    # The other one is about to be called by the name of the database made for it.
    large.settings_dict = copy.deepcopy(small.settings_dict)
    with database():
        fill_small(options)
        connections["default"] = large
        fill_large(options)
        measure({"small": small, "large": large}, options)
        connections["default"] = small


def fill_small(options):
    fill(0, options)


def fill_large(options):
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import User
    from forum.models import Contribution, Discussion

    # Two people post as fast as they can; what limits count is counted all the same.
    settings.RATES_TIMES = 1_000
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not User.objects.filter(email=SUPERUSER).exists():
        if Discussion.objects.exists():
            raise SystemExit("The database of DATABASE_URL has discussions: it is not for this.")
        start = time.monotonic()
        fill(options.discussions - 1, options)
        print(f"filled in {time.monotonic() - start:.0f} s")
    print(
        f"{connection.vendor}, {os.cpu_count()} cores: {Contribution.objects.count():,} "
        f"contributions in {Discussion.objects.exclude(last_number=0).count():,} discussions, "
        f"{size_of(connection) / 1e9:.1f} GB"
    )


def fill(copies, options):
    from tqdm import tqdm

    from accounts.models import User
    from bench import copies as copying
    from tests.factory import make_factor

    copying.fill(
        SLUG,
        copies=copies,
        contributions=options.contributions,
        frames=FRAMES,
        progress=lambda batches: tqdm(batches, "copies", disable=None),
    )
    for user in User.objects.filter(email__in=["p0@example.org", "p1@example.org"]):
        make_factor(user)
    # The last: that it is there means that the database is filled.
    make_factor(User.objects.create_superuser(SUPERUSER))


def size_of(connection):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        return cursor.fetchone()[0]


# --- measuring ---


class Site:
    """One of the two databases, and those who read there."""

    def __init__(self, connection):
        from django.db import connections

        from accounts.models import User
        from forum.models import Discussion

        self.connection = connection
        connections["default"] = connection
        # In the midst of the copies, and open; on the small site there is only the first.
        said = Discussion.objects.exclude(last_number=0)
        there = said.in_window("open").order_by("pk")
        self.discussion = there[there.count() // 2]
        self.contributions = self.discussion.last_number
        suffix = self.discussion.slug.removeprefix(SLUG)
        self.clients = {
            "visitor": signed_in(None),
            "participant": signed_in(User.objects.get(email=f"p1{suffix}@example.org")),
            "moderator": signed_in(User.objects.get(email="p0@example.org")),
            "superuser": signed_in(User.objects.get(email=SUPERUSER)),
        }
        self.form = None

    def get(self, who, path):
        response = self.clients[who].get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path}: {response.status_code}")
        return b"".join(response.streaming_content) if response.streaming else response.content

    def post(self, who, path):
        """Publish something through the form."""
        if self.form is None:
            page = self.get(who, path).decode()
            form = page[page.index('id="writing"') :]
            self.form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        fields = {
            "submission_key": uuid.uuid4(),
            "body": f"Words {uuid.uuid4()} " * 20,
            "language": "en",
            "capacity": "personal",
        }
        response = self.clients[who].post(path, self.form | fields)
        if response.status_code != 302:
            raise SystemExit(f"{path}: nothing was published ({response.status_code})")
        return b""


def signed_in(user):
    from django.test import Client

    client = Client()
    if user:
        client.force_login(user)
    return client


def pages(site):
    """(title, who, address) for each; `{}` is the discussion's."""
    there, middle = f"/discussions/{site.discussion.slug}/", site.contributions // 2 + 1
    return (
        ("home", "visitor", "/"),
        ("home, signed in", "participant", "/"),
        ("discussion", "visitor", f"{there}?drawn=anew"),
        ("discussion, kept", "visitor", there),
        ("discussion, signed in", "participant", there),
        ("discussion, a later page", "participant", f"{there}?after={middle}"),
        ("contribution", "participant", f"{there}{middle}/"),
        ("answers to a question", "participant", f"{there}?question=Q1"),
        ("by language", "participant", f"{there}?language=fr"),
        ("words", "participant", f"{there}?q=village"),
        ("participants", "participant", f"{there}participants/"),
        ("everything on one page", "visitor", f"{there}all/?drawn=anew"),
        ("form", "participant", f"{there}contribute/"),
        ("me, one discussion", "participant", "/me/"),
        ("me, every discussion", "moderator", "/me/"),
        ("feed of a discussion", "visitor", f"{there}feed.atom?drawn=anew"),
        ("feed of the site", "visitor", "/feed.atom"),
        ("sitemap", "visitor", "/sitemap.xml"),
        ("admin, discussions", "moderator", "/admin/forum/discussion/"),
        ("admin, contributions", "moderator", "/admin/forum/contribution/"),
        ("admin, log", "moderator", "/admin/forum/logentry/"),
        ("admin, contributions", "superuser", "/admin/forum/contribution/"),
        ("admin, log", "superuser", "/admin/forum/logentry/"),
        ("posting", "participant", f"{there}contribute/"),
    )


def measure(connections, options):
    sites = [Site(connection) for connection in connections.values()]
    print(
        f"{'page':26}{'who':12}{'queries':>9}{'':>6}{'CPU ms':>8}{'':>8}{'wall ms':>9}{'':>8}"
        f"{'KB':>8}{'':>8}{'CPU':>8}{'wall':>7}"
    )
    for (title, who, small), (_title, _who, large) in zip(*map(pages, sites), strict=True):
        act = "post" if title == "posting" else "get"
        row(title, who, *compare(sites, (small, large), act, who, options.rounds))


def compare(sites, paths, act, who, rounds):
    """For each site (queries, CPU ms, wall ms, bytes) of a request, asked for in turn."""
    asked = [
        lambda s=site, p=path: getattr(s, act)(who, p)
        for site, path in zip(sites, paths, strict=True)
    ]
    figures = [[], []]
    queries, sizes = [], []
    for site, ask in zip(sites, asked, strict=True):
        use(site)
        ask()
        number, size = counted(ask)
        queries.append(number)
        sizes.append(size)
    for _round in range(rounds):
        for place, (site, ask) in enumerate(zip(sites, asked, strict=True)):
            use(site)
            figures[place].append(timed(ask))
    for place in (0, 1):
        used, took = (
            statistics.median(times) * 1000 for times in zip(*figures[place], strict=True)
        )
        yield queries[place], used, took, sizes[place]


def use(site):
    from django.db import connections

    connections["default"] = site.connection


def counted(ask):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        content = ask()
    return len(captured), len(content)


def timed(ask):
    # Otherwise the rubbish of one request is cleared away at the cost of the next one.
    gc.collect()
    start, used = time.perf_counter(), time.process_time()
    ask()
    return time.process_time() - used, time.perf_counter() - start


def row(title, who, small, large):
    pairs = zip(small, large, strict=True)
    (queries, queries_there), (used, used_there), (took, took_there), (size, size_there) = pairs
    print(
        f"{title:26}{who:12}{queries:>9}{queries_there:>6}{used:>8.1f}{used_there:>8.1f}"
        f"{took:>9.1f}{took_there:>8.1f}{size / 1000:>8.1f}{size_there / 1000:>8.1f}"
        f"{used_there / used - 1:>+8.0%}{took_there / took - 1:>+7.0%}"
    )


if __name__ == "__main__":
    main()
