"""Publish, open now, close now, extend, reopen: from the list and from a discussion's page."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions
from forum.models import Discussion, Extension, LogEntry
from tests.factory import make_contribution, make_discussion, make_member

from .browsing import act, act_url, change_url, fields_of, list_url, signed_in, told

NAIROBI = ZoneInfo("Africa/Nairobi")
VERBS = ["publish", "open", "close", "extend", "reopen"]
STEERERS = ["organiser", "moderator"]
OTHERS = ["facilitator", "participant", "stranger"]


def state(discussion):
    """What steering changes; the same after a refusal."""
    fresh = Discussion.objects.get(pk=discussion.pk)
    return (
        fresh.published,
        fresh.opens_at,
        fresh.closes_at,
        fresh.closed_early_at,
        fresh.version,
        fresh.extensions.count(),
        fresh.log.count(),
    )


def set_window(discussion, window, *, published=True):
    like = make_discussion(window=window)
    Discussion.objects.filter(pk=discussion.pk).update(
        opens_at=like.opens_at, closes_at=like.closes_at, published=published
    )
    discussion.refresh_from_db()


def later(discussion, **distance):
    """A new closing as the form takes it: a date and a time in the discussion's zone."""
    moment = (discussion.closes_at + timedelta(**distance)).astimezone(discussion.zone)
    return {"closes_at_0": f"{moment:%Y-%m-%d}", "closes_at_1": f"{moment:%H:%M:%S}"}


# --- each act, on a single discussion ---


@pytest.mark.parametrize("name", STEERERS)
def test_it_is_published(cast, discussion, name):
    set_window(discussion, "upcoming", published=False)
    client = signed_in(getattr(cast, name))
    assert act(client, "publish", discussion).status_code == 302
    assert told(client) == ["Published: Connecting the last villages"]
    discussion.refresh_from_db()
    assert discussion.published
    entry = discussion.log.get()
    assert (entry.act, entry.actor) == ("discussion.publish", getattr(cast, name).person)


@pytest.mark.parametrize("name", STEERERS)
def test_it_opens_before_its_date(cast, discussion, name):
    set_window(discussion, "upcoming")
    act(signed_in(getattr(cast, name)), "open", discussion)
    discussion.refresh_from_db()
    assert discussion.is_open
    assert discussion.log.get().act == "discussion.open"


@pytest.mark.parametrize("name", STEERERS)
def test_it_closes_before_its_date(cast, discussion, name):
    planned = discussion.closes_at
    act(signed_in(getattr(cast, name)), "close", discussion)
    discussion.refresh_from_db()
    assert discussion.is_closed
    assert discussion.closes_at == planned
    assert discussion.log.get().act == "discussion.close"


