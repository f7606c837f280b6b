"""Where the browser is, and what happens without one."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# No sandbox: continuous integration runs as root, and it opens our own pages alone.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find():
    """The path of a Chromium: the one that CHROMIUM names, or the first that is installed."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def missing():
    """What keeps browser tests from running, as one line; empty when nothing does."""
    return "" if find() else "no Chromium was found (on Debian or Ubuntu: apt-get install chromium)"


def required():
    """Continuous integration sets BROWSER_TESTS=required: there, a missing browser is a failure."""
    return os.environ.get("BROWSER_TESTS", "") == "required"
