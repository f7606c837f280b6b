"""The real server on a database made for a measurement, and what its processes use."""

import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


@contextmanager
def database():
    """A database of its own, on SQLite or the server of DATABASE_URL, until the end of the block.

    It gives a folder that is there as long.
    """
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    with TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            # A file, since the server is another process.
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0)
        try:
            # Sessions and pens made here are the server's too.
            os.environ["SECRET_KEY"] = settings.SECRET_KEY
            call_command("createcachetable", verbosity=0)
            yield Path(folder)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def without_static_files():
    """For requests inside this process: pages do not need the files that they name."""
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )


def cpu_of_children():
    """Seconds of CPU that the processes below this one have used so far (Linux)."""
    ticks = os.sysconf("SC_CLK_TCK")
    return sum(
        (int(fields[11]) + int(fields[12])) / ticks for fields in children(os.getpid()).values()
    )


def memory_of(pid):
    """Megabytes of a process and of those below it, what they share counted once (Linux)."""
    total = 0
    for child in [pid, *children(pid)]:
        for line in Path(f"/proc/{child}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def children(pid):
    """The fields of /proc/…/stat, behind the name, of all processes below this one."""
    stats, mine = {}, {pid}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        stats[int(path.parent.name)] = fields
    below = set()
    while found := {child for child, fields in stats.items() if int(fields[1]) in mine} - below:
        below |= found
        mine = found
    return {child: stats[child] for child in below}
