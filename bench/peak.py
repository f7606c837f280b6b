"""python -m bench.peak COMMAND …: runs a command, and prints its seconds and megabytes (Linux).

Between the two stands this small process: a command that a large one starts is counted with the
memory of that one.
"""

import json
import resource
import subprocess
import sys
import time


def run(command):
    """(seconds, megabytes of memory at most); the command says nothing unless it fails."""
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - that is its task
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return time.monotonic() - start, most / 1024


def measured(command, **options):
    """The same for a process of any size."""
    between = [sys.executable, "-m", "bench.peak", *map(str, command)]
    done = subprocess.run(  # noqa: S603 - our own commands
        between, check=True, stdout=subprocess.PIPE, text=True, **options
    )
    return tuple(float(figure) for figure in done.stdout.split())


def commands(folder, size):
    """A function that measures a command of manage.py, given without its name, on a site with a
    discussion of this size, "bench"."""
    from django.conf import settings

    from bench.document import document
    from tests.site import environment

    place = {"cwd": settings.BASE_DIR, "env": environment(folder)}

    def manage(*arguments):
        return measured([sys.executable, "manage.py", *arguments], **place)

    source = folder / "bench.json"
    source.write_text(json.dumps(document("bench", size)), encoding="utf-8")
    manage("import_discussion", source)
    return manage


if __name__ == "__main__":
    print(*run(sys.argv[1:]))