@pytest.mark.parametrize("name", STEERERS)
def test_it_is_extended_with_a_reason_that_readers_see(cast, discussion, name, client):
    planned = discussion.closes_at.replace(microsecond=0)
    values = later(discussion, days=5)
    act(signed_in(getattr(cast, name)), "extend", discussion, **values, reason="Many asked for it.")
    discussion.refresh_from_db()
    assert discussion.closes_at == planned + timedelta(days=5)
    assert discussion.extensions.get().reason == "Many asked for it."
    assert discussion.log.get().act == "discussion.extend"
    assert "Many asked for it." in client.get(discussion.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", STEERERS)
def test_it_is_reopened_until_a_later_date(cast, discussion, name):
    set_window(discussion, "closed")
    values = later(discussion, days=21)
    act(signed_in(getattr(cast, name)), "reopen", discussion, **values, reason="A second round.")
    discussion.refresh_from_db()
    assert discussion.is_open
    assert discussion.extensions.get().reason == "A second round."
    assert discussion.log.get().act == "discussion.reopen"


def test_what_was_closed_early_is_reopened_until_the_date_that_was_planned(cast, discussion):
    # In the database are whole seconds here, as a form has them.
    closes_at = discussion.closes_at.replace(microsecond=0)
    Discussion.objects.filter(pk=discussion.pk).update(closes_at=closes_at)
    actions.close_now(discussion, user=cast.moderator)
    act(signed_in(cast.moderator), "reopen", discussion)
    discussion.refresh_from_db()
    assert discussion.is_open
    assert discussion.closes_at == closes_at
    assert not discussion.extensions.exists()


# --- who may ---


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_steer_nothing(cast, discussion, name, verb, method):
    before = state(discussion)
    values = {
        "pk": discussion.pk,
        "chosen": f"{discussion.pk}:0",
        "reason": "Because.",
        **later(discussion, days=5),
    }
    response = getattr(signed_in(getattr(cast, name)), method)(act_url(Discussion, verb), values)
    assert response.status_code == 403
    assert "Only moderators" in response.content.decode()
    assert state(discussion) == before


def test_a_facilitator_finds_no_button_and_exports_alone_in_the_menu(cast, discussion):
    client = signed_in(cast.facilitator)
    assert "/act/" not in client.get(change_url(discussion)).content.decode()
    page = client.get(list_url(Discussion))
    choices = page.context["action_form"].fields["action"].choices
    assert [name for name, _label in choices] == ["", "export"]


@pytest.mark.parametrize(
    ("window", "published", "verbs"),
    [
        ("upcoming", False, {"publish"}),
        ("open", False, {"publish"}),
        ("upcoming", True, {"open", "extend"}),
        ("open", True, {"close", "extend"}),
        ("closed", True, {"reopen"}),
    ],
)
def test_the_page_has_buttons_for_what_is_possible_and_no_others(
    cast, discussion, window, published, verbs
):
    set_window(discussion, window, published=published)
    page = signed_in(cast.moderator).get(change_url(discussion)).content.decode()
    shown = {
        verb for verb in ("publish", "open", "close", "extend", "reopen") if f"/act/{verb}/" in page
    }
    assert shown == verbs


def test_what_is_not_possible_now_is_refused_with_its_reason(cast, discussion):
    set_window(discussion, "closed")
    before = state(discussion)
    client = signed_in(cast.moderator)
    page = client.get(act_url(Discussion, "close"), {"pk": discussion.pk}).content.decode()
    assert "Only an open discussion can be closed." in page
    chosen = f"{discussion.pk}:0"
    client.post(act_url(Discussion, "close"), {"chosen": chosen})
    assert told(client) == ["Connecting the last villages: Only an open discussion can be closed."]
    assert state(discussion) == before


# --- the page that asks ---


@pytest.mark.parametrize("verb", VERBS)
def test_asking_changes_nothing(cast, discussion, verb):
    before = state(discussion)
    response = signed_in(cast.moderator).get(act_url(Discussion, verb), {"pk": discussion.pk})
    assert response.status_code == 200
    assert state(discussion) == before


def test_a_form_from_elsewhere_changes_nothing(cast, discussion):
    before = state(discussion)
    client = signed_in(cast.moderator)
    client.handler.enforce_csrf_checks = True
    response = client.post(act_url(Discussion, "close"), {"chosen": f"{discussion.pk}:0"})
    assert response.status_code == 403
    assert state(discussion) == before


def test_an_act_that_does_not_exist_is_not_found(cast, discussion):
    client = signed_in(cast.moderator)
    assert client.get(act_url(Discussion, "explode"), {"pk": discussion.pk}).status_code == 404


@pytest.mark.parametrize("keys", [[], ["0"], ["x"], ["9" * 40], ["²"], ["-1"]])
def test_an_act_on_nothing_is_not_found(cast, discussion, keys):
    client = signed_in(cast.moderator)
    assert client.get(act_url(Discussion, "close"), {"pk": keys}).status_code == 404
    assert client.post(act_url(Discussion, "close"), {"chosen": keys}).status_code == 404


def test_it_leads_back_to_where_one_was(cast, discussion):
    client = signed_in(cast.moderator)
    where = change_url(discussion)
    page = client.get(act_url(Discussion, "close"), {"pk": discussion.pk, "next": where})
    assert client.post(act_url(Discussion, "close"), fields_of(page)).url == where


def test_it_leads_to_no_other_site(cast, discussion):
    page = signed_in(cast.moderator).get(
        act_url(Discussion, "close"), {"pk": discussion.pk, "next": "https://evil.example/"}
    )
    assert "evil.example" not in page.content.decode()


# --- somebody else was quicker ---


def test_a_page_that_is_out_of_date_is_refused_with_what_was_done(cast, discussion):
    client = signed_in(cast.organiser)
    page = client.get(act_url(Discussion, "close"), {"pk": discussion.pk})
    actions.close_now(discussion, user=cast.moderator)
    before = state(discussion)
    answer = client.post(act_url(Discussion, "close"), fields_of(page))
    assert answer.status_code == 200
    assert "Lucía Fernández closed it before its date" in answer.content.decode()
    assert state(discussion) == before


def test_what_was_typed_stays_and_goes_through_the_second_time(cast, discussion):
    client = signed_in(cast.organiser)
    page = client.get(act_url(Discussion, "extend"), {"pk": discussion.pk})
    typed = later(discussion, days=9) | {"reason": "Late replies."}
    actions.extend(
        discussion,
        user=cast.moderator,
        closes_at=discussion.closes_at + timedelta(days=1),
        reason="One more day.",
    )
    answer = client.post(act_url(Discussion, "extend"), fields_of(page) | typed)
    assert "Lucía Fernández extended it" in answer.content.decode()
    assert fields_of(answer)["reason"] == ["Late replies."]
    assert Extension.objects.count() == 1
    client.post(act_url(Discussion, "extend"), fields_of(answer))
    assert [row.reason for row in Extension.objects.all()] == ["One more day.", "Late replies."]


def test_contributions_that_arrive_meanwhile_do_not_make_the_page_out_of_date(cast, discussion):
    client = signed_in(cast.moderator)
    page = client.get(act_url(Discussion, "extend"), {"pk": discussion.pk})
    make_contribution(discussion, cast.participant)
    values = fields_of(page) | later(discussion, days=2) | {"reason": "More time."}
    assert client.post(act_url(Discussion, "extend"), values).status_code == 302
    assert Extension.objects.count() == 1


# --- dates ---


def test_the_new_date_is_of_the_time_zone_of_the_discussion(cast, discussion):
    Discussion.objects.filter(pk=discussion.pk).update(time_zone="Africa/Nairobi")
    client = signed_in(cast.moderator)
    page = client.get(act_url(Discussion, "extend"), {"pk": discussion.pk})
    assert "Africa/Nairobi" in page.content.decode()
    day = f"{timezone.now() + timedelta(days=30):%Y-%m-%d}"
    values = {"closes_at_0": day, "closes_at_1": "23:59:59", "reason": "To the end of the month."}
    client.post(act_url(Discussion, "extend"), fields_of(page) | values)
    discussion.refresh_from_db()
    expected = datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=NAIROBI)
    assert discussion.closes_at == expected


