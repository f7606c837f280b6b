"""Where a discussion asks for it, enough reports put a contribution out of sight until a moderator
decides: nobody is silenced without a trace, and a decision holds against those who asked for it."""

import pytest

from forum import actions
from forum.models import Discussion, LogEntry, Notification, Report
from forum.telling import Told
from moderation.actions import dismiss, hide, restore
from tests.factory import make_contribution, make_user
from tests.moderation.browsing import fields_of, signed_in

WORDS = "Several readers have reported it; a moderator has still to decide."


@pytest.fixture
def said(discussion, cast):
    """A contribution with a reply, where two reports are enough."""
    discussion.touch(cover_after=2)
    said = make_contribution(discussion, cast.participant, "What somebody dislikes.")
    make_contribution(discussion, cast.facilitator, "A reply that stays.", parent=said)
    Notification.objects.all().delete()
    return said


def report(said, user=None):
    said.refresh_from_db()
    user = user or make_user()
    actions.report(said, user=user, version=said.version, reason="spam")
    said.refresh_from_db()
    return user


def covered(said):
    report(said)
    report(said)
    assert said.is_covered
    return said


def headlines(user):
    rows = Notification.objects.of(user.person_id).for_list()
    return [Told(row).headline for row in rows]


def test_the_nth_report_puts_it_out_of_sight_and_everything_stays_in_its_place(said, client):
    version = said.discussion.version
    report(said)
    assert said.is_published
    report(said)
    discussion = Discussion.objects.get()
    assert (said.state, said.reason, said.number) == ("hidden", "reported", 1)
    assert discussion.version > version
    assert (discussion.contribution_count, discussion.author_count) == (1, 1)
    page = client.get(discussion.get_absolute_url()).content.decode()
    assert WORDS in page
    assert "A reply that stays." in page
    assert "What somebody dislikes." not in page
    assert "A moderator has hidden" not in page
    whole = b"".join(client.get(f"{discussion.get_absolute_url()}all.txt")).decode()
    assert "Out of sight until a moderator decides" in whole


def test_author_and_moderators_are_told_and_the_log_has_nobody_as_its_actor(said, cast):
    covered(said)
    (told,) = headlines(cast.participant)
    assert told.startswith("Your contribution #1 is out of sight until a moderator decides")
    assert headlines(cast.moderator) == [
        "Something waits for a moderator in “Connecting the last villages”"
    ]
    acts = said.log.order_by("pk").values_list("act", "actor__name", "reason")
    assert list(acts)[-1] == ("contribution.cover", None, "reported")


def test_it_stands_in_the_queue_once_and_can_be_hidden_or_restored_there(said, cast):
    covered(said)
    actions.appeal(said, user=cast.participant, version=said.version, note="I sell nothing.")
    client = signed_in(cast.moderator)
    page = client.get("/moderation/")
    assert [item.kind for item in page.context["items"]] == ["report"]
    text = page.content.decode()
    assert "I sell nothing." in text
    for act, shown in (("hide", True), ("restore", True), ("dismiss", False)):
        assert (f"/1/{act}/" in text) == shown
    answer = client.get(f"{said.get_absolute_url()}dismiss/")
    assert answer.status_code == 403
    with pytest.raises(actions.Refused):
        dismiss(said, user=cast.moderator, version=said.version, up_to=2**40)


def test_whoever_agrees_gives_a_reason_and_nothing_is_counted_twice(said, cast):
    covered(said)
    client = signed_in(cast.moderator)
    fields = {"version": said.version, "reason": "spam", "note": ""}
    assert client.post(f"{said.get_absolute_url()}hide/", fields).status_code == 302
    said.refresh_from_db()
    discussion = Discussion.objects.get()
    assert (said.state, said.reason) == ("hidden", "spam")
    assert discussion.contribution_count == 1
    assert set(Report.objects.values_list("outcome", flat=True)) == {"agreed"}
    assert "It advertises something." in client.get(discussion.get_absolute_url()).content.decode()
    with pytest.raises(actions.Refused):
        hide(said, user=cast.moderator, version=said.version, reason="spam")


def test_a_decision_in_favour_holds_and_later_reports_count_anew(said, cast):
    first = report(said)
    report(said)
    actions.appeal(said, user=cast.participant, version=said.version, note="I sell nothing.")
    said.refresh_from_db()
    restore(said, user=cast.moderator, version=said.version)
    said.refresh_from_db()
    assert said.is_published
    assert set(Report.objects.values_list("outcome", flat=True)) == {"dismissed"}
    assert said.appeals.get().outcome == "agreed"
    assert Discussion.objects.get().contribution_count == 2
    assert headlines(first) == [
        "#1, which you have reported, is shown again: a moderator has not agreed"
    ]
    with pytest.raises(actions.Refused):
        report(said, first)
    report(said)
    assert said.is_published
    report(said)
    assert said.is_covered


def test_reports_that_were_dismissed_before_do_not_count(said, cast):
    report(said)
    last = Report.objects.latest("pk").pk
    dismiss(said, user=cast.moderator, version=said.version, up_to=last)
    report(said)
    assert said.is_published


def test_nothing_of_the_sort_without_the_setting_or_to_texts_of_the_staff(said, cast):
    reply = said.replies.get()
    report(reply)
    report(reply)
    assert reply.is_published
    said.discussion.touch(cover_after=None)
    report(said)
    report(said)
    assert said.is_published
    assert not LogEntry.objects.filter(act="contribution.cover").exists()


def test_its_author_may_withdraw_it_meanwhile(said, cast):
    covered(said)
    actions.withdraw(said, user=cast.participant, version=said.version)
    said.refresh_from_db()
    assert (said.state, said.reason) == ("withdrawn", "")
    assert set(Report.objects.values_list("outcome", flat=True)) == {"gone"}
    assert Discussion.objects.get().contribution_count == 1


@pytest.mark.parametrize(("sent", "status"), [("3", 302), ("", 302), ("1", 422), ("x", 422)])
def test_it_is_a_setting_of_the_workbench(discussion, cast, sent, status):
    client = signed_in(cast.organiser)
    address = f"{discussion.get_absolute_url()}manage/settings/"
    fields = fields_of(client.get(address))
    answer = client.post(address, fields | {"cover_after": sent})
    assert answer.status_code == status
    discussion.refresh_from_db()
    assert discussion.cover_after == (3 if sent == "3" else None)


def test_the_sums_say_of_no_decision_that_it_is_open(said, cast, client):
    covered(said)
    restore(said, user=cast.moderator, version=said.version)
    page = client.get(f"{said.discussion.get_absolute_url()}moderation/").content.decode()
    assert "restored a contribution" in page.lower()
    assert WORDS not in page


def test_its_author_reads_it_where_they_answer(said, cast):
    covered(said)
    page = signed_in(cast.participant).get(f"{said.get_absolute_url()}appeal/").content.decode()
    assert "What somebody dislikes." in page
    assert signed_in(cast.stranger).get(f"{said.get_absolute_url()}appeal/").status_code == 403
