"""Readers report, authors answer to a hiding; both are told what a moderator decides."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import rates
from forum import actions
from forum.models import Appeal, Contribution, LogEntry, Notification, ParkedForm, Report
from forum.telling import Told
from moderation.actions import dismiss, hide, restore
from tests.factory import make_contribution, make_user

NOTE = "It names my neighbour."


@pytest.fixture
def said(discussion, cast):
    return make_contribution(discussion, cast.participant, "Said")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def report(said, user, note="", reason="personal_data"):
    said.refresh_from_db()
    actions.report(said, user=user, version=said.version, reason=reason, note=note)
    return Report.objects.latest("pk")


def headlines(user):
    rows = Notification.objects.of(user.person_id).tellable_to(user).for_list()
    return [Told(row).headline for row in rows]


def everything_logged():
    return [str(row) for row in LogEntry.objects.values_list()]


# --- reports ---


def test_a_report_is_sent_from_the_contribution_and_waits_for_moderators(said, cast):
    client = client_of(cast.stranger)
    address = f"{said.get_absolute_url()}report/"
    assert address in client.get(said.get_absolute_url()).content.decode()
    fields = {"version": 1, "reason": "personal_data", "note": NOTE}
    assert client.post(address, fields).status_code == 302
    made = Report.objects.get()
    assert (made.contribution, made.reporter, made.reason, made.note, made.outcome) == (
        said,
        cast.stranger.person,
        "personal_data",
        NOTE,
        "",
    )
    assert headlines(cast.moderator) == [f"Something waits for a moderator in “{said.discussion}”"]
    assert not any(NOTE in entry for entry in everything_logged())


def test_who_has_reported_is_shown_it_and_cannot_report_again(said, cast):
    report(said, cast.stranger, NOTE)
    client, address = client_of(cast.stranger), f"{said.get_absolute_url()}report/"
    page = client.get(address).content.decode()
    assert NOTE in page
    assert "<textarea" not in page
    again = client.post(address, {"version": 1, "reason": "spam", "note": "Once more, please"})
    assert again.status_code == 403
    assert "Once more, please" in again.content.decode()
    assert Report.objects.count() == 1


def test_the_database_itself_keeps_one_report_for_each_person(said, cast):
    made = report(said, cast.stranger)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(contribution=said, reporter=made.reporter, reason="spam")


def test_an_outcome_needs_an_act(said, cast):
    report(said, cast.stranger)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(outcome="agreed")


def test_a_visitor_logs_in_first_and_finds_what_was_written(said, cast):
    address = f"{said.get_absolute_url()}report/"
    visitor = Client()
    assert visitor.get(address)["Location"].startswith("/accounts/login/")
    answer = visitor.post(address, {"version": 1, "reason": "spam", "note": NOTE})
    assert answer.status_code == 403
    assert NOTE in answer.content.decode()
    assert ParkedForm.objects.count() == 1
    visitor.force_login(cast.stranger)
    assert NOTE in visitor.get(address).content.decode()
    assert Report.objects.count() == 0


def test_a_text_that_changed_meanwhile_is_shown_before_it_is_reported(said, cast):
    text = actions.Text(body="Said better", language="en")
    actions.edit(said, user=cast.participant, text=text, version=1)
    fields = {"version": 1, "reason": "spam", "note": NOTE}
    answer = client_of(cast.stranger).post(f"{said.get_absolute_url()}report/", fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "changed by somebody else" in page
    assert NOTE in page
    assert Report.objects.count() == 0


def test_nobody_reports_without_end_and_the_text_comes_back(discussion, cast):
    most = rates.LIMITS["report"][0].most
    texts = [make_contribution(discussion, cast.participant, f"Text {n}") for n in range(most + 1)]
    fields = {"version": 1, "reason": "spam", "note": NOTE}

    def send(said, user):
        return client_of(user).post(f"{said.get_absolute_url()}report/", fields)

    assert {send(said, cast.stranger).status_code for said in texts[:-1]} == {302}
    answer = send(texts[-1], cast.stranger)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Please try again in" in page
    assert NOTE in page
    assert Report.objects.count() == most
    assert send(texts[-1], make_user("Another Reader")).status_code == 302


def test_hiding_agrees_with_all_who_reported(said, cast):
    other = make_user("Another Reader")
    report(said, cast.stranger)
    report(said, other, reason="spam")
    hide(said, user=cast.moderator, version=1, reason="personal_data")
    assert {made.outcome for made in Report.objects.all()} == {"agreed"}
    for user in (cast.stranger, other):
        assert headlines(user) == ["#1, which you have reported, was hidden"]


def test_dismissing_tells_them_and_not_the_author(said, cast):
    made = report(said, cast.stranger)
    dismiss(said, user=cast.moderator, version=1, up_to=made.pk)
    made.refresh_from_db()
    assert (made.outcome, made.settled.act) == ("dismissed", "report.dismiss")
    assert headlines(cast.stranger) == ["#1, which you have reported, stays as it is"]
    assert headlines(cast.participant) == []
    said.refresh_from_db()
    assert (said.state, said.version) == ("published", 1)


def test_a_report_that_came_later_is_not_dismissed_unread(said, cast):
    first = report(said, cast.stranger)
    report(said, make_user("Another Reader"))
    dismiss(said, user=cast.moderator, version=1, up_to=first.pk)
    assert [made.outcome for made in Report.objects.order_by("pk")] == ["dismissed", ""]


def test_what_another_moderator_has_dismissed_is_stale(said, cast):
    made = report(said, cast.stranger)
    dismiss(said, user=cast.moderator, version=1, up_to=made.pk)
    with pytest.raises(actions.Stale):
        dismiss(said, user=cast.organiser, version=1, up_to=made.pk)
    assert LogEntry.objects.filter(act="report.dismiss").count() == 1


def test_whoever_withdraws_leaves_nothing_to_decide(said, cast):
    report(said, cast.stranger)
    actions.withdraw(said, user=cast.participant, version=1)
    assert Report.objects.get().outcome == "gone"
    assert headlines(cast.stranger) == ["#1, which you have reported, was withdrawn by its author"]


# --- answers to a hiding ---


@pytest.fixture
def hidden(said, cast):
    hide(said, user=cast.moderator, version=1, reason="off_topic", note="Seen before")
    said.refresh_from_db()
    return said


def appeal(hidden, user, note="Why?"):
    hidden.refresh_from_db()
    actions.appeal(hidden, user=user, version=hidden.version, note=note)
    return Appeal.objects.latest("pk")


def test_the_author_answers_once_for_each_act(hidden, cast):
    client, address = client_of(cast.participant), f"{hidden.get_absolute_url()}appeal/"
    assert address in client.get("/me/").content.decode()
    assert client.post(address, {"version": 2, "note": NOTE}).status_code == 302
    assert Appeal.objects.get().note == NOTE
    page = client.get(address).content.decode()
    assert NOTE in page
    assert "<textarea" not in page
    again = client.post(address, {"version": 2, "note": "Once more, please"})
    assert again.status_code == 403
    assert "Once more, please" in again.content.decode()
    assert Appeal.objects.count() == 1
    assert not any(NOTE in entry for entry in everything_logged())
    restore(hidden, user=cast.moderator, version=2)
    hide(hidden, user=cast.moderator, version=3, reason="spam")
    appeal(hidden, cast.participant)
    assert [made.outcome for made in Appeal.objects.order_by("pk")] == ["agreed", ""]


def test_an_answer_says_something(hidden, cast):
    address = f"{hidden.get_absolute_url()}appeal/"
    answer = client_of(cast.participant).post(address, {"version": 2, "note": "  "})
    assert answer.status_code == 422
    assert Appeal.objects.count() == 0


def test_what_was_hidden_elsewhere_has_no_act_to_answer(said, cast):
    Contribution.objects.update(state="hidden", reason="spam")
    with pytest.raises(actions.Refused):
        appeal(said, cast.participant)


def test_leaving_it_hidden_tells_the_author(hidden, cast):
    made = appeal(hidden, cast.participant)
    dismiss(hidden, user=cast.organiser, version=2, up_to=made.pk)
    assert headlines(cast.participant)[0] == (
        "A moderator has read your answer: your contribution #1 stays hidden"
    )
    made.refresh_from_db()
    assert (made.outcome, made.settled.act) == ("dismissed", "appeal.dismiss")


def test_the_note_of_a_moderator_is_for_the_staff_alone(hidden, cast):
    note = "Seen before"
    assert not any(note in entry for entry in everything_logged())
    places = [
        hidden.get_absolute_url(),
        "/me/",
        "/me/notifications/",
        f"{hidden.get_absolute_url()}appeal/",
    ]
    for user in (cast.participant, cast.stranger):
        for place in places:
            assert note not in client_of(user).get(place).content.decode()
    restoring = f"{hidden.get_absolute_url()}restore/"
    assert note in client_of(cast.organiser).get(restoring).content.decode()
