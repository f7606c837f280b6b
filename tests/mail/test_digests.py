"""One mail for a day or a week, in the morning of whoever it is for."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.models import Person
from forum.models import Mail, Notification
from mail.actions import last_digest, read_digests
from moderation.actions import hide
from tests.factory import make_contribution, make_person

NAIROBI = ZoneInfo("Africa/Nairobi")
# A Friday.
TODAY = (2026, 11, 27)


def at(*moment, zone=NAIROBI):
    return datetime(*moment, tzinfo=zone)


@pytest.fixture
def replies(discussion, cast):
    """Three replies to somebody in Nairobi: yesterday, this morning at six and at eight."""
    first = make_contribution(discussion, cast.participant, "First")
    made = [at(2026, 11, 26, 14), at(*TODAY, 6), at(*TODAY, 8)]
    for n, moment in enumerate(made):
        reply = make_contribution(discussion, cast.stranger, f"Reply {n}", parent=first)
        Notification.objects.filter(contribution=reply).update(created_at=moment)
    choose(cast, "daily")
    return first


def choose(cast, frequency, time_zone="Africa/Nairobi"):
    person = Person.objects.filter(pk=cast.participant.person_id)
    person.update(mail_frequency=frequency, time_zone=time_zone)


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        ("daily", at(*TODAY, 6, 59), at(2026, 11, 26, 7)),
        ("daily", at(*TODAY, 7), at(*TODAY, 7)),
        ("daily", at(*TODAY, 23), at(*TODAY, 7)),
        ("weekly", at(*TODAY, 12), at(2026, 11, 23, 7)),
        ("weekly", at(2026, 11, 30, 6, 59), at(2026, 11, 23, 7)),
        ("weekly", at(2026, 11, 30, 7), at(2026, 11, 30, 7)),
    ],
)
def test_when_the_last_one_was_due(db, frequency, now, due):
    person = make_person(mail_frequency=frequency, time_zone="Africa/Nairobi")
    assert last_digest(person, now.astimezone(ZoneInfo("UTC"))) == due


def test_a_day_is_one_mail_and_what_comes_later_waits_for_the_next(replies, cast, send_all):
    for _time in range(2):
        read_digests(at(*TODAY, 9))
        send_all()
    [letter] = mail.outbox
    assert letter.subject == "[Indaba] 2 messages"
    assert letter.body.index("Reply 0") < letter.body.index("Reply 1")
    assert "Reply 2" not in letter.body
    assert "Reply 1" in letter.alternatives[0].content
    read_digests(at(2026, 11, 28, 7))
    send_all()
    assert len(mail.outbox) == 2
    assert "Reply 2" in mail.outbox[1].body
    assert "Reply 1" not in mail.outbox[1].body


def test_nothing_goes_out_before_the_morning(replies, send_all):
    read_digests(at(2026, 11, 26, 23))
    assert send_all() == []


def test_a_week_ends_on_monday(replies, cast, send_all):
    choose(cast, "weekly")
    read_digests(at(2026, 11, 29, 23))
    assert send_all() == []
    read_digests(at(2026, 11, 30, 8))
    send_all()
    [letter] = mail.outbox
    assert letter.subject == "[Indaba] 3 messages"


def test_the_morning_is_the_readers_own(replies, cast, send_all):
    choose(cast, "daily", "America/Lima")
    read_digests(at(*TODAY, 9))
    assert Notification.objects.filter(unasked=False).count() == 1
    read_digests(at(*TODAY, 7, zone=ZoneInfo("America/Lima")))
    assert Notification.objects.filter(unasked=False).count() == 3


def test_what_was_hidden_meanwhile_is_left_out_of_it(replies, cast, discussion, send_all):
    read_digests(at(*TODAY, 9))
    hide(
        discussion.contributions.get(body="Reply 0"),
        user=cast.moderator,
        version=1,
        reason="offensive",
    )
    send_all()
    [letter] = [each for each in mail.outbox if each.to == [cast.participant.email]]
    assert letter.subject == "[Indaba] Jonas Berg has replied to your contribution #1"
    assert "Reply 0" not in letter.body


def test_a_digest_with_nothing_left_is_no_mail(replies, send_all):
    read_digests(at(*TODAY, 9))
    Notification.objects.update(read_at=at(*TODAY, 9))
    send_all()
    assert mail.outbox == []
    assert Mail.objects.get().state == "needless"
