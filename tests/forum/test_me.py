"""One's own page, what one follows, and what is new since one's last visit."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions
from forum.models import Draft, Reading
from moderation.actions import hide
from tests.factory import make_contribution, make_discussion, make_member, make_user

from .test_parking import fields_in

pytestmark = pytest.mark.django_db

ME = "/me/"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    return response.content.decode()


@pytest.fixture
def client(cast):
    return signed_in(cast.participant)


@pytest.fixture
def page(discussion):
    return discussion.get_absolute_url()


def come_back_later():
    """Let the last look of everybody be some time ago."""
    Reading.objects.update(looked_at=timezone.now() - timedelta(hours=1))


# --- new since the last visit ---


def test_everything_is_seen_at_the_first_visit_and_what_comes_later_is_new(
    client, cast, discussion, page
):
    make_contribution(discussion, cast.moderator, "Before")
    first = text_of(client.get(page))
    assert "since your last visit" not in first
    come_back_later()
    make_contribution(discussion, cast.moderator, "One more")
    before = discussion.contributions.get(number=1)
    make_contribution(discussion, cast.stranger, "A reply", parent=before)
    later = text_of(client.get(page))
    assert "2 new contributions since your last visit." in later
    # The first that one comes to when reading on.
    assert f'href="{page}?at=3#c3"' in later
    assert later.count('class="badge new"') == 2


def test_marks_stay_during_a_visit_and_are_gone_at_the_next(client, cast, discussion, page):
    client.get(page)
    come_back_later()
    make_contribution(discussion, cast.moderator, "New")
    assert "1 new contribution since" in text_of(client.get(page))
    assert "1 new contribution since" in text_of(client.get(page))
    come_back_later()
    assert "since your last visit" not in text_of(client.get(page))


def test_what_one_wrote_and_what_is_hidden_is_not_new(client, cast, discussion, page):
    client.get(page)
    come_back_later()
    make_contribution(discussion, cast.participant, "My own")
    said = make_contribution(discussion, cast.stranger, "Hidden soon")
    hide(said, user=cast.moderator, version=1, reason="spam")
    shown = text_of(client.get(page))
    assert "since your last visit" not in shown
    assert 'class="badge new"' not in shown


def test_a_visitor_has_no_news_and_nothing_is_noted(cast, discussion, page):
    make_contribution(discussion, cast.moderator, "Said")
    Reading.objects.all().delete()
    shown = text_of(Client().get(page))
    assert "since your last visit" not in shown
    assert 'class="badge new"' not in shown
    assert not Reading.objects.exists()


def test_a_page_of_a_visit_writes_nothing(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    assert not [q for q in captured if not q["sql"].startswith("SELECT")]


# --- following ---


def test_a_discussion_is_followed_and_followed_no_more(client, cast, page, discussion):
    assert "Follow this discussion" in text_of(client.get(page))
    client.post(f"{page}follow/", {"follow": "yes"})
    assert "Follow it no more" in text_of(client.get(page))
    assert discussion.title in text_of(client.get(ME))
    client.post(f"{page}follow/", {"follow": "no"})
    assert discussion.title not in text_of(client.get(ME))


def test_whoever_contributes_follows_from_then_on(cast, discussion, page):
    client = signed_in(cast.stranger)
    # Most have read before they write.
    client.get(page)
    sent = fields_in(text_of(client.get(f"{page}contribute/")))
    client.post(f"{page}contribute/", sent | {"body": "Words"})
    assert Reading.objects.get(person=cast.stranger.person).follows
    actions.follow(discussion, user=cast.stranger, follows=False)
    sent = fields_in(text_of(client.get(f"{page}contribute/")))
    client.post(f"{page}contribute/", sent | {"body": "More words"})
    assert not Reading.objects.get(person=cast.stranger.person).follows


def test_the_page_says_how_much_is_new_in_what_one_follows(client, cast, discussion, page):
    client.post(f"{page}follow/", {"follow": "yes"})
    for n in range(3):
        make_contribution(discussion, cast.moderator, f"{n}")
    assert "3 new" in text_of(client.get(ME))
    client.get(page)
    assert "3 new" not in text_of(client.get(ME))


def test_strangers_follow_nothing_and_what_is_not_visible_is_not_there(client, cast, page):
    hidden = make_discussion("hidden", visibility="invited")
    assert client.post(f"{hidden.get_absolute_url()}follow/").status_code == 404
    assert Client().post(f"{page}follow/", {"follow": "yes"}).status_code == 403
    assert client.get(f"{page}follow/").status_code == 405
    assert not Reading.objects.filter(follows=True).exists()


def test_what_is_not_visible_any_more_is_not_named(client, cast):
    private = make_discussion("private", visibility="invited", title="A secret topic")
    make_member(private, "participant", cast.participant)
    said = make_contribution(private, cast.participant, "Mine")
    other = make_member(private, "participant", make_user("Other Example"))
    make_contribution(private, other, "Secret reply", parent=said)
    client.post(f"{private.get_absolute_url()}follow/", {"follow": "yes"})
    assert "Secret reply" in text_of(client.get(ME))
    private.memberships.filter(person=cast.participant.person).delete()
    shown = text_of(client.get(ME))
    assert "Secret reply" not in shown
    assert "private/" not in shown.partition("Your contributions")[0]


# --- one's own page ---


def test_replies_since_the_last_visit(client, cast, discussion, page):
    mine = make_contribution(discussion, cast.participant, "Mine")
    make_contribution(discussion, cast.participant, "My own reply", parent=mine)
    reply = make_contribution(discussion, cast.stranger, "A reply to me", parent=mine)
    make_contribution(discussion, cast.stranger, "A reply to that", parent=reply)
    shown = text_of(client.get(ME)).partition("Discussions you follow")[0]
    assert "A reply to me" in shown
    assert "My own reply" not in shown
    assert "A reply to that" not in shown
    client.get(page)
    come_back_later()
    client.get(page)
    shown = text_of(client.get(ME)).partition("Discussions you follow")[0]
    assert "A reply to me" not in shown


def test_a_reply_without_a_name_stays_without_one(client, cast):
    shy = make_discussion("shy", anonymous_allowed=True)
    mine = make_contribution(shy, cast.participant, "Mine")
    make_contribution(shy, cast.stranger, "Secretly", parent=mine, anonymous=True)
    shown = text_of(client.get(ME))
    assert "Secretly" in shown
    assert cast.stranger.person.name not in shown


def test_ones_contributions_with_their_state(client, cast, discussion):
    make_contribution(discussion, cast.participant, "Published")
    hidden = make_contribution(discussion, cast.participant, "Was hidden", answers={"Q1": "Yes"})
    hide(hidden, user=cast.moderator, version=1, reason="off_topic")
    withdrawn = make_contribution(discussion, cast.participant, "", answers={"Q2": "Taken back"})
    actions.withdraw(withdrawn, user=cast.participant, version=1)
    make_contribution(discussion, cast.stranger, "Of another")
    shown = text_of(client.get(ME))
    for words in ("Published", "Was hidden", "Taken back", "Hidden by a moderator"):
        assert words in shown
    assert "It is not about the topic of this discussion." in shown
    assert "Withdrawn by its author" in shown
    assert "Of another" not in shown


def test_many_contributions_are_turned_page_by_page(client, cast, discussion):
    for n in range(23):
        make_contribution(discussion, cast.participant, f"Number {n:02d}.")
    first = text_of(client.get(ME))
    assert "Number 22." in first
    assert "Number 03." in first
    assert "Number 02." not in first
    last = discussion.contributions.get(number=4)
    second = text_of(client.get(f"{ME}?before={last.pk}"))
    assert "Number 02." in second
    assert "Number 03." not in second


def test_drafts_and_what_waits_are_named(client, cast, discussion, page):
    Draft.objects.create(discussion=discussion, person=cast.participant.person, body="Half a text")
    visitor = Client()
    visitor.post(f"{page}contribute/", {"body": "Sent before the login"})
    visitor.force_login(cast.participant)
    assert "Half a text" in text_of(client.get(ME))
    shown = text_of(visitor.get(ME))
    assert "Sent before the login" in shown
    assert f'href="{page}contribute/"' in shown


def test_the_page_takes_no_more_queries_when_it_holds_more(client, cast, discussion):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(ME).status_code == 200
        return len(captured)

    def fill(count):
        for n in range(count):
            other = make_discussion()
            mine = make_contribution(other, cast.participant, "Mine", answers={"Q1": "Yes"})
            make_contribution(other, cast.stranger, "Reply", parent=mine, answers={"Q2": "No"})
            Draft.objects.create(
                discussion=other, person=cast.participant.person, body=f"Draft {n}"
            )

    fill(2)
    few = queries()
    fill(10)
    assert queries() == few


def test_a_stranger_has_no_page():
    assert Client().get(ME).status_code == 302


# --- whoever follows many ---


def test_all_that_is_followed_is_found_a_page_at_a_time_with_the_same_queries(client, cast):
    def follow(numbers):
        for number in numbers:
            discussion = make_discussion(f"followed-{number}")
            actions.follow(discussion, user=cast.participant)

    def get(address):
        with CaptureQueriesContext(connection) as captured:
            page = text_of(client.get(address))
        return page, len(captured)

    follow(range(11))
    few, many = {}, {}
    for address in (ME, "/me/following/"):
        few[address] = get(address)[1]
    follow(range(11, 61))
    first, many[ME] = get(ME)
    assert first.count("/discussions/followed-") == 10
    assert "/me/following/" in first
    page, many["/me/following/"] = get("/me/following/")
    assert many == few
    found = re.findall(r"/discussions/(followed-\d+)/", page)
    assert len(found) == 50
    further = re.search(r'href="(\?before=\d+)"', page)[1]
    rest, _queries = get(f"/me/following/{further}")
    found += re.findall(r"/discussions/(followed-\d+)/", rest)
    assert len(found) == len(set(found)) == 61
    assert "Further discussions" in page
    assert "Further discussions" not in rest
