"""Queries that are written once find what Django's own queries find, and read it as Django does."""

import sys
import uuid
from datetime import timedelta
from operator import attrgetter

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from accounts import backends, sessions
from config.prepared import Prepared, Written
from forum.actions.base import LOCKED
from forum.models import Contribution, Discussion, Draft, Mute, ParkedForm, Reading
from tests.factory import make_contribution, make_discussion

OURS = ("accounts.", "config.", "forum.", "moderation.", "facilitation.", "mail.", "worker.")


def queries():
    """Each such query of the house -> its name."""
    # Django itself loads them with the first request only.
    assert all((get_resolver().url_patterns, backends, sessions))
    found = {
        f"{module}.{name}": value
        for module, loaded in sorted(sys.modules.items())
        if module.startswith(OURS)
        for name, value in vars(loaded).items()
        if isinstance(value, Prepared)
    }
    return {value: name for name, value in found.items()}


QUERIES = queries()


@pytest.fixture
def world(discussion, cast):
    """A row of every model that is asked for, and a second one of some."""
    made = make_contribution(discussion, cast.participant, answers={"Q1": "Nobody asked us."})
    make_contribution(discussion, cast.stranger)
    moderator = cast.moderator.person
    Mute.objects.create(
        discussion=discussion,
        person=cast.stranger.person,
        contribution=made,
        reason="offensive",
        until=timezone.now() + timedelta(days=1),
        entry=made.log.first(),
    )
    for parent in (None, made):
        Draft.objects.create(discussion=discussion, person=moderator, parent=parent, body="…")
    ParkedForm.objects.create(path="/", key="a", fields={"body": "…"}, person=moderator)
    Reading.objects.get_or_create(discussion=discussion, person=moderator)
    for user in (cast.organiser, cast.stranger):
        Client().force_login(user)


@pytest.mark.parametrize("query", QUERIES, ids=QUERIES.get)
def test_it_finds_what_django_finds(query, world):
    with transaction.atomic():
        rows = list(query.ask().model.objects.all())
        assert rows
        found = [compare(query, values_of(row, query.lookups)) for row in rows]
    assert any(found)


@pytest.mark.parametrize("query", QUERIES, ids=QUERIES.get)
def test_nothing_else_changes_in_it(query, db):
    """What depends on the time, or on who asks, would be what it was the first time, for ever."""
    first, second = (Written(query.ask(), query.lookups, query.most) for _n in range(2))
    assert (first.sql, first.parameters) == (second.sql, second.parameters)


def values_of(row, lookups):
    """Those that find this row, if the query does."""
    for lookup in lookups:
        name, _, is_later = lookup.partition("__")
        value = attrgetter(row._meta.get_field(name).attname)(row)
        yield value - timedelta(seconds=1) if is_later else value


def compare(query, values):
    values = list(values)
    if None in values:
        return False
    asked = query.ask().filter(**dict(zip(query.lookups, values, strict=True)))[: query.most]
    if asked._fields:
        expected, found = list(asked), query.rows(*values)
    else:
        expected, found = list(map(seen, asked)), list(map(seen, query.all(*values)))
    assert found == expected
    return bool(found)


def seen(instance, *, is_joined=False):
    """All that is loaded of an instance, and of what is joined."""
    fields = {name: value for name, value in vars(instance).items() if name != "_state"}
    there = [] if is_joined else instance._state.fields_cache.items()
    joined = {name: seen(one, is_joined=True) for name, one in there}
    return type(instance), instance._state.db, instance._state.adding, fields, joined


def test_what_is_joined_is_there_without_another_query(world, cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert backends.BY_ID.first(cast.participant.pk).person.name == "Ana Souza"


def test_the_sql_is_written_once(discussion):
    query = Prepared(Discussion.objects.all, "slug")
    assert query.first("nowhere") is None
    assert query.first(discussion.slug) == discussion
    assert query.written.cache_info().misses == 1


def test_whoever_must_be_there_is_missed(db):
    with pytest.raises(Discussion.DoesNotExist):
        Prepared(Discussion.objects.all, "slug").get("nowhere")


def test_a_lock_needs_a_transaction_each_time(committed):
    """Also on SQLite, which has no locks of rows: a developer is told there already."""
    discussion = make_discussion()
    with transaction.atomic():
        assert LOCKED.get(discussion.pk) == discussion
    with pytest.raises(TransactionManagementError):
        LOCKED.get(discussion.pk)


def test_the_row_is_locked(discussion):
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite locks no rows")
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        LOCKED.get(discussion.pk)
    assert any("FOR UPDATE" in query["sql"] for query in asked)


@pytest.mark.parametrize(
    "query",
    [
        lambda: Contribution.objects.annotate(n=Count("replies")),
        lambda: Contribution.objects.prefetch_related("answers"),
    ],
)
def test_what_it_cannot_give_back_is_refused(db, query):
    with pytest.raises(ValueError, match="no annotations"):
        Prepared(query, "number").first(1)


def test_a_kind_of_value_that_it_does_not_know_is_refused(db):
    with pytest.raises(TypeError, match="anonymous"):
        Prepared(Contribution.objects.all, "anonymous").first(True)


def test_a_session_that_is_not_there_gives_nobody_its_key(db):
    """A stranger's key must never become that of a new session."""
    store = sessions.SessionStore("x" * 32)
    assert store.load() == {}
    assert store.session_key is None


def test_a_constant_of_the_query_is_not_taken_for_a_value(db):
    query = Contribution.objects.filter(submission_key=uuid.UUID(int=1))
    with pytest.raises(ValueError, match="twice"):
        Written(query, ["submission_key"], None)
