"""Who is told of what, on the site: one row for each person concerned, and nobody else."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions, memory
from forum.actions.notifications import tell_what_the_clock_brings
from forum.models import Discussion, LogEntry, Notification, Reading
from forum.telling import ACTS, HEADLINES, OF_AN_ACT, REPORTED, WITH_REASON, Told
from moderation.actions import hide, restore
from tests.factory import make_contribution, make_discussion, make_factor, make_member, make_user

PAGE = "/me/notifications/"
DAY = timedelta(days=1)


def told(*people):
    """(name, occasion) of every row, in the order in which they were made."""
    rows = Notification.objects.order_by("pk").values_list("recipient__name", "occasion")
    return list(rows)


def follow(discussion, *users):
    for user in users:
        actions.follow(discussion, user=user)


def visit(user, path=PAGE, **data):
    client = Client()
    client.force_login(user)
    return client.post(path, data) if data else client.get(path)


def move(discussion, **dates):
    Discussion.objects.filter(pk=discussion.pk).update(**dates)
    discussion.refresh_from_db()


# --- replies ---


def test_the_author_is_told_of_a_reply_and_nobody_of_their_own(discussion, cast):
    first = make_contribution(discussion, cast.participant, "First")
    make_contribution(discussion, cast.participant, "My own reply", parent=first)
    assert told() == []
    make_contribution(discussion, cast.stranger, "A reply", parent=first)
    assert told() == [("Ana Souza", "reply")]


def test_a_form_that_is_sent_twice_tells_once(discussion, cast):
    first = make_contribution(discussion, cast.participant, "First")
    sent = {
        "discussion": discussion,
        "user": cast.moderator,
        "text": actions.Text(body="A reply", language="en"),
        "submission_key": "00000000-0000-0000-0000-000000000001",
        "parent": first,
        "accepted": first.discussion.memberships.get(terms__isnull=False).terms,
    }
    for _time in range(2):
        actions.contribute(**sent)
    assert told() == [("Ana Souza", "reply")]


def test_a_reply_costs_one_query_more_than_before_and_a_contribution_none(discussion, cast):
    first = make_contribution(discussion, cast.participant, "First")
    make_contribution(discussion, cast.stranger, "A first one")

    def queries(user, **more):
        with CaptureQueriesContext(connection) as captured:
            make_contribution(discussion, user, "Said", **more)
        found = [query["sql"] for query in captured if "forum_notification" in query["sql"]]
        return len(captured), len(found)

    _alone, none = queries(cast.stranger)
    to_oneself, no_row = queries(cast.participant, parent=first)
    reply, row = queries(cast.stranger, parent=first)
    assert (none, no_row, row) == (0, 0, 1)
    assert reply == to_oneself + 1


# --- what staff do ---


def test_the_author_is_told_of_hiding_with_the_reason_and_of_restoring(discussion, cast):
    said = make_contribution(discussion, cast.participant, "Said")
    hide(said, user=cast.moderator, version=1, reason="spam")
    restore(said, user=cast.moderator, version=2)
    assert told() == [("Ana Souza", "act")] * 2
    page = visit(cast.participant).content.decode()
    assert "Your contribution #1 was hidden by a moderator" in page
    assert page.count("It advertises something.") == 1
    assert "Your contribution #1 is shown again" in page
    assert cast.moderator.person.name not in page


def test_whoever_hides_their_own_text_is_not_told(discussion, cast):
    said = make_contribution(discussion, cast.moderator, "Said")
    hide(said, user=cast.moderator, version=1, reason="other")
    assert told() == []


def test_an_act_that_fails_tells_nobody(discussion, cast):
    said = make_contribution(discussion, cast.participant, "Said")
    with pytest.raises(actions.Refused):
        hide(said, user=cast.stranger, version=1, reason="spam")
    assert told() == []


def test_every_act_that_is_told_is_one_that_the_log_knows():
    assert set(ACTS) | set(REPORTED) <= set(LogEntry.ACTS)
    assert set(ACTS) >= WITH_REASON
    assert set(HEADLINES) | set(OF_AN_ACT) == set(Notification.Occasion.values)


# --- what waits for moderators ---


def waits(contribution):
    entry = LogEntry.objects.record("contribution.edit", actor=None, contribution=contribution)
    actions.tell_moderators(contribution, entry)


def test_those_who_steer_are_told_that_something_waits_once_until_they_have_read_it(
    discussion, cast
):
    said = make_contribution(discussion, cast.participant, "Said")
    waits(said)
    waits(said)
    both = [("Amina Odhiambo", "waits"), ("Lucía Fernández", "waits")]
    assert sorted(told()) == both
    actions.mark_read(cast.moderator, Notification.objects.all())
    waits(said)
    assert sorted(told()) == [*both, ("Lucía Fernández", "waits")]


def test_those_whose_role_sleeps_are_not_told_that_something_waits(discussion, cast, settings):
    settings.STAFF_SECOND_FACTOR = True
    make_factor(cast.moderator)
    waits(make_contribution(discussion, cast.participant, "Said"))
    assert told() == [("Lucía Fernández", "waits")]


def test_who_steers_no_more_sees_nothing_of_what_waited(discussion, cast):
    waits(make_contribution(discussion, cast.participant, "Said"))
    assert "Something waits" in visit(cast.moderator).content.decode()
    discussion.memberships.filter(person=cast.moderator.person).delete()
    assert "Something waits" not in visit(cast.moderator).content.decode()


# --- dates ---


def test_those_who_follow_are_told_of_an_extension_with_its_reason(discussion, cast):
    follow(discussion, cast.stranger, cast.moderator)
    later = discussion.closes_at + DAY
    actions.extend(discussion, user=cast.moderator, closes_at=later, reason="Many asked for it.")
    assert told() == [("Jonas Berg", "extended")]
    page = visit(cast.stranger).content.decode()
    assert "has more time" in page
    assert "Many asked for it." in page


def test_closing_and_reopening_are_told_and_each_only_as_long_as_it_is_true(discussion, cast):
    follow(discussion, cast.stranger)
    actions.close_now(discussion, user=cast.moderator)
    now = timezone.now()
    assert [row.occasion for row in Notification.objects.still_true(now)] == ["closed"]
    soon = now + DAY
    actions.reopen(discussion, user=cast.moderator, closes_at=soon, reason="")
    assert told() == [("Jonas Berg", "closed"), ("Jonas Berg", "extended")]
    assert [row.occasion for row in Notification.objects.still_true(now)] == ["extended"]


@pytest.mark.parametrize("act", ["open", "publish", "clock"])
def test_an_opening_is_told_once_whoever_opens_it(cast, act):
    upcoming = make_discussion("to-come", window="upcoming", published=act != "publish")
    make_member(upcoming, "moderator", cast.moderator)
    make_member(upcoming, "participant", cast.participant)
    follow(upcoming, cast.moderator, cast.participant)
    tell_what_the_clock_brings()
    assert told() == []
    if act == "open":
        actions.open_now(upcoming, user=cast.moderator)
    else:
        move(upcoming, opens_at=timezone.now() - timedelta(minutes=1))
    if act == "publish":
        actions.publish(upcoming, user=cast.moderator)
    for _time in range(2):
        tell_what_the_clock_brings()
    by_the_clock = [("Lucía Fernández", "opens")] if act == "clock" else []
    assert sorted(told()) == sorted([("Ana Souza", "opens"), *by_the_clock])


def test_who_follows_later_is_not_told_of_the_opening(discussion, cast):
    move(discussion, opens_at=timezone.now() - timedelta(minutes=1))
    tell_what_the_clock_brings()
    follow(discussion, cast.stranger)
    tell_what_the_clock_brings()
    assert told() == []


def test_a_closing_is_told_two_days_before_and_again_when_the_date_has_moved(discussion, cast):
    follow(discussion, cast.stranger)
    tell_what_the_clock_brings()
    assert told() == []
    move(discussion, closes_at=timezone.now() + DAY)
    for _time in range(2):
        tell_what_the_clock_brings()
    assert told() == [("Jonas Berg", "closes_soon")]
    move(discussion, closes_at=discussion.closes_at + timedelta(minutes=5))
    tell_what_the_clock_brings()
    assert told() == [("Jonas Berg", "closes_soon")] * 2
    [now_true] = Notification.objects.still_true(timezone.now())
    assert now_true.moment == discussion.closes_at


@pytest.mark.parametrize("why", ["unpublished", "closed early", "long ago", "just opened"])
def test_the_clock_keeps_silent(discussion, cast, why):
    follow(discussion, cast.stranger)
    now = timezone.now()
    dates = {
        "unpublished": {"published": False, "opens_at": now - timedelta(minutes=1)},
        "closed early": {"closes_at": now + DAY, "closed_early_at": now - timedelta(minutes=1)},
        "long ago": {"opens_at": now - 2 * DAY},
        "just opened": {"opens_at": now - DAY / 2, "closes_at": now + DAY, "told_opening": None},
    }
    move(discussion, **dates[why])
    tell_what_the_clock_brings()
    expected = [("Jonas Berg", "opens")] if why == "just opened" else []
    assert told() == expected


def test_two_clocks_tell_once(committed):
    discussion = make_discussion("now")
    move(discussion, opens_at=timezone.now() - timedelta(minutes=1))
    readers = [make_user(f"Reader{n} Example") for n in range(20)]
    follow(discussion, *readers)
    both = threading.Barrier(2)

    def tick():
        both.wait()
        tell_what_the_clock_brings()
        connections.close_all()

    clocks = [threading.Thread(target=tick) for _one in range(2)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert Notification.objects.count() == len(readers)


# --- what one may learn ---


def test_a_reply_that_was_hidden_meanwhile_is_not_listed(discussion, cast):
    first = make_contribution(discussion, cast.participant, "First")
    reply = make_contribution(discussion, cast.stranger, "Words that hurt", parent=first)
    assert "Words that hurt" in visit(cast.participant).content.decode()
    hide(reply, user=cast.moderator, version=1, reason="offensive")
    page = visit(cast.participant).content.decode()
    assert "Words that hurt" not in page
    assert cast.stranger.person.name not in page
    assert "None." in page


def test_what_is_told_of_a_discussion_goes_with_the_right_to_read_it(discussion, cast):
    follow(discussion, cast.stranger)
    actions.close_now(discussion, user=cast.moderator)
    rows = Notification.objects.of(cast.stranger.person)
    for visibility, seen in (("public", (1, 1)), ("accounts", (1, 0)), ("invited", (0, 0))):
        move(discussion, visibility=visibility)
        found = rows.tellable_to(cast.stranger), rows.tellable_to(AnonymousUser())
        assert tuple(each.count() for each in found) == seen, visibility


def test_who_writes_without_a_name_is_told_of_without_one(cast):
    shy = make_discussion("shy", anonymous_allowed=True)
    first = make_contribution(shy, cast.participant, "First")
    make_contribution(shy, cast.stranger, "Secretly", parent=first, anonymous=True)
    [row] = Notification.objects.for_list()
    assert Told(row).headline == "Anonymous has replied to your contribution #1"


# --- the pages ---


def test_unread_ones_stand_on_ones_own_page_and_are_marked_as_read(discussion, cast):
    first = make_contribution(discussion, cast.participant, "First")
    for n in range(3):
        make_contribution(discussion, cast.stranger, f"Reply {n}", parent=first)
    headline = "Jonas Berg has replied to your contribution #1</a>"
    own_page = visit(cast.participant, "/me/").content.decode()
    assert own_page.count(headline) == 3
    _oldest, middle, newest = Notification.objects.order_by("pk")
    # One that comes after the page was drawn stays unread.
    assert visit(cast.participant, f"{PAGE}read/", up_to=middle.pk).status_code == 302
    assert list(Notification.objects.unread()) == [newest]
    visit(cast.participant, f"{PAGE}read/", only=newest.pk)
    assert not Notification.objects.unread().exists()
    assert headline not in visit(cast.participant, "/me/").content.decode()
    assert visit(cast.participant).content.decode().count(headline) == 3


def test_nobody_marks_what_is_somebody_elses(discussion, cast):
    first = make_contribution(discussion, cast.participant, "First")
    make_contribution(discussion, cast.stranger, "Reply", parent=first)
    row = Notification.objects.get()
    for sent in ({"only": row.pk}, {"up_to": row.pk}):
        assert visit(cast.stranger, f"{PAGE}read/", **sent).status_code == 302
    assert Notification.objects.unread().count() == 1
    assert Client().post(f"{PAGE}read/", {"up_to": row.pk}).status_code == 302
    assert Notification.objects.unread().count() == 1
    assert visit(cast.participant, f"{PAGE}read/").status_code == 405


def test_a_visitor_is_asked_to_log_in(db):
    assert Client().get(PAGE).url.startswith("/accounts/login/")


def test_the_list_goes_on_by_key_and_takes_the_same_queries_at_any_size(discussion, cast):
    first = make_contribution(discussion, cast.participant, "First", answers={"Q1": "Yes"})
    counts = []
    for more in (2, 25):
        for n in range(more):
            make_contribution(discussion, cast.stranger, f"Reply {n}", parent=first)
        hide(first, user=cast.moderator, version=first.version, reason="spam")
        restore(first, user=cast.moderator, version=first.version + 1)
        first.refresh_from_db()
        memory.forget()
        with CaptureQueriesContext(connection) as captured:
            page = visit(cast.participant)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert len(page.context["rows"]) == 20
    older = visit(cast.participant, f"{PAGE}?before={page.context['older'].pk}")
    keys = [one.notification.pk for one in [*page.context["rows"], *older.context["rows"]]]
    assert keys == sorted(Notification.objects.values_list("pk", flat=True), reverse=True)
    assert older.context["older"] is None


def test_following_is_what_counts(discussion, cast):
    follow(discussion, cast.stranger)
    actions.follow(discussion, user=cast.stranger, follows=False)
    assert Reading.objects.filter(person=cast.stranger.person).exists()
    actions.close_now(discussion, user=cast.moderator)
    assert told() == []
