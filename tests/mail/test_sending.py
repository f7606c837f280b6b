"""The outbox and a real mail server: each mail once, but for what nobody can know."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from forum.models import Mail
from mail.actions import NotMineError, give_up, hold_on, note_doubt, put_back, take
from moderation.actions import hide
from tests.factory import make_contribution

HOLDER = uuid.UUID(int=1)


@pytest.fixture
def row(discussion, cast, send_all, server):
    """A mail that waits for a server which refuses it."""
    said = make_contribution(discussion, cast.participant, "Said")
    hide(said, user=cast.moderator, version=1, reason="spam")
    server.mood = "refuses"
    assert send_all() == [False]
    return Mail.objects.get()


def wait_for_it(row, **fields):
    """Its pause is over."""
    Mail.objects.filter(pk=row.pk).update(due_at=timezone.now(), **fields)


def again(row, send_all, server, mood):
    """What is noted after another try, while the server is in this mood."""
    server.mood = mood
    wait_for_it(row)
    send_all()
    row.refresh_from_db()
    return row.state, row.tries, row.doubts


def test_what_was_refused_has_not_arrived_and_is_tried_again(row, send_all, server):
    assert (row.state, row.tries, row.doubts) == ("waiting", 1, 0)
    assert again(row, send_all, server, "takes") == ("sent", 1, 0 + 1)
    assert list(server.arrived.values()) == [1]
    assert row.settled_at


@pytest.mark.parametrize("point", ["greeting", "MAIL"])
def test_a_server_that_stalls_before_the_text_leaves_no_doubt(row, send_all, server, point):
    server.silent_from = point
    assert again(row, send_all, server, "stalls") == ("waiting", 2, 0)
    assert not server.arrived


@pytest.mark.parametrize("mood", ["drops", "stalls"])
def test_what_may_have_arrived_is_sent_once_more_and_never_a_third_time(
    row, send_all, server, mood
):
    server.silent_from = "text"
    assert again(row, send_all, server, mood) == ("waiting", 2, 1)
    assert again(row, send_all, server, mood) == ("waiting", 3, 2)
    assert again(row, send_all, server, "takes") == ("waiting", 3, 2)
    give_up()
    row.refresh_from_db()
    assert row.state == "unsure"
    assert list(server.arrived.values()) == [2]


def test_an_answer_after_a_doubt_settles_it_with_the_same_message_id(row, send_all, server):
    again(row, send_all, server, "drops")
    assert again(row, send_all, server, "takes") == ("sent", 2, 2)
    [((_to, message_id), count)] = server.arrived.items()
    assert (message_id, count) == (row.message_id, 2)


def test_a_server_that_is_not_there_is_a_refusal(row, send_all, server, settings):
    settings.EMAIL_PORT = 9
    assert again(row, send_all, server, "takes") == ("waiting", 2, 0)


def test_pauses_grow_to_an_hour(row):
    pauses = []
    for tries in (0, 1, 2, 5, 11, 12, 40, 5000):
        row.tries = tries
        pauses.append(row.pause.total_seconds())
    assert pauses == [2, 4, 8, 64, 3600, 3600, 3600, 3600]
    assert row.due_at > timezone.now()


def test_after_three_days_it_is_given_up_and_named_in_the_log(row, caplog):
    give_up()
    row.refresh_from_db()
    assert row.state == "waiting"
    Mail.objects.update(created_at=F("created_at") - timedelta(days=3))
    give_up()
    row.refresh_from_db()
    assert row.state == "given_up"
    [record] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert row.message_id in record.getMessage()
    assert row.person.address not in record.getMessage()


def test_a_mail_is_taken_by_one_until_that_one_is_silent_for_too_long(row):
    wait_for_it(row)
    mine = take(HOLDER)
    assert mine == row
    assert take(uuid.uuid4()) is None
    Mail.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    hold_on(HOLDER)
    assert take(uuid.uuid4()) is None
    Mail.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert take(uuid.uuid4()) == row
    # Whoever had it before sends nothing more, and notes nothing.
    with pytest.raises(NotMineError):
        note_doubt(mine)
    put_back(mine, certain=True)
    assert take(uuid.uuid4()) is None


def test_a_lease_that_has_run_out_sends_nothing(row):
    wait_for_it(row)
    mine = take(HOLDER)
    Mail.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotMineError):
        note_doubt(mine)


def test_a_mail_that_cannot_be_sent_does_not_stop_the_others(
    row, discussion, cast, send_all, server
):
    cast.participant.email = "two\nlines@example.org"
    cast.participant.save()
    said = make_contribution(discussion, cast.stranger, "Said")
    hide(said, user=cast.moderator, version=1, reason="spam")
    server.mood = "takes"
    wait_for_it(row)
    assert sorted(send_all()) == [False, True]
    assert [to for to, _key in server.arrived] == [cast.stranger.email]


def test_one_line_serves_many_mails(discussion, cast, send_all, server):
    for n in range(3):
        said = make_contribution(discussion, cast.participant, f"Said {n}")
        hide(said, user=cast.moderator, version=1, reason="spam")
    assert send_all() == [True] * 3
    assert server.connections == 1
