"""The log in the workbench, as a page and as a table, and what everybody may know of it."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum import actions, memory
from forum.models import Discussion, LogEntry
from moderation.actions import dismiss, give_back, hide, restore
from moderation.views import log as log_views
from tests.factory import make_contribution
from tests.moderation.browsing import signed_in


@pytest.fixture
def busy(discussion, cast):
    """Two contributions; one was hidden, the other hidden and shown again; it was closed."""
    first = make_contribution(discussion, cast.participant, "Secret words.")
    second = make_contribution(discussion, cast.stranger, "Other words.")
    hide(first, user=cast.moderator, version=1, reason="spam")
    hide(second, user=cast.organiser, version=1, reason="off_topic")
    restore(second, user=cast.moderator, version=2)
    actions.close_now(discussion, user=cast.organiser)
    discussion.refresh_from_db()
    return discussion


def shown(client, discussion, **query):
    page = client.get(reverse("moderation:log", args=[discussion.slug]), query)
    return [entry.act for entry in page.context["entries"]]


def table(client, discussion, **query):
    answer = client.get(reverse("moderation:log_csv", args=[discussion.slug]), query)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return answer, list(csv.DictReader(io.StringIO(text)))


ALL = [
    "discussion.close",
    "contribution.restore",
    "contribution.hide",
    "contribution.hide",
    "contribution.publish",
    "contribution.publish",
]


def test_the_latest_come_first(busy, cast):
    for somebody in (cast.facilitator, cast.moderator, cast.organiser):
        assert shown(signed_in(somebody), busy) == ALL


def test_one_finds_by_act_person_reason_and_day(busy, cast):
    client = signed_in(cast.facilitator)
    today = timezone.localdate(timezone=busy.zone).isoformat()
    assert shown(client, busy, act="contribution.hide") == ["contribution.hide"] * 2
    assert shown(client, busy, person=cast.moderator.person_id) == [
        "contribution.restore",
        "contribution.hide",
    ]
    assert shown(client, busy, reason="off_topic") == ["contribution.restore", "contribution.hide"]
    assert shown(client, busy, since=today, until=today) == ALL
    assert shown(client, busy, until="2020-01-01") == []
    assert shown(client, busy, act="contribution.hide", reason="spam") == ["contribution.hide"]


def test_whoever_acted_can_be_chosen_by_their_name_in_the_table(busy, cast):
    """The menu has the staff alone; thousands may have written."""
    client = signed_in(cast.facilitator)
    page = client.get(reverse("moderation:log", args=[busy.slug]))
    people = dict(page.context["form"].fields["person"].choices)
    assert cast.stranger.person_id not in people
    assert f"?person={cast.stranger.person_id}" in page.content.decode()
    assert shown(client, busy, person=cast.stranger.person_id) == ["contribution.publish"]


@pytest.mark.parametrize(
    "query",
    [
        {"act": "no.such"},
        {"person": "999999"},
        {"person": "x"},
        {"person": "9" * 30},
        {"since": "yesterday"},
        {"until": "9999-12-31"},
    ],
)
def test_what_is_not_known_finds_nothing_and_breaks_nothing(busy, cast, query):
    page = signed_in(cast.organiser).get(reverse("moderation:log", args=[busy.slug]), query)
    assert (page.status_code, page.context["entries"]) == (404, [])


def test_it_goes_on_from_an_entry(busy, cast, monkeypatch):
    monkeypatch.setattr(log_views, "ENTRIES_ON_PAGE", 4)
    client = signed_in(cast.organiser)
    query = {"since": "2020-01-01"}
    page = client.get(reverse("moderation:log", args=[busy.slug]), query)
    assert f"?since=2020-01-01&amp;before={page.context['before']}" in page.content.decode()
    rest = shown(client, busy, before=page.context["before"], **query)
    assert [entry.act for entry in page.context["entries"]] + rest == ALL


def test_queries_do_not_depend_on_size(busy, cast):
    client = signed_in(cast.organiser)

    def queries():
        memory.forget()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("moderation:log", args=[busy.slug])).status_code == 200
            table(client, busy)
        return len(asked)

    def extend():
        busy.refresh_from_db()
        later = busy.closes_at + timedelta(days=1)
        actions.reopen(busy, user=cast.organiser, closes_at=later, reason="More time.")
        actions.close_now(busy, user=cast.organiser)

    extend()
    small = queries()
    for _time in range(5):
        extend()
        make_contribution(busy, cast.moderator)
    assert queries() == small


def test_the_table_has_what_the_page_has(busy, cast):
    answer, rows = table(signed_in(cast.facilitator), busy, act="contribution.hide")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="open-discussion-log.csv"'
    assert [(row["who"], row["target"], row["reason"]) for row in rows] == [
        ("Amina Odhiambo", "#2", "It is not about the topic of this discussion."),
        ("Lucía Fernández", "#1", "It advertises something."),
    ]


def test_no_cell_is_a_formula(busy, cast):
    cast.moderator.person.name = "=HYPERLINK(1)"
    cast.moderator.person.save()
    _answer, rows = table(signed_in(cast.organiser), busy)
    assert {row["who"][0] for row in rows if "HYPERLINK" in row["who"]} == {"'"}


def test_the_log_has_no_words_of_people(busy, cast):
    page = signed_in(cast.organiser).get(reverse("moderation:log", args=[busy.slug]))
    assert "Secret words." not in page.content.decode()


# --- for everybody ---


def test_everybody_sees_how_often_and_why(busy):
    page = Client().get(reverse("moderation:summary", args=[busy.slug]))
    sums = {str(one.name): (one.count, one.reasons) for one in page.context["sums"]}
    assert sums == {
        "hid a contribution": (
            2,
            [("It is not about the topic of this discussion.", 1), ("It advertises something.", 1)],
        ),
        "restored a contribution": (1, [("It is not about the topic of this discussion.", 1)]),
        "closed it before its date": (1, []),
    }


def test_and_neither_names_nor_words_nor_numbers(busy, cast):
    words = Client().get(reverse("moderation:summary", args=[busy.slug])).content.decode()
    for person in (cast.moderator, cast.organiser, cast.participant):
        assert person.person.name not in words
    assert "Secret words." not in words
    assert "#1" not in words


def test_the_page_of_the_discussion_leads_there(busy):
    page = Client().get(busy.get_absolute_url()).content.decode()
    assert reverse("moderation:summary", args=[busy.slug]) in page


def counted(discussion):
    """Act -> how often, as a visitor reads it."""
    page = Client().get(reverse("moderation:summary", args=[discussion.slug]))
    return {str(one.name): one.count for one in page.context["sums"]}


def test_what_is_reported_and_returned_counts_at_once_and_changes_no_other_page(busy, cast):
    before = counted(busy)
    said = make_contribution(busy, cast.facilitator, "Reported.")
    held = busy.contributions.create(
        author=cast.participant.person, byline=said.byline, state="held", body="?", language="en"
    )
    version = Discussion.objects.get(pk=busy.pk).version
    actions.report(said, user=cast.stranger, version=said.version, reason="spam")
    last = said.reports.get().pk
    dismiss(said, user=cast.moderator, version=said.version, up_to=last)
    give_back(held, user=cast.moderator, version=held.version, reason="personal_data")
    assert Discussion.objects.get(pk=busy.pk).version == version
    more = {
        "reported a contribution": 1,
        "dismissed the reports of a contribution": 1,
        "returned a contribution to its author": 1,
    }
    assert counted(busy) == before | more
    page = Client().get(reverse("moderation:summary", args=[busy.slug])).content.decode()
    assert "It contains personal data of somebody." in page


def test_its_queries_do_not_depend_on_size(busy, cast):
    def queries():
        memory.forget()
        with CaptureQueriesContext(connection) as asked:
            signed_in(cast.stranger).get(reverse("moderation:summary", args=[busy.slug]))
        return len(asked)

    small = queries()
    for reason in ("spam", "offensive", "other"):
        made = make_contribution(busy, cast.facilitator, f"More {reason}")
        hide(made, user=cast.moderator, version=made.version, reason=reason)
    assert queries() == small
    assert LogEntry.objects.filter(act="contribution.hide").count() == 5
