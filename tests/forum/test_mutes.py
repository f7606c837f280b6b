"""Muting: somebody reads one discussion and keeps drafts, and cannot contribute until a date."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions, memory
from forum.models import Draft, LogEntry, Membership, Mute, Notification, Page
from moderation.actions import hide, mute, unmute
from tests.factory import make_contribution, make_discussion, make_member, make_user

pytestmark = pytest.mark.django_db
NEXT_WEEK = timezone.now() + timedelta(days=7)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    return response.content.decode()


@pytest.fixture
def said(discussion, cast):
    return make_contribution(discussion, cast.participant, "Said")


@pytest.fixture
def muted(said, cast):
    return mute(said, user=cast.moderator, until=NEXT_WEEK, reason="offensive", note="Twice now")


def send(user, discussion, place="contribute/", **more):
    fields = {
        "body": "Once more",
        "language": "en",
        "capacity": "personal",
        "submission_key": uuid.uuid4(),
    }
    return signed_in(user).post(f"{discussion.get_absolute_url()}{place}", fields | more)


def mute_by_form(user, contribution, **fields):
    address = f"{contribution.get_absolute_url()}mute/"
    usual = {"until": f"{NEXT_WEEK:%Y-%m-%d}", "reason": "offensive", "note": "", "seen": ""}
    return signed_in(user).post(address, usual | fields)


@pytest.mark.parametrize("place", ["contribute/", "1/reply/"])
def test_who_is_muted_is_told_until_when_and_why_and_finds_the_text_as_a_draft(
    discussion, cast, muted, place
):
    refused = send(cast.participant, discussion, place)
    assert refused.status_code == 403
    page = text_of(refused)
    assert f"muted you in this discussion until {NEXT_WEEK.day} " in page
    assert "It offends or attacks others." in page
    assert "Once more" in page
    assert "Twice now" not in page
    assert Draft.objects.get().body == "Once more"
    assert discussion.contributions.count() == 1


def test_they_read_and_are_offered_no_way_to_write(discussion, cast, muted):
    client = signed_in(cast.participant)
    page = text_of(client.get(discussion.get_absolute_url()))
    assert "muted you in this discussion until" in page
    assert "/reply/" not in page
    assert "/edit/" not in page
    assert "/withdraw/" in page
    assert "/reply/" in text_of(signed_in(cast.stranger).get(discussion.get_absolute_url()))


def test_they_write_in_other_discussions(cast, muted):
    other = make_discussion("other")
    rules = Page.objects.current("rules").pk
    assert send(cast.participant, other, terms="on", rules=rules).status_code == 302


def test_they_do_not_edit_what_is_published(discussion, cast, muted):
    assert send(cast.participant, discussion, "1/edit/", version=1).status_code == 403
    assert discussion.contributions.get().body == "Said"


def test_it_ends_by_itself(discussion, cast, muted):
    Mute.objects.update(until=timezone.now())
    assert send(cast.participant, discussion).status_code == 302
    assert text_of(signed_in(cast.moderator).get(f"{discussion.get_absolute_url()}muted/")).count(
        "Nobody is muted."
    )


def test_a_moderator_ends_it_and_the_person_is_told_of_both(discussion, cast, muted):
    assert [told.entry.act for told in Notification.objects.order_by("pk")] == ["participant.mute"]
    page = text_of(signed_in(cast.participant).get("/me/notifications/"))
    assert "Because of your contribution #1, a moderator has muted you" in page
    assert "you cannot contribute there" in page
    assert "It offends or attacks others." in page
    address = f"{discussion.get_absolute_url()}muted/{muted.pk}/unmute/"
    client = signed_in(cast.moderator)
    assert "Let Ana Souza contribute again?" in text_of(client.get(address))
    assert Mute.objects.current().count() == 1
    client.post(address)
    assert not Mute.objects.current().exists()
    assert "again" in text_of(signed_in(cast.participant).get("/me/notifications/"))
    assert send(cast.participant, discussion).status_code == 302


def test_the_form_mutes_to_the_end_of_that_day_in_the_zone_of_the_discussion(cast):
    discussion = make_discussion("nairobi", time_zone="Africa/Nairobi")
    moderator = make_member(discussion, "moderator")
    contribution = make_contribution(discussion, cast.participant)
    assert mute_by_form(moderator, contribution).url.endswith("/discussions/nairobi/muted/")
    until = Mute.objects.get().until.astimezone(ZoneInfo("Africa/Nairobi"))
    assert (until.date(), until.hour, until.minute) == (
        NEXT_WEEK.date() + timedelta(days=1),
        0,
        0,
    )


@pytest.mark.parametrize(
    "wrong", [{"until": "2020-01-01"}, {"until": "2199-01-01"}, {"until": ""}, {"reason": "x"}]
)
def test_what_cannot_be_is_given_back(said, cast, wrong):
    answer = mute_by_form(cast.moderator, said, note="Look into it", **wrong)
    assert answer.status_code == 422
    assert 'value="Look into it"' in text_of(answer)
    assert not Mute.objects.exists()


def test_another_muting_takes_the_place_of_the_one_that_was_seen_and_of_no_other(said, cast, muted):
    stale = mute_by_form(cast.organiser, said, reason="spam")
    assert stale.status_code == 422
    assert "changed by somebody else" in text_of(stale)
    assert Mute.objects.get().reason == "offensive"
    assert mute_by_form(cast.organiser, said, reason="spam", seen=muted.pk).status_code == 302
    assert Mute.objects.current().get().reason == "spam"
    assert Mute.objects.count() == 2


def test_after_one_that_has_ended_by_itself_there_may_be_another(said, cast, muted):
    Mute.objects.update(until=timezone.now())
    assert mute_by_form(cast.organiser, said).status_code == 302


def test_nobody_is_muted_twice_at_once(cast, muted):
    muted.pk, muted.entry = None, LogEntry.objects.filter(act="contribution.publish").get()
    with pytest.raises(IntegrityError), transaction.atomic():
        muted.save(force_insert=True)


def test_it_ends_once(cast, muted):
    unmute(muted, user=cast.organiser)
    with pytest.raises(actions.Stale):
        unmute(muted, user=cast.moderator)


def test_the_staff_are_never_muted_and_nobody_mutes_themselves(discussion, cast):
    for role in ("organiser", "facilitator", "moderator"):
        theirs = make_contribution(discussion, getattr(cast, role), f"Of the {role}")
        with pytest.raises(actions.Refused):
            mute(theirs, user=cast.organiser, until=NEXT_WEEK, reason="spam")
    superuser = make_user("Super Example", is_superuser=True)
    with pytest.raises(actions.Refused):
        mute(
            make_contribution(discussion, superuser, "Mine"),
            user=superuser,
            until=NEXT_WEEK,
            reason="spam",
        )


def test_an_author_without_a_membership_is_muted_too(discussion, said, cast):
    Membership.objects.filter(person=cast.participant.person).delete()
    mute(said, user=cast.moderator, until=NEXT_WEEK, reason="spam")
    assert send(cast.participant, discussion).status_code == 403


def test_the_log_has_codes_and_dates_and_no_note(cast, muted):
    entry = LogEntry.objects.get(act="participant.mute")
    assert (entry.reason, entry.label, entry.person) == ("offensive", "#1", cast.participant.person)
    assert entry.details == {"until": NEXT_WEEK.isoformat()}
    page = text_of(signed_in(cast.moderator).get("/admin/forum/logentry/"))
    assert "muted somebody" in page
    assert f"until {NEXT_WEEK.day} " in page


def test_the_list_is_for_those_who_steer(discussion, cast, muted):
    address = f"{discussion.get_absolute_url()}muted/"
    page = text_of(signed_in(cast.organiser).get(address))
    assert "Ana Souza" in page
    assert "Twice now" in page
    assert 'href="/discussions/open-discussion/muted/"' in text_of(
        signed_in(cast.moderator).get(discussion.get_absolute_url())
    )
    for reader in (cast.facilitator, cast.participant, cast.stranger):
        assert signed_in(reader).get(address).status_code == 403


def test_a_muting_of_another_discussion_is_not_there(cast, muted):
    other = make_discussion("other")
    make_member(other, "moderator", cast.moderator)
    answer = signed_in(cast.moderator).post(f"/discussions/other/muted/{muted.pk}/unmute/")
    assert answer.status_code == 404
    assert Mute.objects.current().exists()


def test_the_author_of_a_hidden_contribution_can_be_muted_from_it(discussion, said, cast):
    hide(said, user=cast.moderator, version=1, reason="offensive")
    client = signed_in(cast.moderator)
    assert f"{said.get_absolute_url()}mute/" in text_of(client.get(discussion.get_absolute_url()))
    assert mute_by_form(cast.moderator, said).status_code == 302


def test_no_page_takes_more_queries_where_more_are_muted(discussion, said, cast):
    def queries():
        memory.forget()
        client = signed_in(cast.moderator)
        with CaptureQueriesContext(connection) as captured:
            for page in (said.get_absolute_url(), f"{discussion.get_absolute_url()}muted/"):
                assert client.get(page).status_code == 200
        return len(captured)

    def one_more():
        user = make_user("Another Example")
        contribution = make_contribution(discussion, user, f"Of {user.pk}", parent=said)
        mute(contribution, user=cast.moderator, until=NEXT_WEEK, reason="spam")

    one_more()
    few = queries()
    for _time in range(5):
        one_more()
    assert queries() == few
