"""python -m bench.proceedings: seconds and megabytes of the proceedings of 2,000 contributions.

Each format is a command of its own, as the worker's process is one; the memory is the most that any
of its processes had at any moment.
"""

import os

from bench.peak import commands
from bench.site import database

SIZE = 2_000
FORMATS = ("pdf", "docx", "odt", "epub", "html")


def main():
    with database() as folder:
        measure(folder)


def measure(folder):
    from django.db import connection

    print(f"{connection.vendor}, {os.cpu_count()} cores, {SIZE} contributions")
    print(f"{'':10}{'MB of file':>12}{'seconds':>9}{'MB':>6}")
    manage = commands(folder, SIZE)
    for name in FORMATS:
        path = folder / f"bench.{name}"
        seconds, memory = manage("proceedings", "bench", "--format", name, "--output", path)
        print(f"{name:10}{path.stat().st_size / 1e6:>12.1f}{seconds:>9.1f}{memory:>6.0f}")


if __name__ == "__main__":
    main()
