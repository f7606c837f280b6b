"""python -m bench.exports: seconds and megabytes of exports of 20,000 contributions, and the CPU
time of their statistics.

Each export is a command of its own, as the worker's process is one.
"""

import os
import time

from bench.peak import commands
from bench.site import database, without_static_files

SIZE = 20_000
ROUNDS = 5
EXPORTS = [
    (kind, rows) for kind in ("csv", "json", "xlsx") for rows in ("contributions", "answers")
]


def main():
    with database() as folder:
        measure(folder)


def measure(folder):
    from django.db import connection

    print(f"{connection.vendor}, {os.cpu_count()} cores, {SIZE} contributions")
    print(f"{'':22}{'MB of file':>12}{'seconds':>9}{'MB':>6}")
    manage = commands(folder, SIZE)
    for kind, rows in EXPORTS:
        path = folder / f"bench.{kind}"
        options = ("--format", kind, "--rows", rows, "--output", path)
        seconds, memory = manage("export", "bench", *options)
        size = path.stat().st_size / 1e6
        print(f"{kind + ', ' + rows:22}{size:>12.1f}{seconds:>9.1f}{memory:>6.0f}")
    print(f"statistics: {1000 * statistics_seconds():.0f} CPU ms")


def statistics_seconds():
    """The best of some times, each after a change: nothing that was remembered is of use."""
    from django.db.models import F
    from django.test import Client

    from forum.models import Discussion

    without_static_files()
    spent = []
    for _round in range(ROUNDS):
        Discussion.objects.update(statistics_public=True, version=F("version") + 1)
        begun = time.process_time()
        answer = Client().get("/discussions/bench/statistics/?drawn=anew")
        spent.append(time.process_time() - begun)
        assert answer.status_code == 200  # noqa: S101 - a figure of an error page is none
    return min(spent)


if __name__ == "__main__":
    main()
