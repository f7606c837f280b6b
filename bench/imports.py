"""python -m bench.imports: seconds and megabytes of importing and exporting 10,000 contributions.

Each command is a process of its own, as on a server, on a database made for it; the memory is the
most that it had at any moment. The second file has texts ten times as long: 2,000 words each.
"""

import json
import os
import sys

from django.conf import settings

from bench.document import document
from bench.peak import measured
from bench.site import database

SIZE = 10_000
LONGER = 10


def main():
    with database() as folder:
        measure(folder)


def measure(folder):
    from django.db import connection

    from tests.site import environment

    print(f"{connection.vendor}, {os.cpu_count()} cores, {SIZE} contributions")
    print(f"{'':34}{'MB of file':>12}{'seconds':>9}{'MB':>6}")
    manage = [sys.executable, "manage.py"]
    place = {"cwd": settings.BASE_DIR, "env": environment(folder)}
    for title, slug, times in (("", "bench", 1), (", long texts", "long", LONGER)):
        path, copy = folder / f"{slug}.json", folder / f"{slug}-copy.json"
        with path.open("w", encoding="utf-8") as file:
            json.dump(document(slug, SIZE, longer=times), file, ensure_ascii=False, indent=2)
        size = path.stat().st_size / 1_000_000
        row(f"import{title}", size, measured([*manage, "import_discussion", path], **place))
        export = [*manage, "export_discussion", slug, "--output", copy]
        row(f"export{title}", size, measured(export, **place))
        path.unlink()
        copy.unlink()


def row(title, size, figures):
    seconds, memory = figures
    print(f"{title:34}{size:>12.1f}{seconds:>9.1f}{memory:>6.0f}")


if __name__ == "__main__":
    main()
