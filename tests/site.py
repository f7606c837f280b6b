"""The site as its users meet it: the real server, with processes of its own, on the database of the
tests. What the tests write must be committed for it to be seen (the fixture `committed`)."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

STARTS_WITHIN = 30  # seconds


@dataclass(frozen=True)
class Site:
    address: str
    data: Path
    # It starts the workers, and others in the place of those that end.
    server: subprocess.Popen

    @property
    def log(self):
        return self.data / "server.log"

    @property
    def is_running(self):
        return self.server.poll() is None

    def workers(self):
        """The processes that answer."""
        pid = self.server.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in children.split()]

    def last_code(self, email):
        """The code of the latest mail to this address, waited for: mail is sent in its own time."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            mails = (self.data / "mail").glob("*.log")
            for path in sorted(mails, key=lambda path: path.stat().st_mtime, reverse=True):
                text = path.read_text(errors="replace")
                code = re.findall(r"^ +(\d{4}-\d{4})$", text, re.MULTILINE)
                if f"To: {email}" in text and code:
                    return code[-1]
            time.sleep(0.1)
        raise AssertionError(f"no mail with a code came to {email}")


def database_url():
    """The address of the database that the tests use, for another process."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    account = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        account += ":" + quote(database["PASSWORD"], safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgres://{account}@{database['HOST'] or 'localhost'}{port}/{database['NAME']}"


def environment(data):
    """For a process that works on the tests' database and keeps its files in `data`."""
    return os.environ | {
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "tests.site_settings",
        # As in the process of the tests (tests/conftest.py).
        "STAFF_SECOND_FACTOR": "false",
        # Those who write here are few, write fast, and have one address.
        "RATES_TIMES": "1000",
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@contextmanager
def served(data, application="config.wsgi"):
    """The site, served as `make run` does, until the end of the block."""
    port = free_port()
    there = environment(data) | {"HOST": "localhost", "PORT": str(port)}
    root = settings.BASE_DIR
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=root, env=there, check=True)
    with (data / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", application],
            cwd=root,
            env=there,
            stdout=log,
            stderr=log,
        )
        try:
            site = Site(f"http://localhost:{port}", data, server)
            wait_for(site)
            yield site
        finally:
            stop(server)


def stop(server):
    """Let it answer what it has begun; end it if it does not stop. Workers end without it."""
    server.terminate()
    try:
        server.wait(timeout=40)
    finally:
        server.kill()
        server.wait()


def wait_for(site):
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and site.is_running:
        try:
            urllib.request.urlopen(f"{site.address}/about/", timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start:\n" + site.log.read_text())
