"""The log is append-only: the database itself refuses anything else, whoever asks."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from forum import triggers
from forum.models import LogEntry
from tests.factory import make_contribution, make_discussion, make_person, make_user

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="not in SQLite")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own")


@pytest.fixture
def entry(discussion):
    return LogEntry.objects.record(
        "discussion.close", actor=make_user(), discussion=discussion, reason="spam"
    )


def log():
    return list(LogEntry.objects.order_by("pk").values())


def run(statement):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # No check of a key waits for the end: PostgreSQL would refuse TRUNCATE for that alone.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def save(entry):
    entry.reason = ""
    entry.save()


def write_over(entry):
    LogEntry.objects.bulk_create(
        [LogEntry(pk=entry.pk, act="discussion.open")],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["act"],
    )


def replace(entry):
    run(
        "REPLACE INTO forum_logentry (id, at, as_superuser, act, label, reason, details)"  # noqa: S608
        f" VALUES ({entry.pk}, '2026-01-01', 0, 'forged', '', '', '{{}}')"
    )


CHANGES = [
    pytest.param(save, id="save"),
    pytest.param(write_over, id="write over"),
    pytest.param(lambda _: LogEntry.objects.update(reason=""), id="update"),
    pytest.param(lambda entry: entry.delete(), id="delete"),
    pytest.param(lambda _: LogEntry.objects.all().delete(), id="delete all"),
    pytest.param(lambda _: run("UPDATE forum_logentry SET act = act"), id="SQL update"),
    pytest.param(lambda _: run("UPDATE forum_logentry SET id = id + 1"), id="SQL update of keys"),
    pytest.param(lambda _: run("DELETE FROM forum_logentry"), id="SQL delete"),
    pytest.param(lambda _: run("TRUNCATE forum_logentry CASCADE"), id="SQL truncate", marks=on_postgresql),
    pytest.param(
        lambda _: run("TRUNCATE accounts_person CASCADE"),
        id="SQL truncate of what it names",
        marks=on_postgresql,
    ),
    pytest.param(
        replace,
        id="SQL replace",
        marks=on_sqlite,
    ),
]


@pytest.mark.parametrize("change", CHANGES)
def test_an_entry_stays_as_it_was_written(entry, change):
    before = log()
    with pytest.raises(DatabaseError, match="the log is append-only"), transaction.atomic():
        change(entry)
    assert log() == before


def test_whatever_is_done_together_with_a_change_of_the_log_is_undone(entry, discussion):
    @transaction.atomic
    def cover_up():
        discussion.touch(title="Forged")
        LogEntry.objects.record("discussion.edit", actor=None, discussion=discussion)
        LogEntry.objects.filter(pk=entry.pk).delete()

    title = discussion.title
    with pytest.raises(DatabaseError, match="the log is append-only"):
        cover_up()
    discussion.refresh_from_db()
    assert discussion.title == title
    assert LogEntry.objects.get() == entry


def test_an_entry_of_an_open_transaction_cannot_be_taken_back_alone(discussion):
    with transaction.atomic():
        LogEntry.objects.record("discussion.open", actor=None, discussion=discussion)
        with pytest.raises(DatabaseError, match="the log is append-only"), transaction.atomic():
            LogEntry.objects.all().delete()
    assert LogEntry.objects.count() == 1


def test_the_database_has_every_trigger():
    assert triggers.installed(connection) == set(triggers.expected(connection))


def test_migrate_brings_back_what_was_dropped():
    triggers.remove(connection)
    assert triggers.installed(connection) == set()
    call_command("migrate", verbosity=0)
    assert triggers.installed(connection) == set(triggers.expected(connection))


def test_installing_again_changes_nothing(entry):
    triggers.install(connection)
    assert triggers.installed(connection) == set(triggers.expected(connection))


def test_migrate_brings_them_back_after_the_table_was_remade(committed):
    """SQLite remakes a table for every change of a column, and drops its triggers."""
    label = LogEntry._meta.get_field("label")
    wider = models.CharField(max_length=label.max_length + 1, blank=True)
    wider.set_attributes_from_name("label")
    for old, new in ((label, wider), (wider, label)):
        with connection.schema_editor() as editor:
            editor.alter_field(LogEntry, old, new, strict=True)
    there = triggers.installed(connection)
    assert there == (set() if connection.vendor == "sqlite" else set(triggers.POSTGRESQL))

    call_command("migrate", verbosity=0)
    assert triggers.installed(connection) == set(triggers.expected(connection))
    LogEntry.objects.record("discussion.open", actor=None)
    with pytest.raises(DatabaseError, match="the log is append-only"):
        LogEntry.objects.all().delete()


@pytest.fixture
def named(discussion):
    """What an entry names, a column each; nothing else holds these rows."""
    author = make_user()
    things = {
        "actor": make_person(),
        "person": make_person(),
        "discussion": make_discussion(questions=0),
        "contribution": make_contribution(discussion, author),
    }
    things["discussion"].question_groups.all().delete()
    LogEntry.objects.create(act="contribution.hide", **things)
    return things


COLUMNS = ["actor", "person", "discussion", "contribution"]


@pytest.mark.parametrize("column", COLUMNS)
def test_what_the_log_names_cannot_be_deleted(named, column):
    with pytest.raises(ProtectedError) as refusal:
        named[column].delete()
    assert {type(row) for row in refusal.value.protected_objects} == {LogEntry}


@pytest.mark.parametrize("column", COLUMNS)
def test_the_database_keeps_what_the_log_names(named, column):
    """Without Django's own look at what depends on the row."""

    @transaction.atomic
    def delete():
        rows = type(named[column]).objects.filter(pk=named[column].pk)
        rows._raw_delete(rows.db)
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="forum_logentry"):
        delete()