def test_a_time_that_clocks_skip_is_refused_in_the_form(cast, discussion):
    Discussion.objects.filter(pk=discussion.pk).update(time_zone="America/New_York")
    before = state(discussion)
    values = {"closes_at_0": "2040-03-11", "closes_at_1": "02:30:00", "reason": "No such time."}
    answer = act(signed_in(cast.moderator), "extend", discussion, **values)
    assert "couldn’t be interpreted in time zone America/New_York" in answer.content.decode()
    assert state(discussion) == before


@pytest.mark.parametrize(
    ("window", "verb", "days", "message"),
    [
        ("open", "extend", -1, "The new date must be after the old one."),
        ("open", "extend", 0, "The new date must be after the old one."),
        ("closed", "reopen", 1, "The new date must be in the future."),
    ],
)
def test_a_date_that_gives_no_more_time_is_an_error_at_its_field(
    cast, discussion, window, verb, days, message
):
    set_window(discussion, window)
    before = state(discussion)
    values = later(discussion, days=days) | {"reason": "More time."}
    answer = act(signed_in(cast.moderator), verb, discussion, **values)
    assert answer.context["form"].errors == {"closes_at": [message]}
    assert fields_of(answer)["reason"] == ["More time."]
    assert state(discussion) == before


@pytest.mark.parametrize("reason", ["", "   "])
@pytest.mark.parametrize(("window", "verb"), [("open", "extend"), ("closed", "reopen")])
def test_more_time_without_a_reason_is_an_error_at_its_field(
    cast, discussion, window, verb, reason
):
    set_window(discussion, window)
    before = state(discussion)
    values = later(discussion, days=40) | {"reason": reason}
    answer = act(signed_in(cast.moderator), verb, discussion, **values)
    assert list(answer.context["form"].errors) == ["reason"]
    assert state(discussion) == before


