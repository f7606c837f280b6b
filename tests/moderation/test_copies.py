"""A copy begins as the earlier discussion did, with nothing that was said in it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from forum import actions
from forum.actions.copying import OWN_FIELDS
from forum.models import Discussion, Host, LogEntry, Membership
from tests.factory import make_contribution, make_user
from tests.moderation.browsing import fields_of, signed_in

# What a copy takes over. A new field of a discussion is a setting and belongs here, or it is the
# discussion's own and belongs into OWN_FIELDS.
TAKEN_OVER = {
    "moderation",
    "welcome",
    "welcome_html",
    "background",
    "background_html",
    "language",
    "languages",
    "visibility",
    "edit_minutes",
    "anonymous_allowed",
    "statistics_public",
}
VALUES = {
    "title": "The second round",
    "slug": "second-round",
    "time_zone": "Africa/Nairobi",
    "opens_at_0": "2030-01-01",
    "opens_at_1": "09:00:00",
    "closes_at_0": "2030-02-01",
    "closes_at_1": "18:00:00",
}


def copy_of(client, discussion, **changes):
    page = reverse("moderation:copy", args=[discussion.slug])
    return client.post(page, fields_of(client.get(page)) | VALUES | changes)


@pytest.fixture
def earlier(discussion, cast):
    """With something of everything."""
    discussion.welcome, discussion.visibility = "**Welcome**", "accounts"
    discussion.edit_minutes, discussion.anonymous_allowed = 45, True
    actions.edit_discussion(
        discussion,
        user=cast.organiser,
        fields=["welcome", "visibility", "edit_minutes", "anonymous_allowed"],
        version=discussion.version,
    )
    Host.objects.create(discussion=discussion, name="Example Institute", url="https://example.org")
    group = discussion.question_groups.get()
    group.opens_at = discussion.opens_at + timedelta(days=2)
    group.save()
    discussion.questions.filter(key="Q1").update(translations={"fr": "Quoi ?"})
    make_contribution(discussion, cast.participant, "What was said.", answers={"Q1": "Yes."})
    Membership.objects.filter(person=cast.organiser.person).update(title="Director")
    discussion.refresh_from_db()
    return discussion


def test_every_field_of_a_discussion_is_taken_over_or_its_own():
    fields = {field.name for field in Discussion._meta.concrete_fields}
    assert fields == TAKEN_OVER | OWN_FIELDS
    assert not TAKEN_OVER & OWN_FIELDS


def test_what_a_copy_takes_over(earlier, cast):
    client = signed_in(cast.organiser)
    answer = copy_of(client, earlier)
    copy = Discussion.objects.get(slug="second-round")
    assert answer.url == reverse("moderation:manage", args=[copy.slug])
    for name in TAKEN_OVER:
        assert getattr(copy, name) == getattr(earlier, name), name
    assert copy.opens_at == datetime(2030, 1, 1, 6, tzinfo=UTC)
    assert (copy.title, copy.published, copy.last_number) == ("The second round", False, 0)
    assert [(host.name, host.url) for host in copy.hosts.all()] == [
        ("Example Institute", "https://example.org")
    ]
    group = copy.question_groups.get()
    assert (group.title, group.opens_at) == ("Broad questions", copy.opens_at + timedelta(days=2))
    asked = list(copy.questions.values_list("key", "text", "translations", "answer_count"))
    assert asked == [
        ("Q1", "Question 1?", {"fr": "Quoi ?"}, 0),
        ("Q2", "Question 2?", {}, 0),
        ("Q3", "Question 3?", {}, 0),
    ]
    assert {question.group for question in copy.questions.all()} == {group}


def test_nothing_that_was_said_and_nobody_else_is_copied(earlier, cast):
    copy_of(signed_in(cast.organiser), earlier)
    copy = Discussion.objects.get(slug="second-round")
    assert copy.contributions.count() == copy.extensions.count() == 0
    held = copy.memberships.get()
    assert (held.person, held.role, held.title) == (cast.organiser.person, "organiser", "Director")
    stranger = signed_in(cast.moderator)
    assert stranger.get(copy.get_absolute_url()).status_code == 404


def test_the_staff_comes_along_on_request(earlier, cast):
    copy_of(signed_in(cast.organiser), earlier, with_staff="on")
    copy = Discussion.objects.get(slug="second-round")
    held = set(copy.memberships.values_list("person", "role"))
    assert held == {
        (cast.organiser.person_id, "organiser"),
        (cast.facilitator.person_id, "facilitator"),
        (cast.moderator.person_id, "moderator"),
    }
    acts = list(copy.log.order_by("pk").values_list("act", "person"))
    assert acts[0] == ("discussion.begin", None)
    assert set(acts[1:]) == {
        ("membership.give", cast.facilitator.person_id),
        ("membership.give", cast.moderator.person_id),
    }


def test_both_logs_tell_it(earlier, cast):
    copy_of(signed_in(cast.organiser), earlier)
    entry = earlier.log.latest("pk")
    assert (entry.act, entry.details) == ("discussion.copy", {"copy": "second-round"})
    entry = Discussion.objects.get(slug="second-round").log.get()
    assert (entry.act, entry.details) == ("discussion.begin", {"copy_of": "open-discussion"})
    assert not LogEntry.objects.filter(as_superuser=True).exists()
    told = signed_in(cast.organiser).get(reverse("moderation:log", args=[earlier.slug]))
    assert "second-round" in told.content.decode()


def test_a_superuser_without_a_role_copies_as_such(earlier):
    somebody = make_user("Super Example", is_superuser=True)
    copy_of(signed_in(somebody), earlier)
    assert earlier.log.latest("pk").as_superuser
    assert Discussion.objects.get(slug="second-round").memberships.get().person == somebody.person


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"slug": "open-discussion"}, "slug", "already exists"),
        ({"closes_at_0": "2029-01-01"}, "closes_at", "must close after it has opened"),
        ({"title": ""}, "title", "required"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(earlier, cast, changes, field, sentence):
    answer = copy_of(signed_in(cast.organiser), earlier, **changes)
    assert answer.status_code == 422
    assert sentence in str(answer.context["form"].errors[field])
    assert Discussion.objects.count() == 1


def test_an_address_that_was_taken_meanwhile_is_refused(earlier, cast):
    """Between the form's question and the writing."""
    copy = Discussion(
        slug=earlier.slug, title="Again", opens_at=earlier.opens_at, closes_at=earlier.closes_at
    )
    with pytest.raises(actions.Refused, match="has this address already"):
        actions.copy_discussion(earlier, copy, user=cast.organiser, with_staff=False)


def test_dates_of_groups_that_would_leave_our_time_are_left_out(earlier, cast):
    copy_of(
        signed_in(cast.organiser),
        earlier,
        opens_at_0="2199-12-30",
        closes_at_0="2199-12-31",
        time_zone="UTC",
    )
    assert Discussion.objects.get(slug="second-round").question_groups.get().opens_at is None
