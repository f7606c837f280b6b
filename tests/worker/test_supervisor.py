"""The supervisor starts what has died again, and ends everything when it is asked to."""

import signal
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.site import Site, environment, free_port, wait_for
from worker.processes import PROCESSES

PROGRAM = """
import logging, sys, time
from worker.heart import Stop
from worker.supervisor import Supervisor

def works():
    stop = Stop()
    print("works", flush=True)
    while not stop.asked:
        stop.wait(60)
    print("ended", flush=True)

def dies():
    print("dies", flush=True)
    raise SystemExit(7)

logging.basicConfig(level="INFO")
processes = {"works": works} | ({"dies": dies} if "dies" in sys.argv else {})
beside = [sys.executable, "-c", sys.argv[1]] if sys.argv[1] else None
sys.exit(Supervisor(processes).run(beside))
"""


@pytest.fixture
def start():
    """Run a supervisor with the process "works" and what a test asks for."""
    started = []

    def start(beside="", *others):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, beside, *others],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_serve_starts_the_site_and_ends_with_it(committed, tmp_path):
    call_command("createcachetable", verbosity=0)
    address = f"http://localhost:{(port := free_port())}"
    there = environment(tmp_path) | {"HOST": "localhost", "PORT": str(port)}
    command = [sys.executable, "manage.py", "serve"]
    subprocess.run([*command[:2], "collectstatic", "--noinput", "-v0"], env=there, check=True)
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=there, stdout=log, stderr=log)
        try:
            wait_for(Site(address, tmp_path, process))
            process.terminate()
            assert process.wait(timeout=40) == 0
        finally:
            process.kill()
            process.wait()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{address}/about/", timeout=5)  # noqa: S310
    said = (tmp_path / "server.log").read_text()
    assert all(f"is {name}." in said for name in PROCESSES)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_and_what_runs_is_ended_in_order(start, number):
    process = start("import time; time.sleep(60)")
    assert process.stdout.readline() == "works\n"
    process.send_signal(number)
    said, _log = process.communicate(timeout=20)
    assert said == "ended\n"
    assert process.returncode == 0


def test_when_the_command_beside_it_ends_all_end_with_its_code(start):
    process = start("import time; time.sleep(1); raise SystemExit(3)")
    said, _log = process.communicate(timeout=20)
    assert said == "works\nended\n"
    assert process.returncode == 3


def test_what_dies_is_started_again_and_less_and_less_often(start):
    process = start("", "dies")
    time.sleep(6)
    process.terminate()
    said, log = process.communicate(timeout=20)
    assert process.returncode == 0
    # After 1, 2 and 4 seconds; the other one was left alone. Both write to one pipe at once.
    assert 2 <= said.count("dies") <= 4
    assert said.count("works") == 1
    assert "(dies) has ended: 7" in log