@pytest.mark.parametrize(
    "dates", [("", ""), ("2040-01-01", ""), ("never", "12:00"), ("2040-02-30", "12:00")]
)
def test_half_a_date_is_an_error_at_its_field(cast, discussion, dates):
    before = state(discussion)
    values = dict(zip(("closes_at_0", "closes_at_1"), dates, strict=True)) | {"reason": "Time."}
    answer = act(signed_in(cast.moderator), "extend", discussion, **values)
    assert list(answer.context["form"].errors) == ["closes_at"]
    assert state(discussion) == before


def test_the_database_itself_refuses_a_window_that_ends_before_it_begins(discussion):
    with pytest.raises(IntegrityError), transaction.atomic():
        Discussion.objects.filter(pk=discussion.pk).update(closes_at=discussion.opens_at)


# --- several at once ---


def choose(client, verb, discussions, **more):
    """Choose in the list, then confirm."""
    values = {"action": verb, "_selected_action": [row.pk for row in discussions], "index": 0}
    page = client.post(list_url(Discussion), values | more)
    return page, client.post(act_url(Discussion, verb), fields_of(page))


def test_several_are_closed_from_the_list(cast, discussion):
    other = make_discussion("second", title="Second")
    make_member(other, "moderator", cast.moderator)
    client = signed_in(cast.moderator)
    page, answer = choose(client, "close", [discussion, other])
    assert page.status_code == 200
    assert answer.url == list_url(Discussion)
    assert told(client) == ["Closed: Second, Connecting the last villages"]
    assert [row.is_closed for row in Discussion.objects.all()] == [True, True]


def test_choosing_in_the_list_does_nothing_yet(cast, discussion):
    before = state(discussion)
    values = {"action": "close", "_selected_action": [discussion.pk], "index": 0, "post": "yes"}
    signed_in(cast.moderator).post(list_url(Discussion), values)
    assert state(discussion) == before


def test_one_that_is_refused_is_named_and_the_others_are_done(cast, discussion):
    closed = make_discussion("closed", window="closed", title="Closed one")
    make_member(closed, "moderator", cast.moderator)
    client = signed_in(cast.moderator)
    choose(client, "close", [discussion, closed])
    assert told(client) == [
        "Closed one: Only an open discussion can be closed.",
        "Closed: Connecting the last villages",
    ]


def test_one_of_which_somebody_is_facilitator_only_is_named_and_left(cast, discussion):
    other = make_discussion("second", title="Second")
    make_member(other, "facilitator", cast.moderator)
    before = state(other)
    client = signed_in(cast.moderator)
    choose(client, "close", [discussion, other])
    assert told(client) == [
        "Second: Only moderators and organisers of this discussion can do this.",
        "Closed: Connecting the last villages",
    ]
    assert state(other) == before


def test_several_are_extended_each_in_its_own_zone(cast, discussion):
    other = make_discussion("second", title="Second", time_zone="Africa/Nairobi")
    make_member(other, "moderator", cast.moderator)
    client = signed_in(cast.moderator)
    values = {"action": "extend", "_selected_action": [discussion.pk, other.pk], "index": 0}
    page = client.post(list_url(Discussion), values)
    typed = {"closes_at_0": "2040-05-01", "closes_at_1": "12:00", "reason": "Both."}
    client.post(act_url(Discussion, "extend"), fields_of(page) | typed)
    noon = datetime.fromisoformat("2040-05-01T12:00:00")
    discussion.refresh_from_db()
    other.refresh_from_db()
    assert discussion.closes_at == noon.replace(tzinfo=ZoneInfo("UTC"))
    assert other.closes_at == noon.replace(tzinfo=NAIROBI)


