"""python -m bench.peak COMMAND …: runs a command, and prints its seconds and megabytes (Linux).

Between the two stands this small process: a command that a large one starts is counted with the
memory of that one.
"""

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


if __name__ == "__main__":
    print(*run(sys.argv[1:]))
