"""The cast, the same in every test: an organiser, a facilitator, a moderator, a participant, and a
stranger, who has an account and no part in the discussion."""

import gc
import os
import time
import uuid
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from forum import memory, triggers
from mail.actions import read_news
from mail.line import Line
from mail.sending import send_next

from .factory import make_discussion, make_member, make_user
from .site import served

# How long one example takes says how busy the machine is.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

# Continuous integration runs the tests on two databases side by side. What is the same on both, and
# takes long, runs on one of them there (TESTS_ONCE); everywhere else all of it runs.
ONCE_ON = {
    "sqlite": (
        "tests/accounts/",
        "tests/browser/test_assigning.py",
        "tests/browser/test_look.py",
        "tests/browser/test_pages.py",
        "tests/browser/test_paste.py",
        "tests/browser/test_security.py",
        "tests/browser/test_traps.py",
        "tests/browser/test_week.py",
        "tests/config/test_colours.py",
        "tests/config/test_look.py",
        "tests/config/test_settings.py",
        "tests/facilitation/test_tables.py",
        "tests/faults/test_documents.py",
        "tests/forum/test_site_pages.py",
        "tests/moderation/test_admin_scope.py",
        "tests/test_addresses.py",
        "tests/test_architecture.py",
        "tests/test_roles.py",
        "tests/test_sleeping_roles.py",
        "tests/test_translations.py",
    ),
    "postgresql": (
        "tests/attacks/",
        "tests/browser/test_paste_floods.py",
        "tests/browser/test_story.py",
        "tests/browser/test_workbench.py",
        "tests/browser/test_writing.py",
        "tests/facilitation/test_marks.py",
        "tests/facilitation/test_proceedings.py",
        "tests/faults/test_worker.py",
        "tests/forum/test_recognition.py",
        "tests/moderation/test_admin_editing.py",
        "tests/moderation/test_admin_steering.py",
        "tests/test_outputs.py",
    ),
}

# With four parts side by side a browser, or a process that is started again, may take longer than
# any test waits: these are tried once more there, and the summary says so. What is killed, and what
# happens at once, is not: there a failure that comes and goes is what the tests are for.
ONCE_MORE = ("tests/browser/", "tests/worker/")


def pytest_collection_modifyitems(config, items):
    if not os.environ.get("TESTS_ONCE"):
        return
    for item in items:
        if item.nodeid.startswith(ONCE_MORE):
            item.add_marker(pytest.mark.flaky(reruns=1))
    elsewhere = tuple(
        place
        for vendor, places in ONCE_ON.items()
        if vendor != connection.vendor
        for place in places
    )
    assert all((config.rootpath / place).exists() for place in elsewhere)
    left_out = [item for item in items if item.nodeid.startswith(elsewhere)]
    items[:] = [item for item in items if not item.nodeid.startswith(elsewhere)]
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish():
    """Thousands of tests are no garbage: looked through again and again, they took half a second of
    whatever was being timed."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite's test database is a file: other processes, the server's too, work on it. A part of
    the tests that runs beside another has one of its own on PostgreSQL, too."""
    database = connections.settings["default"]
    if "sqlite" in database["ENGINE"]:
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
    elif part := os.environ.get("TESTS_PART"):
        database["TEST"]["NAME"] = f"test_{database['NAME']}_{part}"


@pytest.fixture
def committed(transactional_db):
    """What the test writes is committed, and taken away afterwards.

    Emptying the tables needs the log's triggers gone; they are back with the flush that follows,
    since they are installed after every migrate.
    """
    yield
    wait_for_others()
    triggers.remove(connection)


def wait_for_others():
    """Until no other process is at work in the database: a window that was closed may have sent its
    draft at last, and emptying a table would wait for it that waits for another table."""
    if connection.vendor != "postgresql":
        return
    busy = """SELECT count(*) FROM pg_stat_activity
              WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """A real server on the tests' database (tests/site.py)."""
    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)
        data = tmp_path_factory.mktemp("site")
        with served(data) as site:
            yield site


@pytest.fixture(autouse=True)
def the_sites_own_language():
    """A request leaves the language active in which it was answered."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def nothing_remembered():
    """A test that is rolled back gives its ids and versions to the next one."""
    memory.forget()


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Tests need no collected, hashed files; the server that the browser tests start has them."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def roles_that_are_awake(settings):
    """The cast has no second factors: what their roles may do is one question, what wakes a role
    is another (tests/test_sleeping_roles.py switches it on)."""
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def documents_of_this_test(settings, tmp_path):
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    settings.DOCUMENTS_DIR.mkdir()


@pytest.fixture
def discussion(db):
    return make_discussion("open-discussion", title="Connecting the last villages")


@pytest.fixture
def cast(discussion):
    return SimpleNamespace(
        organiser=make_member(discussion, "organiser", make_user("Amina Odhiambo")),
        facilitator=make_member(discussion, "facilitator", make_user("Karim Benali")),
        moderator=make_member(discussion, "moderator", make_user("Lucía Fernández")),
        participant=make_member(discussion, "participant", make_user("Ana Souza")),
        stranger=make_user("Jonas Berg"),
    )


@pytest.fixture
def send_all():
    """Does what the worker does, until nothing is due; how often it went well."""

    def send_all(holder=None):
        while read_news():
            pass
        line, answers = Line(), []
        while (answer := send_next(holder or uuid.uuid4(), line)) is not None:
            answers.append(answer)
        line.close()
        return answers

    return send_all