def test_one_of_several_with_a_wrong_date_stays_on_the_page_by_name(cast, discussion):
    late = timezone.now() + timedelta(days=10_000)
    other = make_discussion("second", title="Second")
    Discussion.objects.filter(pk=other.pk).update(closes_at=late)
    make_member(other, "moderator", cast.moderator)
    client = signed_in(cast.moderator)
    values = {"action": "extend", "_selected_action": [discussion.pk, other.pk], "index": 0}
    page = client.post(list_url(Discussion), values)
    typed = {"closes_at_0": "2040-05-01", "closes_at_1": "12:00", "reason": "Both."}
    answer = client.post(act_url(Discussion, "extend"), fields_of(page) | typed)
    assert answer.context["form"].non_field_errors() == [
        "Second: The new date must be after the old one."
    ]
    assert fields_of(answer)["chosen"] == [f"{other.pk}:0"]
    assert fields_of(answer)["reason"] == ["Both."]
    assert LogEntry.objects.get().discussion == discussion


def test_everything_in_the_list_is_everything_of_ones_own(cast, discussion):
    foreign = make_discussion("foreign")
    before = state(foreign)
    client = signed_in(cast.moderator)
    choose(client, "close", [discussion, foreign], select_across=1)
    assert state(foreign) == before
    assert Discussion.objects.get(pk=discussion.pk).is_closed


# --- the list ---


@pytest.fixture
def four(cast, discussion):
    """A discussion in every status, the moderator in all."""
    for slug, window, published in (
        ("coming", "upcoming", True),
        ("past", "closed", True),
        ("draft", "open", False),
    ):
        row = make_discussion(slug, window=window, published=published, language="fr")
        make_member(row, "moderator", cast.moderator)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ({}, {"open-discussion", "coming", "past", "draft"}),
        ({"status": "open"}, {"open-discussion"}),
        ({"status": "upcoming"}, {"coming"}),
        ({"status": "closed"}, {"past"}),
        ({"status": "unpublished"}, {"draft"}),
        ({"status": "nonsense"}, set()),
        ({"language": "en"}, {"open-discussion"}),
        ({"language": "nonsense"}, set()),
        ({"q": "villages"}, {"open-discussion"}),
        ({"q": "past"}, {"past"}),
    ],
)
def test_the_list_is_filtered_and_searched(cast, four, query, slugs):
    answer = signed_in(cast.moderator).get(list_url(Discussion), query)
    assert {row.slug for row in answer.context["cl"].result_list} == slugs


def test_the_list_tells_status_dates_and_counts(cast, discussion):
    make_contribution(discussion, cast.participant)
    make_contribution(discussion, cast.participant)
    page = signed_in(cast.moderator).get(list_url(Discussion)).content.decode()
    assert '<td class="field-status">Open</td>' in page
    assert '<td class="field-contribution_count">2</td>' in page
    assert '<td class="field-author_count">1</td>' in page


def test_a_discussion_that_was_closed_early_counts_as_closed_everywhere(cast, discussion):
    actions.close_now(discussion, user=cast.moderator)
    client = signed_in(cast.moderator)
    answer = client.get(list_url(Discussion), {"status": "closed"})
    assert [row.pk for row in answer.context["cl"].result_list] == [discussion.pk]
    assert '<td class="field-status">Closed</td>' in answer.content.decode()


def test_the_list_needs_as_many_queries_for_twenty_as_for_one(cast, discussion):
    client = signed_in(cast.moderator)
    client.get(list_url(Discussion))
    with CaptureQueriesContext(connection) as one:
        client.get(list_url(Discussion))
    for _ in range(19):
        make_member(make_discussion(), "moderator", cast.moderator)
    with CaptureQueriesContext(connection) as twenty:
        client.get(list_url(Discussion))
    assert len(twenty) == len(one)
