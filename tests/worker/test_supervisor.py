"""The supervisor starts what has died again, and ends everything when it is asked to."""

import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

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
    # After 1, 2 and 4 seconds; the other one was left alone.
    assert said.count("dies\n") in {3, 4}
    assert said.count("works\n") == 1
    assert "(dies) has ended: 7" in log
